import {
  decodePath,
  findMatchingRule,
  hostForms,
  stripPort,
} from "../../ingress/match";
import type { IngressRule } from "../../ingress/rule";

/** The service that a request reaches. */
function reach(rules: IngressRule[], host: string, path = "/"): string {
  return String(rules[findMatchingRule(rules, host, path)]?.service);
}

const other = { service: "http_status:404" };

test("the first rule that matches wins", () => {
  const rules = [
    { hostname: "app.example.com", path: "^/api", service: "http://api" },
    { hostname: "app.example.com", service: "http://app" },
    { hostname: "app.example.com", service: "http://never" },
    other,
  ];
  expect(reach(rules, "app.example.com", "/api/x")).toBe("http://api");
  expect(reach(rules, "app.example.com", "/")).toBe("http://app");
  expect(reach(rules, "else.example.com", "/")).toBe("http_status:404");
});

test.each([
  ["*.example.com", "a.example.com", true],
  ["*.example.com", "a.b.example.com", true],
  ["*.example.com", "example.com", false],
  ["*.example.com", "aexample.com", false],
  ["*", "any.thing", true],
  ["", "any.thing", true],
  ["app.example.com", "app.example.com:8443", true],
  ["app.example.com", "APP.example.com", false],
  ["APP.example.com", "app.example.com", true],
  ["bücher.example.com", "xn--bcher-kva.example.com", true],
  ["*.bücher.example", "a.xn--bcher-kva.example", false],
])("hostname %j takes %j: %j", (hostname, host, taken) => {
  const rules = [{ hostname, path: "^/", service: "http://a" }, other];
  expect(reach(rules, host) === "http://a").toBe(taken);
});

test.each([
  ["/api", "/v1/api/x", true], // not anchored
  ["^/api$", "/api/", false],
  ["(?i)^/API", "/api", true],
  ["^/ü", "/ü", true],
  ["\\.(jpg|png)$", "/a.png", true],
])("path %j takes %j: %j", (path, asked, taken) => {
  const rules = [{ hostname: "a.example", path, service: "http://a" }, other];
  expect(reach(rules, "a.example", asked) === "http://a").toBe(taken);
});

test("the last rule answers whatever nothing else takes", () => {
  expect(
    findMatchingRule([{ hostname: "a", service: "http://a" }], "b", "/"),
  ).toBe(0);
});

test("without rules nothing answers", () => {
  expect(findMatchingRule([], "a.example", "/")).toBe(-1);
});

test("fails on a path that is no Go regular expression", () => {
  const rules = [{ hostname: "a", path: "(?=x)", service: "http://a" }, other];
  expect(() => findMatchingRule(rules, "a", "/")).toThrow(/invalid/);
});

test("a path is decoded once, and nothing else is changed", () => {
  expect(decodePath("/a%2Fb//../%C3%BC%2525")).toBe("/a/b//../ü%25");
  expect(decodePath("/%zz")).toBeUndefined();
  expect(decodePath("/%4")).toBeUndefined();
});

test("a port is taken off as net.SplitHostPort does", () => {
  expect(
    ["a:80", "a:", "[::1]:80", "::1", "[::1]", "a"].map(stripPort),
  ).toEqual(["a", "a", "::1", "::1", "[::1]", "a"]);
});

test("only strict host names have a second spelling", () => {
  expect(hostForms("A_b.example")).toEqual(["A_b.example"]);
  expect(hostForms("A-c.example")).toEqual(["A-c.example", "a-c.example"]);
  expect(hostForms("Ab--c.example")).toEqual(["Ab--c.example"]);
});
