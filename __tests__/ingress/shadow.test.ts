import { openPathPattern } from "../../ingress/open-path";
import {
  excludeEachOther,
  interferes,
  sameTarget,
  swallows,
} from "../../ingress/shadow";

/** "host path" as a rule. */
function rule(text: string) {
  const [hostname, path] = text.split(" ");
  return { hostname, path, service: "http://a" };
}

test.each([
  ["*", "app.x.io", true],
  ["", "app.x.io ^/api", true],
  ["*.x.io", "app.x.io", true],
  ["*.x.io", "a.b.x.io", true],
  ["*.x.io", "x.io", false],
  ["*.x.io", "*.b.x.io", true],
  ["*.b.x.io", "*.x.io", false],
  ["app.x.io", "*.x.io", false],
  ["app.x.io", "app.x.io ^/webhook", true],
  ["APP.x.io", "app.x.io", true],
  ["app.x.io ^/webhook", "app.x.io", false],
  ["app.x.io .*", "app.x.io", true],
  ["app.x.io ^/", "app.x.io ^/api", true],
  ["app.x.io ^/.*$", "app.x.io", true],
  ["*.x.io ^/api", "app.x.io", false],
  ["*.x.io ^/api", "app.x.io ^/api/v1", true],
  ["app.x.io ^/api/v1", "app.x.io ^/api", false],
  ["app.x.io ^/webhook", "app.x.io ^/webhook(/[A-Za-z0-9_-]+)*$", true],
  ["app.x.io ^/webhook(/[A-Za-z0-9_-]+)*$", "app.x.io ^/webhook", false],
  ["app.x.io ^/webhook", `app.x.io ${openPathPattern("/webhook")}`, true],
  [`app.x.io ${openPathPattern("/webhook")}`, "app.x.io ^/webhook", false],
  [
    `app.x.io ${openPathPattern("/webhook")}`,
    "app.x.io ^/webhook(/[A-Za-z0-9_-]+)*$",
    true,
  ],
  [
    "app.x.io ^/webhook(/[A-Za-z0-9_-]+)*$",
    `app.x.io ${openPathPattern("/webhook")}`,
    false,
  ],
  [
    `app.x.io ${openPathPattern("/web")}`,
    `app.x.io ${openPathPattern("/web/hook")}`,
    true,
  ],
  [
    `app.x.io ${openPathPattern("/web/hook")}`,
    `app.x.io ${openPathPattern("/web")}`,
    false,
  ],
  ["app.x.io \\.(jpg|png)$", "app.x.io", false],
  ["app.x.io ^/[^.]*$", "app.x.io", false],
  ["app.x.io api", "app.x.io ^/api", true],
  ["app.x.io ^/api", "app.x.io /api", false],
  ["app.x.io ^/api", "app.x.io ^/(api|web)", false],
  ["app.x.io ^/(api|web)", "app.x.io ^/api", true],
  ["app.x.io ^/hook", "app.x.io ^/hook/[0-9]{3}$", true],
  ["app.x.io ^/hook/1", "app.x.io ^/hook/[0-9]{3}$", false],
  ["app.x.io ^/x\\.png$", "app.x.io \\.png$", false],
  ["app.x.io ^/[k-m]{2}$", "app.x.io ^/[p-r]{2}$", false],
  ["app.x.io ^/[k-r]{2}$", "app.x.io ^/[p-r]{2}$", true],
  ["app.x.io ^/日本", "app.x.io ^/日本/[ぁ-ん]+$", true],
  ["app.x.io ^/q", "app.x.io ^/日本/[ぁ-ん]+$", false],
  ["app.x.io ^/q", "app.x.io ^/\\p{Hangul}$", false],
])("%j swallows %j: %j", (earlier, later, answer) => {
  expect(swallows(rule(earlier), rule(later))).toBe(answer);
});

test("without a sample to tell by, an earlier rule counts as swallowing", () => {
  expect(swallows(rule("a.io ^/q"), rule("a.io ^/k\\B/m$"))).toBe(true);
});

test.each([
  ["*.x.io ^/api", "app.x.io", true],
  ["*.x.io ^/api", "app.x.io ^/ap", true],
  ["*.x.io ^/api", "app.x.io ^/web", false],
  ["*.x.io api", "app.x.io ^/web", true],
  ["*.x.io ^/apis?$", "app.x.io ^/api$", true],
  ["*.x.io ^/a|^/web", "app.x.io ^/web", true],
  ["app.x.io ^/api", "app.x.io", false],
  ["*.y.io ^/api", "app.x.io", false],
])("%j interferes with %j: %j", (earlier, later, answer) => {
  expect(interferes(rule(earlier), rule(later))).toBe(answer);
});

test("null, empty and absent mean the same target", () => {
  const bare = { service: "http://a" };
  expect(sameTarget({ ...bare, path: null }, { ...bare, path: "" })).toBe(true);
  expect(sameTarget({ ...bare, hostname: "*" }, bare)).toBe(true);
  expect(sameTarget(rule("App.io"), rule("app.io"))).toBe(true);
  expect(sameTarget(rule("app.io ^/a"), rule("app.io"))).toBe(false);
});

test.each([
  ["app.x.io ^/api", "app.x.io ^/api", true],
  ["app.x.io ^/api", "app.x.io ^/api.*", true],
  ["app.x.io ^/[a-c]", "app.x.io ^/(a|b|c)", true],
  ["app.x.io", "app.x.io ^/", true],
  ["app.x.io ^/api", "app.x.io ^/api/", false],
  ["app.x.io ^/[a-c]{2}$", "app.x.io ^/[d-f]{2}$", false],
  ["*.x.io", "app.x.io", false],
])("%j and %j exclude each other: %j", (a, b, answer) => {
  expect(excludeEachOther(rule(a), rule(b))).toBe(answer);
  expect(excludeEachOther(rule(b), rule(a))).toBe(answer);
});

test.each([
  // Samples show no difference between these.
  ["a.io ^/files/[^q]*$", "a.io ^/files/.*$", false],
  ["a.io ^/.*$", "a.io ^/files/(?s:.)*$", true],
  ["a.io (?s)^/", "a.io ^/[a-z]{40}\\d{3}$", true],
  ["a.io ^/x([^z]|z[^q])*$", "a.io ^/x", false],
])("%j swallows %j exactly: %j", (earlier, later, answer) => {
  expect(swallows(rule(earlier), rule(later))).toBe(answer);
});
