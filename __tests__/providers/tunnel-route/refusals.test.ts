import { openCloud, type Cloud } from "./cloud";
import { Workspace } from "./workspace";

const ROUTE = {
  hostname: "comfyui.datacrew.space",
  origin_request: {
    access: {
      required: true,
      team_name: "datacrew",
      aud_tag: ["a".repeat(64)],
    },
  },
};

let cloud: Cloud;
let workspace: Workspace;
beforeAll(async () => {
  cloud = await openCloud();
  workspace = await Workspace.open(cloud);
});
afterAll(async () => {
  workspace.remove();
  await cloud.close();
});

describe("refuses", () => {
  const plan = (route: object, more = {}) => {
    workspace.write({ it: { ...ROUTE, ...route }, ...more });
    return workspace.plan();
  };

  test.each<[string, object, RegExp]>([
    ["a service with a path", { service: "http://a/b" }, /write "http:\/\/a"/],
    ["a service without a scheme", { service: "caddy:80" }, /needs a scheme/],
    [
      "an aud tag without its team",
      { origin_request: { access: { required: true, aud_tag: ["x"] } } },
      /aud_tag needs the team_name/,
    ],
    ["a path that is no regular expression", { path: "(" }, /no Go regular/],
    ["every host", { hostname: "*" }, /only a tunnel's last rule/],
    [
      "a URL for a host",
      { hostname: "https://a.io" },
      /not a valid host name|port/,
    ],
    ["half a second", { origin_request: { connect_timeout: 0.5 } }, /whole/],
    ["another end", { on_destroy: "keep" }, /neither "restore" nor "remove"/],
    ["a tunnel that is not there", { tunnel_id: "none" }, /has no tunnel none/],
  ])("%s, at plan", async (_, route, message) => {
    const { code, text } = await plan(route);
    expect(code).toBe(1);
    expect(text).toMatch(message);
  });

  test("two routes for one host and path, at plan", async () => {
    const { code, text } = await plan({}, { again: ROUTE });
    expect(code).toBe(1);
    expect(text).toMatch(/Two tunnel_route resources are for .*comfyui/);
  });

  test("a second route for the host and path of one that stands, at plan", async () => {
    workspace.write({ it: ROUTE });
    await workspace.apply();
    const { code, text } = await plan({}, { again: ROUTE });
    expect(code).toBe(1);
    expect(text).toMatch(/Two tunnel_route resources are for .*comfyui/);
    workspace.write({ it: ROUTE });
    expect((await workspace.destroy()).code).toBe(0);
  });

  test("two routes that leave each other nothing, at plan, also where one stands", async () => {
    const route = (path: string) => ({ ...ROUTE, path });
    const refusal =
      /Two tunnel_route resources match the same requests of comfyui\.datacrew\.space: \^\/api and \^\/api\.\*.*make one narrower.*destroy -refresh=false/;
    const other = { other: route("^/api.*") };
    expect(await plan({ path: "^/api" }, other)).toMatchObject({
      code: 1,
      text: expect.stringMatching(refusal) as string,
    });
    workspace.write({ it: route("^/api") });
    await workspace.apply();
    expect((await plan({ path: "^/api" }, other)).text).toMatch(refusal);
    // A route that is changed into the other's like is none: it goes.
    const changed = await plan({ path: "^/api.*" });
    expect(changed.text).toContain("1 to add, 0 to change, 1 to destroy");
    expect((await workspace.destroy()).code).toBe(0);
  });

  test("a tunnel configured on its host, at plan", async () => {
    cloud.tunnel.configuration.source = "local";
    const { code, text } = await plan({});
    cloud.tunnel.configuration.source = "cloudflare";
    expect(code).toBe(1);
    expect(text).toMatch(/is configured on its host.*config\.yml/);
  });

  test("a deleted tunnel: new routes at plan, an update at apply; a destroy goes through", async () => {
    workspace.write({ it: ROUTE });
    await workspace.apply();
    cloud.tunnel.deleted_at = "2026-11-24T12:00:00Z";

    const refused = await plan({}, { more: { hostname: "b.datacrew.space" } });
    expect(refused.code).toBe(1);
    expect(refused.text).toMatch(
      /Tunnel datacrew-services was deleted.*destroy -refresh=false/,
    );
    const shown = await plan({});
    expect(shown.code).toBe(2);
    expect(shown.text).toContain('- drift = "the tunnel is gone" -> null');
    const applied = await workspace.apply();
    expect(applied.text).toMatch(/Account .* has no tunnel/);
    const destroyed = await workspace.destroy();
    expect(destroyed.code).toBe(0);
    expect(destroyed.text).toContain("nothing was written");
    cloud.tunnel.deleted_at = null;
  });

  test.each<[string, string, RegExp]>([
    ["CLOUDFLARE_API_TOKEN", "tok-en\nx", /token contains a space, a line/],
    ["CLOUDFLARE_BASE_URL", "api.x.io", /base URL .* is not an http/],
    ["HTTPS_PROXY", "ftp://me:tok-en@x", /HTTPS_PROXY is not a proxy URL/],
  ])("a broken %s, without showing it", async (name, value, message) => {
    const before = workspace.env[name];
    workspace.env[name] = value;
    if (name === "HTTPS_PROXY")
      workspace.env["CLOUDFLARE_BASE_URL"] = "https://api.x.io";
    const { code, text } = await plan({});
    workspace.env[name] = before;
    workspace.env["CLOUDFLARE_BASE_URL"] = cloud.baseUrl;
    expect(code).toBe(1);
    expect(text).toMatch(message);
    expect(text).not.toContain("tok-en");
  });

  test("a provider without a token, and says where to get one", async () => {
    delete workspace.env["CLOUDFLARE_API_TOKEN"];
    const { code, text } = await plan({});
    expect(code).toBe(1);
    expect(text).toMatch(/No Cloudflare API token.*CLOUDFLARE_API_TOKEN/);
  });
});
