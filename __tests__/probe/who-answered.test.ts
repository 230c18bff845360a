import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { IngressRule } from "../../local/account-objects";
import { findCaddy } from "../../local/origins/caddy";
import {
  pairOf,
  tokenHeaders,
  tokenWorks,
} from "../../probe/checks/token-works";
import { whoAnswered, type Asked } from "../../probe/who-answered";
import type { World } from "../../probe/world";
import { redirectingCaddy } from "./broken-caddy";
import { fullWorld } from "./full-world";
import { HOST, Service } from "./world";

let service: Service;
const closing: (() => unknown)[] = [];
beforeEach(async () => {
  service = await Service.deploy();
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await service.close();
});

const URL_ASKED = `https://${HOST}/queue`;

/** What a machine with the token is told, from outside alone. */
async function told(rule?: Asked["rule"], isDeployed?: boolean) {
  const answer = await service.world().ask(URL_ASKED, {
    headers: tokenHeaders(pairOf(service.deployed.token!)!),
  });
  return whoAnswered(answer, {
    name: "comfyui",
    url: URL_ASKED,
    pairSent: true,
    rule,
    isDeployed,
  });
}

/** Has the tunnel lead to a service of this test's own. */
async function originIs(listener: RequestListener): Promise<void> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  leadTo((server.address() as AddressInfo).port);
}

const leadTo = (port: number) =>
  service.cloudflare.network.add("caddy:80", port);

const answering =
  (status: number, headers: Record<string, string> = {}, body = "") =>
  (_: unknown, response: Parameters<RequestListener>[1]) =>
    response.writeHead(status, headers).end(body);

const json = (status: number, body: object) =>
  answering(
    status,
    { "content-type": "application/json" },
    JSON.stringify(body),
  );

const n8nSays = (message: string) => ({ code: 404, message: `The ${message}` });

const DIRECT = { service: "http://comfyui:8188", trusts: true, direct: true };

const ourRule = (change: (rule: IngressRule) => void) =>
  service.writeRules((rules) => {
    for (const rule of rules) if (rule.hostname === HOST) change(rule);
  });

describe("Access", () => {
  test("refuses a wrong secret, where people may log in", async () => {
    service.token.client_secret = "another";
    expect(await told()).toMatchObject({
      by: ["Access"],
      cause: expect.stringContaining("no service token has this id and secret"),
      remedy: expect.stringContaining("--symptom 403"),
    });
  });

  test.each([true, false])(
    "refuses it where only machines may enter (strict: %s)",
    async (strict) => {
      service.account.organization!.strict_service_token_auth = strict;
      service.app.policies = service.app.policies.filter(
        ({ id }) => id !== service.people.id,
      );
      service.token.client_secret = "another";
      expect((await told()).by).toEqual(["Access"]);
    },
  );
});

describe("the edge", () => {
  test("finds no connector", async () => {
    for (const tunnel of service.account.tunnels.values())
      tunnel.connectors = [];
    expect(await told()).toMatchObject({
      by: ["Cloudflare's edge"],
      cause: "the tunnel has no running connector",
    });
  });

  test("finds no tunnel by a record", async () => {
    for (const record of service.account.dnsRecords.values())
      if (record.name === HOST) record.content = "gone.example.net";
    expect(await told()).toMatchObject({
      by: ["Cloudflare's edge"],
      cause: expect.stringContaining("error 1016"),
    });
  });

  test("waits for a service no longer than it does", async () => {
    service.account.switches.longestWait = 50;
    await originIs((request) => void request.resume());
    expect(await told()).toMatchObject({
      by: ["Cloudflare's edge"],
      remedy: expect.stringContaining("--symptom 524"),
    });
  });

  test("takes no larger body than the plan allows", async () => {
    service.account.switches.largestBody = 10;
    const answer = await service.world().ask(URL_ASKED, {
      form: { prompt: "a cat on a mat" },
      headers: tokenHeaders(pairOf(service.deployed.token!)!),
    });
    const asked = { name: "comfyui", url: URL_ASKED, pairSent: true };
    expect(answer.status).toBe(413);
    expect(whoAnswered(answer, asked)).toMatchObject({
      by: ["Cloudflare's edge"],
      remedy: expect.stringContaining("--symptom 413"),
    });
  });
});

test("nobody who leaves a name or a word: it may pass", () => {
  const asked = { name: "comfyui", url: URL_ASKED, pairSent: true };
  const told404 = (headers: Record<string, string>, text = "") =>
    whoAnswered({ status: 404, headers: new Headers(headers), text }, asked);
  expect(told404({}).lasting).toBe(false);
  expect(told404({}, "no such path").lasting).toBe(true);
  expect(told404({ "content-type": "text/plain" }).lasting).toBe(true);
});

