import type { ExplainedEntry } from "../../logs/explain";
import { standsOut } from "../../logs/stands-out/stands-out";

const TOKEN = { name: "comfyui-api", clientId: "abc.access" };

let minute = 0;
function entry(changes: Partial<ExplainedEntry> = {}): ExplainedEntry {
  const who = changes.who ?? changes.name ?? "ada@datacrew.space";
  return {
    at: `2026-11-24T11:${String(minute++ % 60).padStart(2, "0")}:00.000Z`,
    who,
    name: who,
    kind: "person",
    result: "let in",
    connection: "google",
    country: "NL",
    ip: "198.51.100.7",
    appId: "app",
    domain: "comfyui.datacrew.space",
    rayId: "ray",
    today: { admitted: "yes", reason: "" },
    ...changes,
  };
}
const use = (changes: Partial<ExplainedEntry> = {}) =>
  entry({
    kind: "token",
    who: TOKEN.clientId,
    name: TOKEN.name,
    connection: "nonidentity",
    ...changes,
  });
const mallory = (changes: Partial<ExplainedEntry> = {}) =>
  entry({
    name: "mallory@example.net",
    result: "refused",
    country: "US",
    today: { admitted: "no", reason: "" },
    ...changes,
  });

function find(...entries: ExplainedEntry[]) {
  const found = standsOut({ service: "comfyui", entries, tokens: [TOKEN] });
  return Object.fromEntries(found.map(({ id, text }) => [id, text]));
}

test("nothing on a quiet day", () => {
  expect(find(entry(), entry(), use(), use())).toEqual({});
});

test("someone inside whom today's policies would refuse, and how to end it", () => {
  const out = { admitted: "no", reason: "" } as const;
  const found = find(entry({ at: "2026-11-24T11:00:00Z", today: out }), use());
  expect(found).toEqual({
    "no-longer-admitted":
      "ada@datacrew.space was let in at 2026-11-24T11:00:00Z, and today's policies would not: a session may go on. End it: npm run revoke -- comfyui --person ada@datacrew.space",
  });
});

test("someone refused again and again", () => {
  const tries = [mallory(), mallory(), mallory({ country: "BR", ip: "" })];
  expect(find(entry(), use(), ...tries)).toEqual({
    "refused-often":
      "mallory@example.net was refused 3 times, from US (2), BR (1), 198.51.100.7 (2), an unknown address (1)",
  });
});

test("strangers, once or twice", () => {
  const eve = { name: "eve@example.net" };
  const found = find(entry(), use(), mallory(), mallory(eve), mallory(eve));
  expect(Object.keys(found)).toEqual(["strangers"]);
  expect(found.strangers).toContain("mallory@example.net, eve@example.net");
});

test("no stranger who got in before, or of whom nothing is known", () => {
  const known = mallory({ name: "ada@datacrew.space" });
  const found = find(entry(), known, use(), mallory({ today: undefined }));
  expect(found).toEqual({});
});

test("someone refused whom today's policies would let in", () => {
  const today = { admitted: "yes", reason: "" } as const;
  expect(Object.keys(find(entry(), use(), mallory({ today })))).toEqual([
    "refused-though-admitted",
  ]);
});

test("a person in several countries, and none where they are not known", () => {
  const found = find(entry(), entry({ country: "BR" }), entry(), use());
  expect(found).toEqual({
    "several-countries":
      "ada@datacrew.space was let in from several countries: NL (2), BR (1)",
  });
  expect(find(entry({ country: undefined }), entry(), use())).toEqual({});
});

test("a token from several countries or addresses", () => {
  const [country] = Object.values(find(entry(), use(), use({ country: "US" })));
  expect(country).toMatch(
    /comfyui-api .*several countries: NL \(1\), US \(1\)/,
  );
  expect(country).toContain("npm run rotate -- comfyui --token comfyui-api");
  const [address] = Object.values(find(entry(), use(), use({ ip: "::1" })));
  expect(address).toContain("several addresses: 198.51.100.7 (1), ::1 (1)");
});

test("a token that was not used, without claiming more than the log says", () => {
  const found = find(entry());
  expect(Object.keys(found)).toEqual(["token-unused"]);
  expect(found["token-unused"]).toContain("without promise");
});

test("a token that the stack does not have", () => {
  const other = use({ who: "def.access", name: "someone-elses" });
  const found = find(entry(), use(), other, other);
  expect(found["token-of-nobody"]).toMatch(
    /the token someone-elses was let in 2 times/,
  );
});

test("that nobody logged in", () => {
  expect(Object.keys(find(use()))).toEqual(["nobody"]);
});

test("logouts are nobody's login", () => {
  const out = entry({ result: "logged out" });
  expect(Object.keys(find(use(), out))).toEqual(["nobody"]);
});
