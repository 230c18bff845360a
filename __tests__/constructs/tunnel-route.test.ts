import {
  TunnelRoute,
  type TunnelRouteProps,
} from "../../constructs/tunnel-route";
import { only, synth } from "./synth";

function route(props: Partial<TunnelRouteProps> = {}) {
  return synth((scope) => {
    new TunnelRoute(scope, "route", {
      accountId: "a1",
      tunnelId: "t1",
      hostname: "app.example.com",
      serviceUrl: "http://caddy:80",
      ...props,
    });
  });
}

test("demands the JWTs of the applications, in so many words", () => {
  const tf = route({
    access: { teamName: "team", apps: [{ aud: "aud1" }, { aud: "aud2" }] },
  });
  expect(only(tf, "tunnel_route")).toMatchObject({
    origin_request: {
      access: { required: true, team_name: "team", aud_tag: ["aud1", "aud2"] },
    },
  });
});

test("puts back what stood there before, unless told otherwise", () => {
  expect(only(route(), "tunnel_route")).toMatchObject({
    on_destroy: "restore",
  });
  expect(only(route({ onDestroy: "remove" }), "tunnel_route")).toMatchObject({
    on_destroy: "remove",
  });
});

test.each(["http://caddy:80/", "http://caddy/path", "caddy:80", "http://"])(
  "fails for the service URL %s",
  (serviceUrl) => {
    expect(() => route({ serviceUrl })).toThrow(/without path or slash/);
  },
);

test("fails where it would refuse everybody", () => {
  expect(() => route({ access: { teamName: "team", apps: [] } })).toThrow(
    /names no application/,
  );
});
