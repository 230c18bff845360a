import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { request } from "node:https";
import { connect } from "node:tls";
import { loadAccount } from "../../../local/account-file";
import { startEdge } from "../../../local/edge/edge";
import { Network } from "../../../local/network";
import { internet } from "../../../probe/internet";
import { allowAda, HOST, protect, startLab, TEAM, type Lab } from "./support";

let lab: Lab;

beforeEach(async () => {
  lab = await startLab();
});
afterEach(() => lab.close());

const page = `https://${HOST}/`;

describe("certificates", () => {
  /** Names in the certificate that a client is shown, or the failure's code. */
  function certificateOf(servername: string): Promise<string | undefined> {
    return new Promise((resolve) => {
      const { caPem: ca, port } = lab.edge;
      const socket = connect({ host: "127.0.0.1", port, servername, ca });
      socket.on("secureConnect", () => {
        resolve(socket.getPeerCertificate().subjectaltname);
        socket.destroy();
      });
      socket.on("error", ({ code }: NodeJS.ErrnoException) => resolve(code));
    });
  }

  test.each(["datacrew.space", HOST, TEAM, "accounts.google.com"])(
    "%s has one of its own",
    async (name) => {
      expect(await certificateOf(name)).toBe(`DNS:${name}`);
    },
  );

  test.each([
    "a.b.datacrew.space",
    "example.com",
    "other.cloudflareaccess.com",
  ])("%s has none", async (name) => {
    expect(await certificateOf(name)).toBe("ECONNRESET");
  });

  test("a host of another zone has one when the zone is active", async () => {
    const [zone] = lab.account.zones.values();
    lab.account.zones.set("2", { ...zone!, id: "2", name: "example.com" });
    expect(await certificateOf("example.com")).toBe("DNS:example.com");

    lab.account.zones.get("2")!.status = "pending";
    expect(await certificateOf("app.example.com")).toBe("ECONNRESET");
  });
});

describe("DNS", () => {
  test("a host whose record is not proxied is not served", async () => {
    const answer = await lab.ask("https://blog.datacrew.space/");

    expect(answer.status).toBe(409);
    expect(answer.text).toBe("error code: 1001");
  });

  test("a record that appears is followed at once", async () => {
    const [record] = lab.account.dnsRecords.values();
    lab.account.dnsRecords.set("new", {
      ...record!,
      id: "new",
      name: "blog.datacrew.space",
      type: "CNAME",
      content: `${[...lab.account.tunnels.keys()][0]}.cfargotunnel.com`,
      proxied: true,
    });

    // The tunnel's wildcard rule takes it, and nobody has that rule's name here.
    expect((await lab.ask("https://blog.datacrew.space/")).status).toBe(502);
  });

  test("a tunnel without a connector is error 1033", async () => {
    [...lab.account.tunnels.values()][0]!.connectors = [];

    const answer = await lab.ask(page);

    expect(answer.status).toBe(530);
    expect(answer.text).toBe("error code: 1033");
  });

  test("a tunnel of another account is error 1033", async () => {
    for (const record of lab.account.dnsRecords.values())
      if (record.name === HOST)
        record.content = `${lab.account.newId()}.cfargotunnel.com`;

    expect((await lab.ask(page)).status).toBe(530);
  });

  test("an origin that is not behind a tunnel is out of reach", async () => {
    expect((await lab.ask("https://www.datacrew.space/")).status).toBe(523);
  });

  /** What a resolver answers over HTTPS. */
  async function resolve(name: string, type: string) {
    const query = new URLSearchParams({ name, type });
    const { text } = await lab.ask(
      `https://cloudflare-dns.com/dns-query?${query}`,
      { headers: { accept: "application/dns-json" } },
    );
    const { Answer = [], Status } = JSON.parse(text) as {
      Status: number;
      Answer?: { name: string; data: string; type: number }[];
    };
    return { status: Status, data: Answer.map(({ data }) => data) };
  }

  test.each([
    ["a proxied host", HOST, "A", ["104.16.132.229"]],
    ["a proxied host in IPv6", HOST, "AAAA", ["2606:4700::6810:84e5"]],
    ["a proxied host, of which the tunnel is hidden", HOST, "CNAME", []],
    ["a host under a wildcard", "x.datacrew.space", "A", ["104.16.132.229"]],
    ["the team's domain", TEAM, "A", ["104.16.132.229"]],
    [
      "a record that is not proxied",
      "blog.datacrew.space",
      "CNAME",
      ["datacrew.hosting.example."],
    ],
    [
      "the end of an alias elsewhere",
      "blog.datacrew.space",
      "A",
      ["datacrew.hosting.example."],
    ],
    ["mail", "datacrew.space", "MX", ["10 mx.mail.example."]],
  ])("tells of %s", async (_, name, type, data) => {
    expect(await resolve(name, type)).toEqual({ status: 0, data });
  });

  test("knows nothing of other names", async () => {
    expect(await resolve("example.com", "A")).toEqual({ status: 3, data: [] });
  });
});

