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
    expect(() => route({ serviceUrl })).toThrow(
      /without a path or trailing slash/,
    );
  },
);

test("fails where it would refuse everybody", () => {
  expect(() => route({ access: { teamName: "team", apps: [] } })).toThrow(
    /is empty/,
  );
});

const two =
  (a: Partial<TunnelRouteProps>, b: Partial<TunnelRouteProps>) => () =>
    synth((scope) => {
      const shared = {
        accountId: "a1",
        tunnelId: "t1",
        hostname: "app.example.com",
        serviceUrl: "http://caddy:80",
      };
      new TunnelRoute(scope, "one", { ...shared, ...a });
      new TunnelRoute(scope, "two", { ...shared, ...b });
    });

test.each<[string, Partial<TunnelRouteProps>, Partial<TunnelRouteProps>]>([
  ["the same host", {}, {}],
  ["the same path", { path: "^/api" }, { path: "^/api" }],
  ["two spellings of a path", { path: "^/api" }, { path: "^/api.*" }],
  ["every path in two ways", {}, { path: "^/" }],
])("fails for two routes of an app for %s", (_, a, b) => {
  expect(two(a, b)).toThrow(
    /\[test\/two\].*takes the same requests as test\/one.*remove one of the two routes/s,
  );
});

test.each<[string, Partial<TunnelRouteProps>, Partial<TunnelRouteProps>]>([
  ["a narrower path, before or after", { path: "^/api" }, { path: "^/api/v1" }],
  ["a path of the host", {}, { path: "^/api" }],
  ["another host", {}, { hostname: "b.example.com" }],
  ["another tunnel", {}, { tunnelId: "t2" }],
])("takes %s beside a route", (_, a, b) => {
  expect(two(a, b)).not.toThrow();
  expect(two(b, a)).not.toThrow();
});
