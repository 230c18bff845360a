import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { page } from "../../../local/origins/page";
import type { StandIn } from "../../../local/origins/stand-in";
import { selfSignedCertificate } from "../../../terraform-plugin/certificate";
import { Bench } from "./support";
import { visit } from "./visitor";

const folder = mkdtempSync(join(tmpdir(), "connector-"));
let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
  await bench.origin("app:80", echo);
  await bench.origin("other:80", page("Other"));
  const { certificate, privateKey } = selfSignedCertificate();
  const cert = new X509Certificate(certificate).toString();
  writeFileSync(join(folder, "ca.pem"), cert);
  await bench.origin("secure:443", page("Secure"), {
    tls: { key: privateKey, cert },
  });
});
afterAll(async () => {
  await bench.close();
  rmSync(folder, { recursive: true });
});

/** Answers with what it was asked. */
const echo: StandIn = {
  async handle(request, response) {
    let body = "";
    for await (const piece of request) body += String(piece);
    const { method, url, headers } = request;
    response.writeHead(201, { "set-cookie": ["a=1", "b=2"] });
    response.end(JSON.stringify({ method, url, headers, body }));
  },
};

interface Echo {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

async function echoed(...how: Parameters<typeof visit>): Promise<Echo> {
  return JSON.parse((await visit(...how)).text) as Echo;
}

describe("rules", () => {
  test("the first that matches wins, by host and path", async () => {
    bench.push({
      ingress: [
        {
          hostname: "app.example.com",
          path: "^/api",
          service: "http_status:201",
        },
        { hostname: "*.example.com", service: "http_status:202" },
        { service: "http_status:404" },
      ],
    });
    const status = async (path: string, host?: string) =>
      (await visit(bench, path, { host })).status;
    expect(await status("/api/x?a=1")).toBe(201);
    expect(await status("/%61pi")).toBe(201);
    expect(await status("/x/api")).toBe(202);
    expect(await status("/", "a.b.example.com:443")).toBe(202);
    expect(await status("/", "example.com")).toBe(404);
    expect(await status("/%zz")).toBe(400);
  });

  test.each([
    ["no rules", { ingress: [] }],
    ["a document without ingress", {}],
    ["no document", null],
  ])("%s: everything is answered 503", async (_name, config) => {
    bench.push(config);
    expect((await visit(bench)).status).toBe(503);
  });

  test("hello_world shows cloudflared's own page", async () => {
    bench.pushRule({ service: "hello_world" });
    expect((await visit(bench)).text).toContain("You created a tunnel!");
  });
});

describe("pushed configurations", () => {
  test("a newer one is in force with the next request", async () => {
    bench.pushRule({ service: "http_status:201" });
    expect((await visit(bench)).status).toBe(201);
    bench.pushRule({ service: "http_status:202" });
    expect((await visit(bench)).status).toBe(202);
  });

  test("one that is not newer is ignored", async () => {
    bench.pushRule({ service: "http_status:201" });
    expect((await visit(bench)).status).toBe(201);
    const { version } = bench.account.tunnels.get(
      bench.tunnelId,
    )!.configuration;
    bench.push({ ingress: [{ service: "http_status:202" }] }, version);
    expect((await visit(bench)).status).toBe(201);
    bench.push({ ingress: [{ service: "http_status:202" }] }, version - 1);
    expect((await visit(bench)).status).toBe(201);
    bench.push({ ingress: [{ service: "http_status:202" }] }, version + 1);
    expect((await visit(bench)).status).toBe(202);
  });

  test("a faulty one is refused as a whole, and the old one stays", async () => {
    bench.pushRule({ service: "http_status:201" });
    expect((await visit(bench)).status).toBe(201);
    bench.push({
      ingress: [
        { hostname: "app.example.com", service: "http_status:202" },
        { hostname: "b.example.com", service: "http://app/path" },
      ],
    });
    expect((await visit(bench)).status).toBe(201);
    expect(bench.connector.faults()).toHaveLength(2);
    bench.pushRule({ service: "http_status:203" });
    expect((await visit(bench)).status).toBe(203);
    expect(bench.connector.faults()).toEqual([]);
  });

  test("one that names an audience and no team is refused", async () => {
    bench.pushRule({ service: "http_status:201" });
    expect((await visit(bench)).status).toBe(201);
    bench.pushRule({
      originRequest: { access: { required: true, audTag: ["a"] } },
    });
    expect((await visit(bench)).status).toBe(201);
  });
});

describe("origins", () => {
  test("get method, path, query, body and headers as they came", async () => {
    bench.pushRule({ service: "http://app" });
    const answer = await echoed(bench, "/a//b/../c%2F?d=%20", {
      method: "PUT",
      headers: { "x-one": "1", connection: "x-two", "x-two": "2" },
      body: "hello",
    });
    expect(answer).toMatchObject({
      method: "PUT",
      url: "/a//b/../c%2F?d=%20",
      body: "hello",
    });
    expect(answer.headers).toMatchObject({
      host: "app.example.com",
      "x-one": "1",
    });
    expect(answer.headers["x-two"]).toBeUndefined();
    expect(answer.headers["x-forwarded-host"]).toBeUndefined();
  });

  test("answer with status and headers of their own", async () => {
    bench.pushRule({ service: "http://app:80" });
    const answer = await visit(bench);
    expect(answer.status).toBe(201);
    expect(answer.headers["set-cookie"]).toEqual(["a=1", "b=2"]);
  });

  test("get httpHostHeader, and the visitor's host beside it", async () => {
    bench.pushRule({
      service: "http://app:80",
      originRequest: { httpHostHeader: "inner.example.net" },
    });
    expect((await echoed(bench)).headers).toMatchObject({
      host: "inner.example.net",
      "x-forwarded-host": "app.example.com",
    });
  });

  test("take from the document what the rule leaves out", async () => {
    bench.pushRule(
      { service: "http://app:80" },
      { originRequest: { httpHostHeader: "top.example.net" } },
    );
    expect((await echoed(bench)).headers["host"]).toBe("top.example.net");
  });

  test.each(["DELETE", "POST"])(
    "get the body of a %s in pieces",
    async (method) => {
      bench.pushRule({ service: "http://app:80" });
      const answer = await echoed(bench, "/", {
        method,
        headers: { "transfer-encoding": "chunked" },
        body: "in pieces",
      });
      expect(answer.body).toBe("in pieces");
    },
  );

  test("are 502 where nobody on the network has the name", async () => {
    for (const service of [
      "http://nowhere:80",
      "http://localhost:80",
      "http://127.0.0.1:80",
      "http://app:81",
    ]) {
      bench.pushRule({ service });
      expect((await visit(bench)).status).toBe(502);
    }
  });

  test("are 502 where they are down", async () => {
    const gone = await Bench.start();
    await gone.origin("gone:80", echo);
    bench.network.add("gone:80", gone.network.find("gone:80")!.port);
    await gone.close();
    bench.pushRule({ service: "http://gone:80" });
    expect((await visit(bench)).status).toBe(502);
  });

  test("are 502 where HTTP does not reach them", async () => {
    bench.pushRule({ service: "ssh://app:80" });
    expect((await visit(bench)).status).toBe(502);
  });

  test("need a trusted certificate, unless noTLSVerify", async () => {
    bench.pushRule({ service: "https://secure" });
    expect((await visit(bench)).status).toBe(502);
    bench.pushRule({
      service: "https://secure:443",
      originRequest: { noTLSVerify: true },
    });
    expect((await visit(bench)).text).toContain("Secure");
  });

  test.each([
    [
      "of the pool, for the name stated",
      { originServerName: "localhost" },
      200,
    ],
    ["of the pool, for another name", {}, 502],
    ["of the pool, for the request's host", { matchSNItoHost: true }, 502],
    [
      "of a pool that is not there",
      { originServerName: "localhost", caPool: "/nowhere/ca.pem" },
      502,
    ],
  ])("takes a certificate %s: %j is %d", async (_, originRequest, status) => {
    const caPool = join(folder, "ca.pem");
    bench.pushRule({
      service: "https://secure",
      originRequest: { caPool, ...originRequest },
    });
    expect((await visit(bench)).status).toBe(status);
  });
});
