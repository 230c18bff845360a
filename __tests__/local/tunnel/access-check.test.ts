import { generateKeyPair, SignJWT } from "jose";
import { AUD, Bench, NOW } from "./support";
import { visit } from "./visitor";

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
});
afterAll(() => bench.close());

const seconds = Math.floor(NOW.getTime() / 1000);
const required = { required: true, teamName: "datacrew", audTag: [AUD] };

function demand(access: Record<string, unknown>): void {
  bench.pushRule({
    originRequest: { access: access as { required: boolean } },
  });
}

async function statusWith(assertion?: string): Promise<number> {
  const headers: Record<string, string> =
    assertion === undefined ? {} : { "cf-access-jwt-assertion": assertion };
  return (await visit(bench, "/", { headers })).status;
}

test("lets a good token through", async () => {
  demand(required);
  expect(await statusWith(await bench.token())).toBe(204);
});

test("takes an audience that is a plain string, and any of several", async () => {
  demand({ ...required, audTag: ["b", AUD] });
  expect(await statusWith(await bench.token({ aud: AUD }))).toBe(204);
  expect(await statusWith(await bench.token({ aud: ["x", AUD] }))).toBe(204);
});

test("answers 403 without a token, and with an empty one", async () => {
  demand(required);
  expect(await statusWith()).toBe(403);
  expect(await statusWith("")).toBe(403);
});

test("answers 403 to another application's token", async () => {
  demand(required);
  expect(await statusWith(await bench.token({ aud: ["other"] }))).toBe(403);
  expect(await statusWith(await bench.token({ aud: undefined }))).toBe(403);
});

test("rejects everything where no audience is named", async () => {
  demand({ ...required, audTag: [] });
  expect(await statusWith(await bench.token())).toBe(403);
  demand({ required: true });
  expect(await statusWith()).toBe(403);
});

test.each([
  ["expired", { exp: seconds - 1 }],
  ["without an end", { exp: undefined }],
  ["not valid for another six minutes", { nbf: seconds + 360 }],
  ["of another team", { iss: "https://other.cloudflareaccess.com" }],
])("answers 502 to a token that is %s", async (_what, claims) => {
  demand(required);
  expect(await statusWith(await bench.token(claims))).toBe(502);
});

test("allows five minutes of clock skew at a token's beginning", async () => {
  demand(required);
  expect(await statusWith(await bench.token({ nbf: seconds + 299 }))).toBe(204);
});

test("answers 502 to a token that somebody else signed", async () => {
  demand(required);
  const { privateKey } = await generateKeyPair("RS256");
  expect(await statusWith(await bench.token({}, privateKey))).toBe(502);
});

test("answers 502 to a token with a shared secret, and to nonsense", async () => {
  demand(required);
  const forged = await new SignJWT({ aud: [AUD], exp: seconds + 60 })
    .setProtectedHeader({ alg: "HS256", kid: "k1" })
    .sign(new TextEncoder().encode("x".repeat(32)));
  expect(await statusWith(forged)).toBe(502);
  expect(await statusWith("nonsense")).toBe(502);
});

test("does not look at tokens where access is not required", async () => {
  demand({ ...required, required: false });
  expect(await statusWith()).toBe(204);
});

test("does not enforce an access demand at the top of the document", async () => {
  bench.pushRule({}, { originRequest: { access: required } });
  expect(await statusWith()).toBe(204);
});
