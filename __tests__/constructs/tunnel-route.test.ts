import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, LocalBackend, TerraformStack } from "cdktf";
import {
  TunnelRoute,
  type TunnelRouteProps,
} from "../../constructs/tunnel-route";
import { only, synth } from "./synth";

function route(props: Partial<TunnelRouteProps> = {}) {
  return synth((scope) => {
    new TunnelRoute(scope, "route", {
      accountId: "a1",
      tunnelId: "0d5e2f1c-5e21-4c3b-9a70-da7ac2e57a11",
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

test.each([
  "http://caddy:80/",
  "http://caddy/path",
  "caddy:80",
  "http://",
  "http://caddy:abc",
  "http://[::1",
  "unix:",
  "http_status:42",
])("fails for the service URL %s, by the name of the prop", (serviceUrl) => {
  expect(() => route({ serviceUrl })).toThrow(`] serviceUrl "${serviceUrl}"`);
});

test("looks at no address where the visitor names it", () => {
  const originRequest = { bastionMode: true };
  expect(() => route({ serviceUrl: "any", originRequest })).not.toThrow();
});

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
        tunnelId: "0d5e2f1c-5e21-4c3b-9a70-da7ac2e57a11",
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
    /\[test\/two\].*matches the same requests as test\/one.*remove one of the two routes/s,
  );
});

test.each<[string, Partial<TunnelRouteProps>, Partial<TunnelRouteProps>]>([
  ["a narrower path, before or after", { path: "^/api" }, { path: "^/api/v1" }],
  ["a path of the host", {}, { path: "^/api" }],
  ["another host", {}, { hostname: "b.example.com" }],
  ["another tunnel", {}, { tunnelId: "0d5e2f1c-5e21-4c3b-9a70-da7ac2e57a22" }],
])("takes %s beside a route", (_, a, b) => {
  expect(two(a, b)).not.toThrow();
  expect(two(b, a)).not.toThrow();
});

test("says how the service is reached, all that cloudflared knows", () => {
  const tf = route({
    serviceUrl: "https://nas:5001",
    originRequest: {
      httpHostHeader: "nas",
      noTLSVerify: true,
      originServerName: "nas",
      matchSNItoHost: false,
      caPool: "/etc/ca.pem",
      http2Origin: true,
      connectTimeout: 1,
      tlsTimeout: 2,
      tcpKeepAlive: -1,
      noHappyEyeballs: true,
      keepAliveConnections: 4,
      keepAliveTimeout: 5,
      disableChunkedEncoding: true,
      bastionMode: false,
      proxyAddress: "127.0.0.1",
      proxyPort: 0,
      proxyType: "",
      ipRules: [{ prefix: "192.0.2.0/24", ports: [80], allow: true }],
    },
  });
  expect(only(tf, "tunnel_route")).toMatchObject({
    origin_request: {
      http_host_header: "nas",
      no_tls_verify: true,
      origin_server_name: "nas",
      match_sni_to_host: false,
      ca_pool: "/etc/ca.pem",
      http2_origin: true,
      connect_timeout: 1,
      tls_timeout: 2,
      tcp_keep_alive: -1,
      no_happy_eyeballs: true,
      keep_alive_connections: 4,
      keep_alive_timeout: 5,
      disable_chunked_encoding: true,
      bastion_mode: false,
      proxy_address: "127.0.0.1",
      proxy_port: 0,
      proxy_type: "",
      ip_rules: [{ prefix: "192.0.2.0/24", ports: [80], allow: true }],
    },
  });
});

test.each([
  "unix:/run/app.sock",
  "http_status:404",
  "unix+tls:/run/app.sock",
  "hello_world",
  "hello-world",
  "socks-proxy",
  "bastion",
  "ssh://localhost:22",
  "http://[::1]:80",
  "http://${var.host}:80",
])("takes the service %s", (serviceUrl) => {
  expect(() => route({ serviceUrl })).not.toThrow();
});

test.each<[string, TunnelRouteProps["originRequest"], RegExp]>([
  ["half a second", { tlsTimeout: 0.5 }, /tlsTimeout must be a whole number/],
  ["no time", { connectTimeout: 0 }, /connectTimeout must be 1 second or more/],
  ["less than none", { keepAliveTimeout: -1 }, /must be 0 or more/],
  ["a negative port", { proxyPort: -1 }, /proxyPort must be a whole number/],
  [
    "a network that is none",
    { ipRules: [{ prefix: "nas" }] },
    /prefix must be a network/,
  ],
  [
    "a network with a zone",
    { ipRules: [{ prefix: "fe80::1%eth0/64" }] },
    /prefix must be a network/,
  ],
  [
    "a host header that no request can have",
    { httpHostHeader: "a b\r\nX: y" },
    /originRequest.httpHostHeader must be a host such as "app.example.com", got "a b\\r\\nX: y"/,
  ],
  [
    "a server name that no handshake can have",
    { originServerName: "a b" },
    /originRequest.originServerName must be a host/,
  ],
])("fails for an origin setting of %s", (_, originRequest, message) => {
  expect(() => route({ originRequest })).toThrow(message);
});

test("fails for a host header of its own that no request can have", () => {
  expect(() => route({ httpHostHeader: "a\nb" })).toThrow(
    /\] httpHostHeader must be a host/,
  );
  expect(() => route({ httpHostHeader: "nas.example.com:5001" })).not.toThrow();
});

test("fails for two host headers", () => {
  expect(() =>
    route({ httpHostHeader: "a", originRequest: { httpHostHeader: "b" } }),
  ).toThrow(/give one of them/);
});

test("brings the provider that it needs, once", () => {
  const { terraform } = two({}, { hostname: "b.example.com" })() as unknown as {
    terraform: { required_providers: Record<string, object> };
  };
  expect(terraform.required_providers["tunnel"]).toEqual({
    source: "access-stacks.local/access-stacks/tunnel",
    version: expect.stringMatching(/^0\.0\.\d+$/) as unknown,
  });
});

test("leaves the id `tunnel` to the stack's own constructs", () => {
  const { resource } = synth((scope) => {
    new TunnelRoute(scope, "tunnel", {
      accountId: "a1",
      tunnelId: "0d5e2f1c-5e21-4c3b-9a70-da7ac2e57a11",
      hostname: "app.example.com",
      serviceUrl: "http://caddy:80",
    });
  });
  expect(Object.keys(resource?.["tunnel_route"] ?? {})).toEqual(["tunnel"]);
});

test("puts the provider where terraform finds it, in an app of anybody's", () => {
  const outdir = mkdtempSync(join(tmpdir(), "anybody-"));
  try {
    const app = new App({ outdir });
    const stack = new TerraformStack(app, "mine");
    new LocalBackend(stack, { path: "mine.tfstate" });
    new TunnelRoute(stack, "route", {
      accountId: "a1",
      tunnelId: "0d5e2f1c-5e21-4c3b-9a70-da7ac2e57a11",
      hostname: "app.example.com",
      serviceUrl: "http://caddy:80",
    });
    app.synth();
    const folder = join(outdir, "stacks", "mine");
    expect(readFileSync(join(folder, ".terraform.lock.hcl"), "utf8")).toContain(
      "access-stacks.local/access-stacks/tunnel",
    );
    expect(
      existsSync(join(folder, "terraform.d/plugins/access-stacks.local")),
    ).toBe(true);
  } finally {
    rmSync(outdir, { recursive: true });
  }
});
