import { once } from "node:events";
import { createServer, request, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { TunnelApi } from "../../../providers/tunnel-route/api";
import { ApiCalls } from "../../../providers/tunnel-route/api-calls";
import { proxyFor } from "../../../providers/tunnel-route/proxy";
import { DEPLOY_TOKEN, openCloud, type Cloud } from "./cloud";
import { Workspace } from "./workspace";

const API = "https://api.cloudflare.com/client/v4";
const PROXY = "http://proxy.io:3128";

test.each<[string, NodeJS.ProcessEnv, string | undefined]>([
  [API, {}, undefined],
  [API, { HTTPS_PROXY: PROXY }, "http://proxy.io:3128/"],
  [API, { https_proxy: PROXY }, "http://proxy.io:3128/"],
  [API, { HTTPS_PROXY: "", https_proxy: PROXY }, "http://proxy.io:3128/"],
  [API, { HTTPS_PROXY: "proxy.io:3128" }, "http://proxy.io:3128/"],
  [API, { HTTP_PROXY: PROXY, ALL_PROXY: PROXY }, undefined],
  ["http://api.x.io", { HTTP_PROXY: PROXY }, "http://proxy.io:3128/"],
  ["http://api.x.io", { HTTPS_PROXY: PROXY }, undefined],
  ["http://localhost:1", { HTTP_PROXY: PROXY }, undefined],
  ["http://127.0.0.9:1", { HTTP_PROXY: PROXY }, undefined],
  ["http://[::1]:1", { HTTP_PROXY: PROXY }, undefined],
])("%s with %j is asked through %s", (url, env, proxy) => {
  expect(proxyFor(url, env)?.href).toBe(proxy);
});

test.each<[string, boolean, string?]>([
  ["*", true],
  ["cloudflare.com", true],
  ["x.io, API.cloudflare.com", true],
  [".cloudflare.com", true],
  ["*.cloudflare.com", true],
  [".api.cloudflare.com", false],
  ["flare.com", false],
  ["cloudflare.com:443", true],
  ["cloudflare.com:8443", false],
  ["", false],
  ["10.0.0.0/8", true, "https://10.1.2.3/"],
  ["10.0.0.0/8", false, "https://11.1.2.3/"],
  ["10.0.0.0/33,fd00::/8", true, "https://[fd00::1]/"],
  ["10.1.2.3", true, "https://10.1.2.3/"],
  ["[fd00::1]:443", true, "https://[fd00::1]/"],
  ["fd00::1", true, "https://[fd00::1]/"],
])("NO_PROXY=%s leaves the API alone: %j", (no_proxy, alone, url = API) => {
  const env = { HTTPS_PROXY: PROXY, no_proxy };
  expect(proxyFor(url, env) === undefined).toBe(alone);
});

test("fails where a variable holds no address, without showing it", () => {
  const env = { HTTPS_PROXY: "ftp://user:secret@x" };
  expect(() => proxyFor(API, env)).toThrow(/HTTPS_PROXY is not a proxy URL/);
  expect(() => proxyFor(API, env)).not.toThrow(/secret/);
});

describe("through a proxy", () => {
  let cloud: Cloud;
  let proxy: Server;
  let seen: string[];
  let address: string;
  beforeEach(async () => {
    cloud = await openCloud();
    seen = [];
    proxy = forwardTo(cloud.baseUrl);
    proxy.listen(0, "127.0.0.1");
    await once(proxy, "listening");
    address = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    proxy.close();
    proxy.closeAllConnections();
    await cloud.close();
  });

  /** Takes every host for the local API; `seen` says what it was asked. */
  function forwardTo(baseUrl: string): Server {
    const { port } = new URL(baseUrl);
    const server = createServer((incoming, outgoing) => {
      const { method, url = "", headers } = incoming;
      seen.push(
        `${method} ${url} ${headers["proxy-authorization"] ?? "nobody"}`,
      );
      const { pathname } = new URL(url);
      // The local API answers for its own name only.
      const own = { ...headers, host: `127.0.0.1:${port}` };
      const sent = request(
        { port, host: "127.0.0.1", path: pathname, method, headers: own },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
          answer.pipe(outgoing);
        },
      );
      incoming.pipe(sent);
    });
    server.on("connect", ({ url }, socket) => {
      seen.push(`CONNECT ${url}`);
      const target = connect(Number(port), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        target.pipe(socket).pipe(target);
      });
      for (const end of [socket, target]) end.on("error", () => end.destroy());
    });
    return server;
  }

  const ref = () => ({ accountId: cloud.account.id, tunnelId: cloud.tunnelId });

  test("an http URL is asked of the proxy, with its name and password", async () => {
    const api = new TunnelApi(
      new ApiCalls({
        baseUrl: "http://api.x.io/client/v4",
        apiToken: DEPLOY_TOKEN,
        proxy: new URL(`http://me:p%40ss@${address}`),
      }),
    );
    expect(await api.getConfiguration(ref())).toMatchObject({ version: 14 });
    const name = Buffer.from("me:p@ss").toString("base64");
    expect(seen).toEqual([
      `GET http://api.x.io/client/v4/accounts/${cloud.account.id}/cfd_tunnel/${cloud.tunnelId}/configurations Basic ${name}`,
    ]);
  });

  test("an https URL is asked through a tunnel; what goes wrong names the proxy, not its password", async () => {
    const api = new TunnelApi(
      new ApiCalls({
        baseUrl: "https://api.x.io/client/v4",
        apiToken: DEPLOY_TOKEN,
        proxy: new URL(`http://me:secret@${address}`),
      }),
    );
    // There is no TLS behind this one.
    const error = await api.getTunnel(ref()).catch(String);
    expect(seen).toEqual(["CONNECT api.x.io:443"]);
    expect(error).toMatch(/connection was lost/);
    expect(error).toContain(`the proxy ${address} (HTTPS_PROXY`);
    expect(error).not.toContain("secret");
  });

  test("Terraform's provider takes it from the environment", async () => {
    const workspace = await Workspace.open({
      ...cloud,
      baseUrl: "http://api.x.io/client/v4",
    });
    workspace.env["HTTP_PROXY"] = address;
    workspace.write({ it: { hostname: "new.datacrew.space" } });
    const { code, text } = await workspace.apply();
    workspace.remove();
    expect([code, text]).toEqual([0, expect.stringContaining("1 added")]);
    expect(seen.length).toBeGreaterThan(0);
    expect(cloud.rules().map(({ hostname }) => hostname)).toContain(
      "new.datacrew.space",
    );
  });
});
