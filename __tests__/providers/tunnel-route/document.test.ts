import {
  sameRule,
  withoutRule,
  withRule,
  withUpdatedRule,
} from "../../../providers/tunnel-route/document";

const LAST = { service: "http_status:404" };

/** "host path" as a rule; the service tells rules apart. */
function rule(text: string, service = text) {
  const [hostname, path] = text.split(" ");
  return path ? { hostname, path, service } : { hostname, service };
}

/** Where a new rule goes among these, which a catch-all follows. */
function place(existing: string[], added: string): unknown[] {
  const rules = [...existing.map((text) => rule(text)), LAST];
  return withRule(rules, rule(added, "ours"))
    .slice(0, -1)
    .map(({ service }) => service);
}

test.each([
  ["before the catch-all", ["a.io"], "b.io", ["a.io", "ours"]],
  ["before a wildcard", ["*.io"], "b.io", ["ours", "*.io"]],
  ["before any host's path", ["* ^/x"], "b.io", ["ours", "* ^/x"]],
  [
    "in the place of its like",
    ["a.io", "b.io", "c.io"],
    "b.io",
    ["a.io", "ours", "c.io"],
  ],
  [
    "after its host's open paths",
    ["b.io ^/hook", "*.io"],
    "b.io",
    ["b.io ^/hook", "ours", "*.io"],
  ],
  [
    "before its host, as an open path",
    ["b.io", "*.io"],
    "b.io ^/hook$",
    ["ours", "b.io", "*.io"],
  ],
  [
    "before a path that takes all of it",
    ["b.io ^/"],
    "b.io",
    ["ours", "b.io ^/"],
  ],
  [
    "above its like that is never reached",
    ["*.io", "b.io"],
    "b.io",
    ["ours", "*.io", "b.io"],
  ],
  [
    "a wildcard, after the hosts that it would take",
    ["a.b.io", "*.io"],
    "*.b.io",
    ["a.b.io", "ours", "*.io"],
  ],
  [
    "a wildcard, after a host that another rule hides today",
    ["a.b.io", "*.io ^/x", "a.b.io .*"],
    "*.b.io",
    ["a.b.io", "*.io ^/x", "a.b.io .*", "ours"],
  ],
])("a new rule stands %s", (_, existing, added, placed) => {
  expect(place(existing, added)).toEqual(placed);
});

test.each<[string, string[], string[], string[]]>([
  [
    "where it stood",
    ["a.io", "a.io", "*.io"],
    ["*.io"],
    ["a.io", "a.io", "ours", "*.io"],
  ],
  [
    "at the first of two that are alike",
    ["a.io", "a.io"],
    ["a.io", "a.io"],
    ["ours", "a.io", "a.io"],
  ],
  [
    "at the second of them",
    ["a.io", "a.io"],
    ["a.io"],
    ["a.io", "ours", "a.io"],
  ],
  [
    "before what is left of them",
    ["c.io", "d.io"],
    ["b.io", "d.io"],
    ["c.io", "ours", "d.io"],
  ],
  [
    "elsewhere, where it would not be reached",
    ["*.io", "c.io"],
    ["c.io"],
    ["ours", "*.io", "c.io"],
  ],
])("one that comes back stands %s", (_, existing, followers, placed) => {
  const rules = [...existing.map((text) => rule(text)), LAST];
  const below = [...followers.map((text) => rule(text)), LAST];
  const back = withRule(rules, rule("x.io", "ours"), below);
  expect(back.slice(0, -1).map(({ service }) => service)).toEqual(placed);
});

test("without rules, the first brings a catch-all", () => {
  expect(withRule([], rule("a.io"))).toEqual([rule("a.io"), LAST]);
});

test("a rule that another has come to shadow moves before it", () => {
  const rules = [rule("*.io"), rule("c.io"), rule("b.io"), LAST];
  expect(withUpdatedRule(rules, rule("b.io", "ours"))).toEqual([
    rule("b.io", "ours"),
    rule("*.io"),
    rule("c.io"),
    LAST,
  ]);
});

test("what stood there before comes back to its place, or nothing does", () => {
  const rules = [rule("a.io"), rule("b.io", "ours"), rule("c.io"), LAST];
  expect(withoutRule(rules, rule("b.io"), rule("b.io"))[1]).toEqual(
    rule("b.io"),
  );
  expect(withoutRule(rules, rule("b.io"), null)).toEqual([
    rule("a.io"),
    rule("c.io"),
    LAST,
  ]);
});

test.each([
  [{ originRequest: {} }, {}, true],
  [{ originRequest: { caPool: null } }, { originRequest: null }, true],
  [{ path: "" }, { path: null }, true],
  [
    { originRequest: { access: { required: false } } },
    { originRequest: { access: {} } },
    true,
  ],
  [{ originRequest: { noTLSVerify: false } }, {}, false],
  [{ edgeCompression: 1 }, {}, false],
])("%j and %j mean the same: %j", (a, b, same) => {
  expect(sameRule({ ...rule("a.io"), ...a }, { ...rule("a.io"), ...b })).toBe(
    same,
  );
});
