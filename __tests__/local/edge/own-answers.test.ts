import { createServer } from "node:http";
import { request as httpsRequest } from "node:https";
import type { AddressInfo } from "node:net";
import { loadAccount } from "../../../local/account-file";
import { startEdge, type Edge } from "../../../local/edge/edge";
import { Network } from "../../../local/network";
import { askEdge, HOST } from "./support";

const account = loadAccount("guide", { switches: { largestBody: 10 } });
const network = new Network();
/** Of each request, whether all of its body came, and how much. */
const bodies: { readonly whole: boolean; readonly length: number }[] = [];
const origin = createServer((request, response) => {
  let length = 0;
  request.on("data", (part: Buffer) => (length += part.length));
  request.on("error", () => {});
  request.on("close", () => bodies.push({ whole: request.complete, length }));
  const [status, late] = request.url?.slice(1).split("?") ?? [];
  if (status === "0") return;
  const answer = () =>
    response
      .writeHead(Number(status), { "x-mine": "1" })
      .end("the origin's words");
  if (late === undefined) answer();
  else request.once("end", answer);
});
let edge: Edge;
beforeAll(async () => {
  await new Promise<void>((done) => origin.listen(0, "127.0.0.1", done));
  network.add("caddy:80", (origin.address() as AddressInfo).port);
  edge = await startEdge({ account, network });
});
afterAll(async () => {
  await edge.close();
  origin.closeAllConnections();
  await new Promise((done) => origin.close(done));
});

const ask = (path: string, accept?: string, body?: string, at = edge) =>
  askEdge(at, `https://${HOST}${path}`, {
    ...(body !== undefined && { method: "POST", body }),
    headers: { ...(accept && { accept }) },
  });

test.each([502, 504])(
  "puts its own page for an origin's %i",
  async (status) => {
    const page = await ask(`/${status}`, "text/html");
    expect(page).toMatchObject({
      status,
      headers: { server: "cloudflare", "content-type": "text/html" },
      text: expect.stringContaining(`Error ${status}`),
    });
    expect(page.headers["x-mine"]).toBeUndefined();
    expect((await ask(`/${status}`)).text).toBe(`error code: ${status}`);
  },
);

test("puts the same page where the connector reaches nothing", async () => {
  const before = network.find("caddy:80")!.port;
  network.add("caddy:80", 1);
  const nothing = await ask("/200");
  network.add("caddy:80", before);
  expect([nothing.status, nothing.text]).toEqual([502, "error code: 502"]);
});

test("passes other errors of an origin on in its own words", async () => {
  expect(await ask("/500")).toMatchObject({
    status: 500,
    headers: { "x-mine": "1" },
    text: "the origin's words",
  });
});

describe("an edge that waits 50 ms", () => {
  let hasty: Edge;
  beforeAll(async () => {
    hasty = await startEdge({
      account: loadAccount("guide", { switches: { longestWait: 50 } }),
      network,
    });
  });
  afterAll(() => hasty.close());

  test("answers 524 with its code in a header where an origin does not begin", async () => {
    expect(await ask("/0", undefined, undefined, hasty)).toMatchObject({
      status: 524,
      headers: { "cf-error-type": "524" },
      text: "error code: 524",
    });
  });
});

test("refuses a body above the plan's limit itself, and takes one at it", async () => {
  const refused = await ask("/200", undefined, "12345678901");
  expect(refused.status).toBe(413);
  expect(refused.text).toContain("<center>cloudflare</center>");
  expect((await ask("/200", undefined, "1234567890")).status).toBe(200);
});

test("refuses a body without a declared length once it is above the limit, and takes one at it", async () => {
  const chunked = (parts: readonly string[]) =>
    new Promise<number | undefined>((resolve, reject) => {
      const request = httpsRequest(
        {
          host: "127.0.0.1",
          port: edge.port,
          servername: HOST,
          ca: edge.caPem,
          path: "/200?late",
          method: "POST",
          headers: { host: HOST, "transfer-encoding": "chunked" },
        },
        (answer) => {
          answer.resume();
          answer.once("end", () => resolve(answer.statusCode));
        },
      );
      request.once("error", reject);
      for (const part of parts) request.write(part);
      request.end();
    });
  bodies.length = 0;
  expect(await chunked(["12345", "67890"])).toBe(200);
  expect(bodies).toEqual([{ whole: true, length: 10 }]);

  bodies.length = 0;
  expect(await chunked(["12345", "67890", "1"])).toBe(413);
  expect(await chunked(["1".repeat(1000), "2".repeat(1000)])).toBe(413);
  expect(bodies.filter(({ whole }) => whole)).toEqual([]);
});