describe("a request", () => {
  test("to one host over the connection of another is misdirected", async () => {
    protect(lab, [allowAda]);

    const answer = await lab.ask("https://n8n.datacrew.space/", {
      headers: { host: HOST },
    });

    expect(answer.status).toBe(421);
    expect(lab.seen).toEqual([]);
  });

  test("to a host in capitals or with a port is the host's", async () => {
    protect(lab, [allowAda]);

    for (const host of [HOST.toUpperCase(), `${HOST}:443`, `${HOST}.`])
      expect((await lab.ask(page, { headers: { host } })).status).toBe(302);
  });

  test("without an application is public, with what the edge knows of the client", async () => {
    const { headers, status } = await lab.ask(page, {
      headers: { "cf-connecting-ip": "192.0.2.1" },
    });

    expect(status).toBe(200);
    expect(headers.server).toBe("cloudflare");
    const ray = headers["cf-ray"];
    expect(lab.seen[0]!.headers).toMatchObject({
      "cf-connecting-ip": "127.0.0.1",
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-proto": "https",
      "cf-ray": ray,
    });
  });

  test("without an application is refused where the organisation requires one", async () => {
    lab.account.organization!.deny_unmatched_requests = true;

    expect((await lab.ask(page)).status).toBe(403);
  });

  test("through a bypass has no token of Access, and no person that the client made up", async () => {
    protect(lab, [allowAda]);
    protect(lab, [{ decision: "bypass", include: [{ everyone: {} }] }], {
      domain: `${HOST}/webhook`,
    });

    const { status } = await lab.ask(`${page}webhook/x`, {
      headers: { "cf-access-authenticated-user-email": "ada@datacrew.space" },
    });

    expect(status).toBe(200);
    const got = lab.seen[0]!.headers;
    expect(got).not.toHaveProperty("cf-access-jwt-assertion");
    expect(got).not.toHaveProperty("cf-access-authenticated-user-email");
    expect((await lab.ask(`${page}webhooks`)).status).toBe(302);
  });

  test("follows a policy that was changed a moment ago", async () => {
    const { policies } = protect(lab, [
      { decision: "bypass", include: [{ everyone: {} }] },
    ]);
    expect((await lab.ask(page)).status).toBe(200);

    lab.account.policies.get(policies[0]!.id)!.decision = "non_identity";
    lab.account.policies.get(policies[0]!.id)!.include = [];

    expect((await lab.ask(page)).status).toBe(403);
  });

  test("that no rule of a policy can judge here is refused", async () => {
    protect(lab, [
      {
        decision: "bypass",
        include: [{ device_posture: { integration_uid: "1" } }],
      },
    ]);

    expect((await lab.ask(page)).status).toBe(403);
  });

  test("with an upgrade to anything but a WebSocket is a bad one", async () => {
    const { headers, status } = await lab.ask(page, {
      headers: { connection: "upgrade", upgrade: "h2c" },
    });

    expect(status).toBe(400);
    expect(headers.connection).toBe("close");
  });

  test("keeps its path as it was sent", async () => {
    await lab.ask(`https://${HOST}/a//b/../c%2fd?e=%20`);

    expect(lab.seen[0]!.url).toBe("/a//b/../c%2fd?e=%20");
  });
});

