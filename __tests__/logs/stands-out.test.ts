import type { OwnDoings } from "../../account/own-doings";
import type { ExplainedEntry } from "../../logs/explain";
import { standsOut } from "../../logs/stands-out/stands-out";

const TOKEN = { name: "comfyui-api", clientId: "abc.access" };

let machinesKnown = true;
let own: OwnDoings | undefined;
beforeEach(() => {
  machinesKnown = true;
  own = undefined;
});

let minute = 0;
function entry(changes: Partial<ExplainedEntry> = {}): ExplainedEntry {
  const who = changes.who ?? changes.name ?? "ada@datacrew.space";
  return {
    at: `2026-11-24T11:${String(minute++ % 60).padStart(2, "0")}:00.000Z`,
    who,
    name: who,
    kind: "person",
    result: "allowed",
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
    kind: "machine",
    who: TOKEN.clientId,
    name: TOKEN.name,
    connection: "nonidentity",
    ...changes,
  });
const mallory = (changes: Partial<ExplainedEntry> = {}) =>
  entry({
    name: "mallory@example.net",
    result: "denied",
    country: "US",
    today: { admitted: "no", reason: "" },
    ...changes,
  });

function find(...entries: ExplainedEntry[]) {
  const found = standsOut({
    service: "comfyui",
    entries,
    tokens: [TOKEN],
    own,
    machinesKnown,
  });
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
      "ada@datacrew.space was allowed on 2026-11-24 11:00 UTC, but today's policies would deny them: their session may still be active. End it: npm run revoke -- comfyui --person ada@datacrew.space",
  });
});

test("no name is a command where it is copied", () => {
  const out = { admitted: "no", reason: "" } as const;
  const name = "x;rm$'@example.com";
  expect(
    find(entry({ name, today: out }), use())["no-longer-admitted"],
  ).toMatch(/--person 'x;rm\$'\\''@example\.com'$/);
});

test("someone refused again and again", () => {
  const tries = [mallory(), mallory(), mallory({ country: "BR", ip: "" })];
  expect(find(entry(), use(), ...tries)).toEqual({
    "refused-often":
      "mallory@example.net was denied 3 times, from 198.51.100.7 (2), an unknown address (1) in US (2), BR (1)",
  });
});

test("someone refused again and again from countries that the log does not say", () => {
  const tries = Array.from({ length: 3 }, () =>
    mallory({ country: undefined }),
  );
  expect(find(entry(), use(), ...tries)["refused-often"]).toBe(
    "mallory@example.net was denied 3 times, from 198.51.100.7 (3)",
  );
});

test("strangers, once or twice", () => {
  const eve = { name: "eve@example.net" };
  const found = find(entry(), use(), mallory(), mallory(eve), mallory(eve));
  expect(Object.keys(found)).toEqual(["strangers"]);
  expect(found.strangers).toContain("mallory@example.net, eve@example.net");
});

test("not every stranger by name", () => {
  const all = Array.from({ length: 12 }, (_, i) =>
    mallory({ name: `m${i}@example.net` }),
  );
  expect(find(entry(), use(), ...all).strangers).toContain(
    "m9@example.net and 2 more.",
  );
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
      "ada@datacrew.space was allowed from several countries: NL (2), BR (1)",
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
  expect(find(entry())).toEqual({
    "token-unused":
      "the log shows no use of the token comfyui-api. If nothing needs it, remove it from main.ts",
  });
  machinesKnown = false;
  expect(find(entry())["token-unused"]).toContain("may be incomplete");
});

test("machines that were refused, by token where it is known", () => {
  const admitted = { result: "denied" } as const;
  const wrong = use({ ...admitted, ip: "203.0.113.9" });
  expect(find(entry(), use(), wrong, wrong)).toEqual({
    "machine-refused":
      "a client using the id of the token comfyui-api was denied 2 times, from 203.0.113.9 (2). If it is yours, give it the current secret: npm run secrets -- comfyui",
  });
  const unknown = { who: "", name: "a machine", today: undefined };
  expect(find(entry(), use(), use({ ...admitted, ...unknown }))).toEqual({
    "machine-refused":
      "a machine was denied once without a known token, from 198.51.100.7 (1)",
  });
});

test("nothing of a wrong secret that our own probe sent", () => {
  const at = "2026-11-24T11:00:00.000Z";
  own = { rays: [{ ray: "ours", at }], ended: [] };
  const probed = use({ result: "denied", rayId: "ours", ip: "203.0.113.9" });
  const allowed = use({ rayId: "ours", ip: "203.0.113.9" });
  expect(find(entry(), use(), probed, allowed)).toEqual({});
  const other = use({ result: "denied", rayId: "theirs" });
  expect(find(entry(), use(), probed, other)["machine-refused"]).toContain(
    "was denied once",
  );
});

test("nothing of a token beside the paths that it is for", () => {
  const today = { admitted: "no", reason: "" } as const;
  expect(find(entry(), use(), use({ result: "denied", today }))).toEqual({});
});

test("nothing of a token that was ours and is deleted, used before and refused since", () => {
  const former = { who: "", name: "t9", tokenId: "t9", today: undefined };
  expect(
    find(entry(), use(), use(former), use({ ...former, result: "denied" })),
  ).toEqual({});
  machinesKnown = false;
  expect(find(entry(), use(), use({ ...former, result: "denied" }))).toEqual({
    "machine-refused": expect.stringContaining("t9 was denied once"),
  });
});

test("nothing of a token that no policy admits any more", () => {
  const today = { admitted: "no", reason: "" } as const;
  const former = use({ who: "def.access", name: "before", today });
  expect(find(entry(), use(), former)).toEqual({});
});

test.each([
  ["theirs", { person: "ada@datacrew.space" }],
  ["everybody's at the service", { hostname: "comfyui.datacrew.space" }],
])("nothing of a person whose sessions ended with %s", (_, whose) => {
  const out = { admitted: "no", reason: "" } as const;
  const inside = entry({ at: "2026-11-24T11:00:00.000Z", today: out });
  const ended = (at: string) => ({ rays: [], ended: [{ ...whose, at }] });
  own = ended("2026-11-24T11:30:00.000Z");
  expect(find(inside, use())).toEqual({});
  own = ended("2026-11-24T10:30:00.000Z");
  expect(Object.keys(find(inside, use()))).toEqual(["no-longer-admitted"]);
});

test("nothing of machines that an address let in", () => {
  const byAddress = use({ who: "", name: "a machine", ip: "203.0.113.9" });
  expect(find(entry(), use(), byAddress, { ...byAddress, ip: "::1" })).toEqual(
    {},
  );
});

test("a token that the stack does not have", () => {
  const other = use({ who: "def.access", name: "someone-elses" });
  const found = find(entry(), use(), other, other);
  expect(found["token-of-nobody"]).toMatch(
    /the token someone-elses was allowed 2 times/,
  );
});

test("that nobody logged in", () => {
  expect(Object.keys(find(use()))).toEqual(["nobody"]);
});

test("logouts are nobody's login", () => {
  const out = entry({ result: "logged out" });
  expect(Object.keys(find(use(), out))).toEqual(["nobody"]);
});
