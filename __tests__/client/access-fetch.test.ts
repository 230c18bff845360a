import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { MockAgent } from "undici";
import { accessFetch, createAccessFetch } from "../../client/access-fetch";
import { AccessRefusedError } from "../../client/refusal";
import { allowAda, protect, serviceAuth } from "../local/edge/support";
import { HOST, ORIGIN, startClientLab, type ClientLab } from "./world";

let lab: ClientLab;

beforeEach(async () => {
  lab = await startClientLab();
});
afterEach(() => lab.close());

/** What machines and people need to get in, and a client with the token. */
function protectedService() {
  const { policy, token } = serviceAuth(lab);
  protect(lab, [policy, allowAda]);
  return { policy, token, client: client(token) };
}

function client(pair: { client_id: string; client_secret: string }) {
  return createAccessFetch({
    origin: ORIGIN,
    clientId: pair.client_id,
    clientSecret: pair.client_secret,
    dispatcher: lab.dispatcher,
  });
}

const PAIR = { clientId: "id.access", clientSecret: "the secret" };

/** A client of the same origin, and what answers instead of the network. */
function mocked() {
  const mock = new MockAgent();
  mock.disableNetConnect();
  const client = createAccessFetch({
    ...PAIR,
    origin: ORIGIN,
    dispatcher: mock,
  });
  return { client, mock };
}

function secretIn(headers: object = {}): unknown {
  return (headers as Record<string, unknown>)["cf-access-client-secret"];
}

describe("with the pair", () => {
  test("reaches the service, by a path or a whole URL", async () => {
    const { client } = protectedService();

    const one = await client("/prompt", { method: "POST", body: "a cat" });
    const other = await client(`${ORIGIN}/queue?a=1`);

    expect(await one.text()).toBe("origin POST /prompt a cat");
    expect(await other.text()).toBe("origin GET /queue?a=1 ");
  });

  test("streams a body that is still being made", async () => {
    const { client } = protectedService();
    const parts = ["one ", "by ", "one"];
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const part = parts.shift();
        if (part === undefined) controller.close();
        else controller.enqueue(new TextEncoder().encode(part));
      },
    });

    const answer = await client("/upload", {
      method: "POST",
      body,
      duplex: "half",
    });

    expect(await answer.text()).toBe("origin POST /upload one by one");
  });

  test("hands on the body while it comes", async () => {
    const { client } = protectedService();

    const answer = await client("/");

    const parts: string[] = [];
    for await (const part of answer.body!.pipeThrough(new TextDecoderStream()))
      parts.push(part);
    expect(parts.join("")).toBe("origin GET / ");
  });

  test("cannot be overruled by headers of a request", async () => {
    const { client } = protectedService();

    const answer = await client("/", {
      headers: { "CF-Access-Client-Secret": "another", "x-mine": "kept" },
    });

    expect(answer.status).toBe(200);
    expect(lab.seen[0]?.headers["x-mine"]).toBe("kept");
  });

  test("opens a WebSocket", async () => {
    const { client } = protectedService();

    const socket = await client.webSocket("/ws");
    const echo = new Promise((resolve) =>
      socket.addEventListener("message", ({ data }) => resolve(data)),
    );
    socket.send("hello");

    expect(await echo).toBe("hello");
    socket.close();
  });

  test("gives the service's own refusals as answers", async () => {
    const { client, mock } = mocked();
    for (const status of [401, 403])
      mock.get(ORIGIN).intercept({ path: "/" }).reply(status, "not you");

    expect((await client("/")).status).toBe(401);
    expect((await client("/")).status).toBe(403);
  });
});