describe("a preflight", () => {
  const preflight = {
    method: "OPTIONS",
    headers: {
      origin: "https://chat.datacrew.space",
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type",
    },
  };

  test("is forbidden, as it carries no cookie", async () => {
    protect(lab, [allowAda]);

    expect((await lab.ask(page, preflight)).status).toBe(403);
  });

  test("goes to the origin where the application lets it", async () => {
    protect(lab, [allowAda], { options_preflight_bypass: true });

    expect((await lab.ask(page, preflight)).text).toBe("origin OPTIONS / ");
  });

  test("is answered from the application's CORS settings", async () => {
    protect(lab, [allowAda], {
      cors_headers: {
        allowed_origins: ["https://chat.datacrew.space"],
        allow_all_methods: true,
        allowed_headers: ["content-type"],
        allow_credentials: true,
        max_age: 600,
      },
    });

    const { headers, status } = await lab.ask(page, preflight);

    expect(status).toBe(200);
    expect(headers).toMatchObject({
      "access-control-allow-origin": "https://chat.datacrew.space",
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": "content-type",
      "access-control-allow-credentials": "true",
      "access-control-max-age": "600",
    });
    expect(lab.seen).toEqual([]);
  });

  test("from a site that the application does not name gets no leave", async () => {
    protect(lab, [allowAda], {
      cors_headers: { allowed_origins: ["https://other.example"] },
    });

    const { headers } = await lab.ask(page, preflight);

    expect(headers).not.toHaveProperty("access-control-allow-origin");
  });
});

test("a WebSocket without an application passes", async () => {
  expect(await lab.openSocket(`wss://${HOST}/ws`)).toEqual({ echo: "hello" });
});

test("a body is passed on while it is still being sent, and so is the answer", async () => {
  const echo = createServer((req, res) => req.pipe(res));
  await new Promise<void>((resolve) =>
    echo.listen(0, "127.0.0.1", () => resolve()),
  );
  const network = new Network();
  network.add("caddy:80", (echo.address() as AddressInfo).port);
  const edge = await startEdge({ account: loadAccount("guide"), network });
  const asking = request({
    agent: false,
    host: "127.0.0.1",
    port: edge.port,
    servername: HOST,
    ca: edge.caPem,
    method: "POST",
    headers: { host: HOST },
  });

  asking.write("first");
  const first = await new Promise<string>((resolve, reject) => {
    asking.on("error", reject);
    asking.on("response", (answer) =>
      answer.once("data", (chunk: Buffer) => resolve(String(chunk))),
    );
  });

  expect(first).toBe("first");
  asking.destroy();
  await edge.close();
  echo.closeAllConnections();
  await new Promise((resolve) => echo.close(resolve));
});

test("an account without Zero Trust has neither team domain nor login", async () => {
  lab.account.organization = null;

  await expect(lab.ask(`https://${TEAM}/`)).rejects.toMatchObject({
    code: "ECONNRESET",
  });
});

test("a connection goes on after WebSockets that were refused", async () => {
  protect(lab, [allowAda]);
  const { caPem: ca, port } = lab.edge;
  const locate = jest.fn(async () => ({ address: "127.0.0.1", port }));
  const outside = internet({ ca, locate });
  for (let times = 0; times < 12; times++)
    expect(await outside.openSocket(`wss://${HOST}/ws`, {})).toMatchObject({
      opened: false,
      status: 302,
    });
  expect(await outside.ask(page)).toMatchObject({ status: 302 });
  expect(locate).toHaveBeenCalledTimes(1);
  await outside.close();
});
