import { request } from "node:http";
import { connect } from "node:net";
import { Cloudflare } from "../../../account/cloudflare";
import { loadAccount } from "../../../local/account-file";
import { DROP } from "../../../local/api/calls";
import { startApi, type ApiServer } from "../../../local/api/server";
import { DEPLOY_TOKEN } from "./support";

let server: ApiServer;
beforeEach(async () => {
  server = await startApi(loadAccount("guide"));
});
afterEach(() => server.close());

function client(maxRetries = 0): Cloudflare {
  const { baseUrl } = server;
  return new Cloudflare({
    apiToken: DEPLOY_TOKEN,
    baseURL: baseUrl,
    maxRetries,
  });
}

test("serves the API on loopback", async () => {
  expect(server.baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/client\/v4$/);
  const [zone] = (await client().zones.list({ name: "datacrew.space" })).result;
  expect(zone).toMatchObject({ name: "datacrew.space" });
  const made = await client().dns.records.create({
    zone_id: zone!.id,
    type: "TXT",
    name: "über",
    content: '"grün"',
    ttl: 1,
  });
  expect(made).toMatchObject({ name: "über.datacrew.space" });
});

/** Asks with a token that may do anything, as a page that was led here would. */
async function statusFor(host: string): Promise<number | undefined> {
  const headers = { host, authorization: `Bearer ${DEPLOY_TOKEN}` };
  const url = `${server.baseUrl}/zones`;
  return new Promise((done, failed) =>
    request(url, { headers }, (answer) => done(answer.resume().statusCode))
      .on("error", failed)
      .end(),
  );
}

test.each([
  ["127.0.0.1", 200],
  ["localhost", 200],
  ["LOCALHOST", 200],
  ["[::1]", 200],
  ["rebound.example.com", 421],
  ["127.0.0.1.example.com", 421],
  ["api.cloudflare.com", 421],
  ["localhost@example.com", 421],
])("answers for its own names: %s gets %i", async (name, status) => {
  expect(await statusFor(`${name}:${server.port}`)).toBe(status);
});

test("answers through another port that leads to it", async () => {
  expect(await statusFor("127.0.0.1:1")).toBe(200);
  expect(await statusFor("127.0.0.1")).toBe(200);
});

test("cuts the connection of a call whose answer is dropped", async () => {
  let drops = 1;
  server.api.onCall({ after: () => (drops-- > 0 ? DROP : undefined) });
  const listing = client().zones.list();
  await expect(listing).rejects.toThrow("Connection error");
  expect((await client().zones.list()).result).toHaveLength(1);
});

test("closes though clients keep their connections", async () => {
  const other = await startApi(loadAccount("guide"));
  const socket = connect(other.port, "127.0.0.1");
  const gone = new Promise((resolve) => socket.once("close", resolve));
  await new Promise((resolve) => socket.once("connect", resolve));
  await other.close();
  await gone;
});

test("fails on a port that is taken", async () => {
  const { port } = server;
  await expect(startApi(loadAccount("guide"), { port })).rejects.toThrow(
    "EADDRINUSE",
  );
});
