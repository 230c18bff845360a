import * as fc from "fast-check";
import { decodePath, findMatchingRule, matchesPath } from "../../ingress/match";
import { openPathPattern } from "../../ingress/open-path";
import { testWithSeeds } from "../seeds";
import { lookalikes, readings, rawTargets, stringsOf } from "./spellings";

const FORMS = ["NFC", "NFD", "NFKC", "NFKD"];

/** Whether a request for this raw path is let in below an open path. */
function letsIn(open: string, raw: string): boolean {
  const path = decodePath(raw);
  return (
    path !== undefined && matchesPath({ path: openPathPattern(open) }, path)
  );
}

test.each([
  ["/webhook", ""],
  ["/webhook", "/"],
  ["/webhook", "/order.created"],
  ["/webhook", "/order.created/"],
  ["/webhook", "/deep/a/b/c.json"],
  ["/webhook", "/id/a.b"],
  ["/webhook", "/id/ann@example.com"],
  ["/webhook", "/id/J%C3%BCrgen"],
  ["/webhook", "/id/J%75%CC%88rgen"],
  ["/webhook", "/id/a%20b"],
  ["/webhook", "/id/a+b"],
  ["/webhook", "/id/2026-11-27T10:00"],
  ["/webhook", "/~ann/v1:run@2,b=!"],
  [
    "/webhook",
    "/%D7%A9%D7%9C%D7%95%D7%9D/%E0%A4%B9%E0%A4%BF/%E6%97%A5%E6%9C%AC",
  ],
  ["/webhook", "/a%2Fb%2e.json"],
  ["/webhook", "/a%2f"],
  ["/webhook", "/.well-known"],
  ["/webhook", "/a..b/c.."],
  ["/static", "/app.3f2a.js"],
  ["/static", "/chunks/%5Bid%5D-3f2a.js"],
  ["/manifest.json", ""],
  ["/share", "/photo/k/id/preview.jpeg"],
  ["/share", "/photo%20(1)%20&%20more,%20it's%20$2*.jpeg"],
  ["/form", "/"],
])("%s%s is let in", (open, below) => {
  expect(letsIn(open, open + below)).toBe(true);
});

test.each([
  ["/api/", true],
  ["/api/v1/models/", true],
  ["/api", false],
  ["/apis/x", false],
  ["/api//", false],
  ["/api/..%2frest", false],
  ["/api/;x", false],
])("what lies below /api, %s, is let in: %s", (path, isLetIn) => {
  expect(letsIn("/api/*", path)).toBe(isLetIn);
});

test.each([
  "/..",
  "/../rest",
  "/./rest",
  "/%2e%2e/rest",
  "/.%2E/rest",
  "/..%2frest",
  "%2f..%2frest",
  "/%2e/x",
  "/.../x",
  "/%20/x",
  "/..%20/x",
  "/..%CC%81/x",
  "//",
  "//rest",
  "/%2Frest",
  "/..;/rest",
  "/a;b",
  "/a%3Bb",
  "/a\\b",
  "/..%5Crest",
  "/%252e%252e/rest",
  "/100%25",
  "/a%3Fb",
  "/a%23b",
  "/a%00b",
  "/a%0Ab",
  "/%0a",
  "/a%7F",
  "/a%C2%85b",
  "/%c0%ae%c0%ae/rest",
  "/%c0%af..%c0%afrest",
  "/%e0%80%ae/x",
  "/%ff",
  "/%ed%a0%80",
  "/%",
  "/%zz",
  "/%u002e",
  "/a%EF%BF%BDb",
  "/%EF%BC%8E%EF%BC%8E/rest",
  "/%EF%BC%8F..",
  "/%E2%80%A5/rest",
  "/a%E2%80%8Bb",
  "/a%22b",
  "/a%3Cb",
  "/a%7Cb",
  "x",
  "-test",
  "%20",
  ".x",
  ":x",
])("/webhook%s is not", (below) => {
  expect(letsIn("/webhook", `/webhook${below}`)).toBe(false);
});

test.each([
  "/",
  "",
  "/rest",
  "/WEBHOOK/x",
  "//webhook/x",
  "/x/webhook",
  "/x/../webhook",
])("%s, elsewhere on the host, is not", (raw) => {
  expect(letsIn("/webhook", raw)).toBe(false);
});

test("no character is let in that some normal form of Unicode makes a mark of", () => {
  const marks = /[/\\.%;?#]/;
  const found: string[] = [];
  for (let code = 0x80; code <= 0x10ffff; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const one = String.fromCodePoint(code);
    if (FORMS.some((form) => marks.test(one.normalize(form)))) found.push(one);
  }
  expect(found).toEqual(expect.arrayContaining(["\uff0f", "\uff0e", "\u2024"]));
  for (const one of found)
    expect(letsIn("/webhook", `/webhook/a${one}b`)).toBe(false);
});

test("a dot of the open path stands for itself", () => {
  expect(letsIn("/manifest.json", "/manifestxjson")).toBe(false);
});

/** docs/open-paths.md once more, written without a regular expression for the whole. */
function allows(open: string, path: string): boolean {
  if (path !== open && !path.startsWith(`${open}/`)) return false;
  const names = path.slice(open.length + 1).split("/");
  if (names.at(-1) === "") names.pop();
  return names.every(
    (name) =>
      [...name].every((one) =>
        /[\p{L}\p{M}\p{Nd}_.~:@+,=!$&'()*[\] -]/u.test(one),
      ) &&
      [...name.replace(/^[. ]+/, "")]
        .slice(0, 1)
        .some((one) => !/\p{M}/u.test(one)),
  );
}

testWithSeeds("what is let in is what the docs say", 1, (seed) => {
  fc.assert(
    fc.property(stringsOf("/webhook"), (path) => {
      expect(matchesPath({ path: openPathPattern("/webhook") }, path)).toBe(
        allows("/webhook", path),
      );
    }),
    { numRuns: 2000, seed },
  );
});

testWithSeeds(
  "however a service reads what is let in, it is below the open path",
  1,
  (seed) => {
    let seen = 0;
    fc.assert(
      fc.property(rawTargets("/webhook"), readings, (raw, read) => {
        if (!letsIn("/webhook", raw)) return;
        seen += 1;
        const path = read(raw);
        // Who decodes nothing sees one name, which only "/webhook…" decodes to.
        const [, first = ""] = path.split("/");
        const name = first.includes("%") ? (decodePath(first) ?? "") : first;
        expect(`${name}/`).toMatch(/^webhook\//);
        expect(path).not.toMatch(/(^|[\\/])\.\.?([\\/]|$)/);
      }),
      { numRuns: 6000, seed },
    );
    expect(seen).toBeGreaterThan(1000);
  },
);

testWithSeeds("no open path takes what is another rule's", 1, (seed) => {
  const open = ["/webhook", "/webhook-test", "/web", "/web/hook", "/rest.x"];
  const rules = [
    ...open.map((path) => ({
      path: openPathPattern(path),
      service: "http://a",
    })),
    { service: "http://host" },
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...open, "/rest", "/webhooks", "/", "/web.hook"),
      lookalikes,
      (start, below) => {
        const path = decodePath(start + below);
        if (path === undefined) return;
        const reached = open[findMatchingRule(rules, "a.example.com", path)];
        const owners = open.filter((one) => `${path}/`.startsWith(`${one}/`));
        if (reached !== undefined) expect(owners).toContain(reached);
      },
    ),
    { numRuns: 5000, seed },
  );
});