describe("the pair stays with its origin", () => {
  test("and is not sent to another host that is asked, nor along a redirect", async () => {
    const { client, mock } = mocked();
    const seen: unknown[] = [];
    const others = [
      "https://n8n.datacrew.space",
      "https://elsewhere.example",
      `http://${HOST}`,
    ];
    for (const origin of [ORIGIN, ...others])
      mock
        .get(origin)
        .intercept({ path: "/" })
        .reply(200, ({ headers }) => {
          seen.push([origin, secretIn(headers)]);
          return "here";
        });
    for (const [path, location] of others.entries())
      mock
        .get(ORIGIN)
        .intercept({ path: `/${path}` })
        .reply(307, "", { headers: { location: `${location}/` } });

    await client("/");
    await client(others[0]!);
    await client("/1");
    await client("/2");

    expect(seen).toEqual([
      [ORIGIN, "the secret"],
      ...others.map((origin) => [origin, undefined]),
    ]);
  });

  test("and is refused for plain HTTP", () => {
    expect(() =>
      createAccessFetch({ origin: "http://comfyui.example.com", ...PAIR }),
    ).toThrow("HTTPS only: write https://comfyui.example.com");
  });

  test("and is not sent to this machine, where nothing needs it", async () => {
    const { mock } = mocked();
    const local = "http://localhost:8188";
    mock
      .get(local)
      .intercept({ path: "/" })
      .reply(200, ({ headers }) => String(secretIn(headers)));
    const own = createAccessFetch({ ...PAIR, origin: local, dispatcher: mock });

    expect(await (await own("/")).text()).toBe("undefined");
  });

  test("fails with half a pair", () => {
    expect(() =>
      createAccessFetch({ origin: ORIGIN, clientId: "id.access" }),
    ).toThrow("Access needs both clientId and clientSecret");
  });
});

describe("a refusal says what it can have been", () => {
  const WRONG = { client_id: `${"0".repeat(32)}.access`, client_secret: "no" };
  const UNSURE = ["wrong", "expired", "not admitted"];

  async function refusal(asking: Promise<unknown>) {
    const error = await asking.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof AccessRefusedError)) throw error;
    return { status: error.status, reasons: error.reasons };
  }

  test("missing, where people may log in and where only machines may enter", async () => {
    const none = createAccessFetch({
      origin: ORIGIN,
      dispatcher: lab.dispatcher,
    });
    const { policy } = serviceAuth(lab);
    const application = protect(lab, [policy, allowAda]);
    expect(await refusal(none("/"))).toEqual({
      status: 302,
      reasons: ["missing"],
    });
    lab.account.applications.delete(application.id);
    protect(lab, [policy]);
    expect(await refusal(none("/"))).toEqual({
      status: 403,
      reasons: ["missing"],
    });
  });

  test("wrong or expired or not admitted, where Access says no more", async () => {
    const { client: valid, token } = protectedService();
    expect(await refusal(client(WRONG)("/"))).toEqual({
      status: 302,
      reasons: UNSURE,
    });
    lab.wait(9000 * 3600);
    expect(token.expires_at).toBeDefined();
    expect((await refusal(valid("/"))).reasons).toContain("expired");
  });

  test("not admitted, where the login page's address says that the token is valid", async () => {
    const { client, mock } = mocked();
    const meta = Buffer.from('{"service_token_status":true}').toString(
      "base64url",
    );
    mock
      .get(ORIGIN)
      .intercept({ path: "/" })
      .reply(302, "", {
        headers: {
          location: `https://team.cloudflareaccess.com/cdn-cgi/access/login/x?meta=e30.${meta}.x`,
        },
      });

    expect(await refusal(client("/"))).toEqual({
      status: 302,
      reasons: ["not admitted"],
    });
  });

  test("on the handshake of a WebSocket", async () => {
    protectedService();
    await expect(client(WRONG).webSocket("/ws")).rejects.toThrow(
      AccessRefusedError,
    );
  });

  test("in a strict organisation: 401 for a bad pair", async () => {
    protectedService();
    lab.account.organization!.strict_service_token_auth = true;
    expect(await refusal(client(WRONG)("/"))).toMatchObject({ status: 401 });
  });

  test("without the secret, nor what the query holds", async () => {
    protectedService();
    const bad = { ...WRONG, client_secret: "hush-hush" };
    const asking = client(bad)("/prompt?key=hidden");
    const error = await asking.catch((reason: unknown) => reason);
    const text = `${String(error)} ${JSON.stringify(error)} ${(error as Error).stack}`;
    expect(text).toContain(`${ORIGIN}/prompt`);
    expect(text).not.toMatch(/hush-hush|hidden/);
  });
});

describe("accessFetch", () => {
  const before = process.env;
  afterEach(() => (process.env = before));

  test("is plain fetch where the environment has no pair", async () => {
    const server = createServer((_, response) => response.end("plain"));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;

    const answer = await accessFetch("comfyui", `http://127.0.0.1:${port}/x`);

    expect(await answer.text()).toBe("plain");
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });

  test("fails naming the half that the environment lacks", async () => {
    process.env = { ...before, OPEN_WEBUI_ACCESS_CLIENT_ID: "id.access" };
    await expect(accessFetch("open-webui", ORIGIN)).rejects.toThrow(
      "OPEN_WEBUI_ACCESS_CLIENT_SECRET is not set",
    );
  });
});
