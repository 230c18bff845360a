import { Cloudflare } from "../../account/cloudflare";
import { withRetries, type Progress } from "../../account/with-retries";

const said: string[] = [];
const progress = (signal = new AbortController().signal): Progress => ({
  signal,
  say: (text) => void said.push(text),
  tick: () => undefined,
});
beforeEach(() => void said.splice(0));

/** Answers one after the other, the last one for ever; `null` cuts the connection. */
function cloudflare(...answers: (Response | null)[]) {
  let asked = 0;
  const client = new Cloudflare({
    apiToken: "not-asked-for",
    maxRetries: 0,
    fetch: async () => {
      const answer = answers[Math.min(asked++, answers.length - 1)];
      if (!answer) throw new TypeError("fetch failed");
      return answer.clone();
    },
  });
  return {
    ask: () => client.user.tokens.verify(),
    asked: () => asked,
  };
}

const ok = Response.json({ success: true, result: { status: "active" } });
const refused = (status: number, code = 10000, headers = {}) =>
  Response.json(
    { success: false, errors: [{ code, message: "no" }] },
    { status, headers },
  );

test.each([
  ["a cut connection", [null, ok]],
  ["a server error", [refused(502), refused(500), ok]],
  ["a 403 that meant throttling", [refused(403), ok]],
])("gets through %s", async (_name, answers) => {
  const { ask } = cloudflare(...answers);
  expect(await withRetries(ask, progress())).toEqual({ status: "active" });
  expect(said).toEqual([]);
});

test("waits for as long as a 429 asks, and says so", async () => {
  const { ask } = cloudflare(refused(429, 971, { "retry-after": "1" }), ok);
  expect(await withRetries(ask, progress())).toEqual({ status: "active" });
  expect(said).toEqual([
    "Cloudflare's rate limit is reached: continuing in 1 s",
  ]);
});

test("understands a date to wait for", async () => {
  const soon = new Date(Date.now() + 1000).toUTCString();
  const { ask } = cloudflare(refused(429, 971, { "retry-after": soon }), ok);
  expect(await withRetries(ask, progress())).toEqual({ status: "active" });
  expect(said[0]).toMatch(/continuing in [12] s/);
});

test.each([
  ["a missing permission", refused(403), 403, 2],
  ["Zero Trust that is off", refused(403, 9999), 403, 1],
  ["what was wrong to ask", refused(400), 400, 1],
])("fails on %s", async (_name, answer, status, times) => {
  const { ask, asked } = cloudflare(answer);
  await expect(withRetries(ask, progress())).rejects.toMatchObject({ status });
  expect(asked()).toBe(times);
});

test("fails where the connection stays cut", async () => {
  const { ask, asked } = cloudflare(null);
  await expect(withRetries(ask, progress())).rejects.toThrow(
    "Connection error",
  );
  expect(asked()).toBe(4);
});

test("stops waiting when it is told to", async () => {
  const stop = new AbortController();
  const { ask, asked } = cloudflare(
    refused(429, 971, { "retry-after": "300" }),
  );
  const waiting = withRetries(ask, {
    ...progress(stop.signal),
    say: () => stop.abort(),
  });
  await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  expect(asked()).toBe(1);
});