describe("the connector", () => {
  const trusting = { service: "http://caddy:80", trusts: true, direct: false };

  test("does not trust the application: as mute as a service's own guard", async () => {
    await service.demand("another application's");
    expect((await told()).by).toEqual(["the connector", "the service"]);
    const distrusting = { ...trusting, trusts: false };
    expect(await told(distrusting)).toMatchObject({
      by: ["the connector"],
      remedy: expect.stringMatching(/^deploy the stack again /) as unknown,
    });
    // A deploy is refused where somebody made the application by hand.
    expect((await told(distrusting, false)).remedy).toMatch(
      /^no state here knows a deploy of the stack: npm run adopt -- comfyui /,
    );
  });

  test("has no rule but the last", async () => {
    await service.writeRules((rules) => void rules.splice(0, rules.length - 1));
    expect((await told()).by).toEqual(["the connector", "the service"]);
    const rule = { ...trusting, service: "http_status:404" };
    expect(await told(rule)).toMatchObject({
      by: ["the connector"],
      cause: expect.stringContaining("no rule of the tunnel"),
    });
  });

  test("has no rules at all", async () => {
    for (const tunnel of service.account.tunnels.values())
      tunnel.configuration.config = null;
    expect((await told()).by[0]).toBe("the connector");
  });

  test("reaches nothing: as mute as a Caddy that reaches nothing", async () => {
    leadTo(1);
    const nothing = await told();
    await originIs(answering(502));
    expect(await told()).toEqual(nothing);
    expect(nothing.by).toEqual(["the connector", "Caddy"]);
    expect(nothing.cause).toMatch(/^could be any of these: /);
  });

  test("trusts no certificate of the service's own making", async () => {
    await ourRule((rule) => {
      rule.service = "https://grafana:3000";
      delete rule.originRequest?.noTLSVerify;
    });
    const rule = {
      service: "https://grafana:3000",
      trusts: true,
      direct: true,
      verifies: true,
    };
    expect((await told(rule)).cause).toContain(
      "does not trust the certificate of https://grafana:3000",
    );
  });
});

describe("Caddy", () => {
  const program = findCaddy();
  const real = program === undefined ? test.skip : test;

  real("redirects to https for ever", async () => {
    const caddy = await redirectingCaddy(program!, HOST);
    closing.push(caddy.close);
    leadTo(caddy.port);
    expect(await told()).toMatchObject({
      // Behind the edge nothing of Caddy's is left in the answer.
      by: ["Caddy", "the service"],
      remedy: expect.stringContaining(`http://${HOST} { … }`),
    });
  });

  test("has no site for the host", async () => {
    await ourRule((rule) => {
      rule.originRequest = {
        ...rule.originRequest,
        httpHostHeader: "comfy.example",
      };
    });
    expect(await told()).toMatchObject({
      by: ["Caddy", "the service"],
      cause: expect.stringContaining(HOST),
    });
  });
});

describe("the service", () => {
  test.each([
    ["has no such path", 404, "Not Found"],
    ["asks for a key of its own", 401, "who are you?"],
    ["refuses with words", 403, '{"error":"no"}'],
    ["takes no such body", 413, "Maximum request body size 104857600 exceeded"],
    ["fails", 500, "Internal Server Error"],
  ])("%s", async (_, status, body) => {
    await originIs(answering(status, { "content-type": "text/plain" }, body));
    const { by, remedy } = await told();
    expect(by).toEqual(["the service"]);
    expect(remedy).not.toContain("token in");
  });

  test("refuses without a word, where the rule trusts the token", async () => {
    await originIs(answering(403));
    const rule = { service: "http://caddy:80", trusts: true, direct: false };
    expect(await told(rule)).toMatchObject({
      by: ["the service"],
      cause: expect.stringContaining("Host, Origin or Sec-Fetch-Site"),
    });
  });

  test.each([
    ["at this machine's own address", "http://localhost:1111/login"],
    ["at the same host", "/login?next=%2Fqueue"],
  ])("leads to a login of its own %s", async (_, location) => {
    await originIs(answering(302, { location }));
    expect(await told()).toMatchObject({
      by: ["the service"],
      cause: expect.stringContaining("a login of its own"),
    });
  });

  test.each([
    ["through Caddy, which says so", { via: "1.1 Caddy" }, undefined],
    ["with no Caddy on the way", {}, DIRECT],
  ])("redirects to itself with a bare 308, %s", async (_, headers, rule) => {
    await originIs(answering(308, { location: URL_ASKED, ...headers }));
    expect((await told(rule)).by).toEqual(["the service"]);
  });

  test("says of a webhook that n8n does not have what to do", async () => {
    await originIs(json(404, n8nSays('webhook "GET x" is not registered.')));
    expect((await told()).remedy).toContain("activate (publish) the workflow");
    await originIs(
      json(404, n8nSays("webhook is not registered for GET requests.")),
    );
    expect((await told()).remedy).toContain("the method that it names");
    const form = "<title>Problem loading form</title>";
    await originIs(answering(404, { "content-type": "text/html" }, form));
    expect(await told()).toMatchObject({
      cause: "n8n has no active form there",
      remedy: expect.stringContaining("activate (publish) the workflow"),
    });
  });

  test("redirects to the very address that was asked", async () => {
    await originIs(answering(301, { location: URL_ASKED }, "Moved"));
    expect(await told()).toMatchObject({
      by: ["the service"],
      cause: expect.stringContaining("the very address that was asked"),
    });
  });
});

test.each([
  ["Invalid Host header", 403],
  ['Blocked request. This host ("app.example.com") is not allowed.', 403],
  ["DisallowedHost at /", 400],
  ["Access through untrusted domain", 400],
])("the service says %j of the Host", async (words, status) => {
  await originIs(answering(status, { "content-type": "text/plain" }, words));
  expect(await told()).toMatchObject({
    by: ["the service"],
    cause: "the service refuses the Host that it sees",
  });
});

test("the probe never sends anyone to the token where it was admitted", async () => {
  await originIs(answering(403, { "content-type": "text/plain" }, "no"));
  const world: World = fullWorld(service);
  const finding = await tokenWorks.run(service.deployed, world);
  expect(finding).toMatchObject({
    status: "broken",
    cause: expect.stringMatching(
      /^the service itself refuses: by its own permissions/,
    ),
    remedy: expect.not.stringContaining("Service auth"),
  });
});

test("the probe names the service's own guard by the tunnel's rule", async () => {
  await originIs(answering(403));
  const finding = await tokenWorks.run(service.deployed, fullWorld(service));
  expect(finding).toMatchObject({
    status: "broken",
    cause: expect.stringMatching(/^the service itself refuses, without a word/),
  });
});
