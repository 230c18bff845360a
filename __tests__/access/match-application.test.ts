import { ApplicationIndex } from "../../access/match-application";
import type { Application } from "../../access/model";

function index(...applications: Application[]): ApplicationIndex<Application> {
  return new ApplicationIndex(applications.map((app) => [app, app]));
}

/** The domain of the application that covers a URL. */
function covering(domains: string[], url: string): string | undefined {
  const slash = url.indexOf("/");
  const [host, path] =
    slash === -1 ? [url, "/"] : [url.slice(0, slash), url.slice(slash)];
  return (
    index(...domains.map((domain) => ({ domain }))).find(host, path)?.owner
      .domain ?? undefined
  );
}

// https://developers.cloudflare.com/cloudflare-one/access-controls/policies/app-paths/
describe("what an application covers", () => {
  test.each([
    ["a whole host", "example.com", "example.com"],
    ["every path of its host", "example.com", "example.com/alpha"],
    ["every path, with a wildcard", "example.com/*", "example.com/alpha"],
    ["the root, with a wildcard", "example.com/*", "example.com"],
    ["one label with a wildcard", "*.example.com", "alpha.example.com"],
    [
      "one label below a subdomain",
      "*.test.example.com",
      "alpha.test.example.com",
    ],
    ["two labels with two wildcards", "*.*.example.com", "foo.bar.example.com"],
    ["part of a label", "*test.example.com", "alphatest.example.com"],
    [
      "part of a label, with nothing in it",
      "*test.example.com",
      "test.example.com",
    ],
    ["a path", "example.com/alpha", "example.com/alpha"],
    ["what lies below a path", "example.com/alpha", "example.com/alpha/one"],
    [
      "what lies below, with a wildcard",
      "example.com/alpha/*",
      "example.com/alpha/one",
    ],
    [
      "two levels below, with a wildcard",
      "example.com/alpha/*",
      "example.com/alpha/one/two",
    ],
    [
      "a wildcard that stands for nothing",
      "example.com/foo*/bar",
      "example.com/foo/bar",
    ],
    [
      "a wildcard within a segment",
      "example.com/foo*/bar",
      "example.com/food/bar",
    ],
    [
      "a wildcard over several segments",
      "example.com/foo*/bar",
      "example.com/food/stuff/bar",
    ],
    [
      "what lies below a path with a wildcard",
      "example.com/foo*/bar",
      "example.com/food/bar/x",
    ],
    ["a host in any case", "Example.com", "EXAMPLE.com"],
    ["a host with a port", "example.com", "example.com:8443/alpha"],
    ["a host with the root's dot", "example.com", "example.com./alpha"],
    [
      "a path whatever the query",
      "example.com/alpha",
      "example.com/alpha?beta=1",
    ],
    [
      "a path whatever the fragment",
      "example.com/alpha",
      "example.com/alpha#beta",
    ],
    ["a query with a slash", "example.com", "example.com/?x=/y"],
    [
      "a domain with a scheme",
      "https://example.com/alpha",
      "example.com/alpha",
    ],
    ["a domain with a closing slash", "example.com/", "example.com/alpha"],
    [
      "signs that mean something elsewhere",
      "example.com/a+b(c)",
      "example.com/a+b(c)/d",
    ],
  ])("%s: %s covers %s", (_, domain, url) => {
    expect(covering([domain], url)).toBe(domain);
  });

  test.each([
    ["the apex", "*.example.com", "example.com"],
    ["two labels with one wildcard", "*.example.com", "foo.bar.example.com"],
    ["a subdomain", "example.com", "alpha.example.com"],
    ["a subdomain's parent", "*.test.example.com", "test.example.com"],
    [
      "a label below a partial wildcard",
      "*test.example.com",
      "beta.test.example.com",
    ],
    ["a longer host", "example.com", "notexample.com"],
    ["a dot that is another sign", "a.example.com", "axexample.com"],
    [
      "the parent of a wildcard path",
      "example.com/alpha/*",
      "example.com/alpha",
    ],
    ["the root of a wildcard path", "example.com/alpha/*", "example.com"],
    ["a path that begins alike", "example.com/alpha", "example.com/alphabet"],
    ["a path in another case", "example.com/alpha", "example.com/Alpha"],
    ["a path with a doubled slash", "example.com/alpha", "example.com//alpha"],
  ])("not %s: %s leaves out %s", (_, domain, url) => {
    expect(covering([domain], url)).toBeUndefined();
  });
});

describe("the most specific application wins", () => {
  test.each([
    [
      "a longer path",
      ["x.com/eng", "x.com/eng/exec"],
      "x.com/eng/exec/pay",
      "x.com/eng/exec",
    ],
    [
      "the wider one beside it",
      ["x.com/eng", "x.com/eng/exec"],
      "x.com/eng/other",
      "x.com/eng",
    ],
    [
      "a path over its host",
      ["x.com", "x.com/hook"],
      "x.com/hook",
      "x.com/hook",
    ],
    [
      "a literal host over a wildcard",
      ["*.x.com", "a.x.com"],
      "a.x.com/b",
      "a.x.com",
    ],
    [
      "the host before the path",
      ["*.x.com/b", "a.x.com"],
      "a.x.com/b",
      "a.x.com",
    ],
    [
      "a wildcard host where the literal host's path does not fit",
      ["*.x.com", "a.x.com/b"],
      "a.x.com/c",
      "*.x.com",
    ],
    [
      "a literal path over a wildcard",
      ["x.com/eng/*", "x.com/eng/exec"],
      "x.com/eng/exec",
      "x.com/eng/exec",
    ],
    [
      "a wildcard below over the path",
      ["x.com/eng", "x.com/eng/*"],
      "x.com/eng/a",
      "x.com/eng/*",
    ],
    [
      "the path where its wildcard does not fit",
      ["x.com/eng", "x.com/eng/*"],
      "x.com/eng",
      "x.com/eng",
    ],
    [
      "more letters beside the wildcard",
      ["x.com/e*", "x.com/en*"],
      "x.com/eng",
      "x.com/en*",
    ],
    [
      "more letters beside the host's wildcard",
      ["*.x.com", "a*.x.com"],
      "ab.x.com",
      "a*.x.com",
    ],
    [
      "a label nearer to the zone",
      ["a.*.x.com", "*.b.x.com"],
      "a.b.x.com",
      "*.b.x.com",
    ],
    ["the first of two alike", ["x.com/a", "x.com/a"], "x.com/a", "x.com/a"],
  ])("%s", (_, domains, url, expected) => {
    expect(covering(domains, url)).toBe(expected);
    expect(covering([...domains].reverse(), url)).toBe(expected);
  });
});

describe("where an application's hosts stand", () => {
  const find = (app: Application, host: string, path = "/") =>
    index(app).find(host, path);

  test("destinations take the place of the domain", () => {
    const app: Application = {
      domain: "old.example.com",
      destinations: [
        { type: "public", uri: "a.example.com" },
        { type: "public", uri: "b.example.com/x" },
      ],
    };
    expect(find(app, "a.example.com")).toBeDefined();
    expect(find(app, "b.example.com", "/x")).toBeDefined();
    expect(find(app, "old.example.com")).toBeUndefined();
  });

  test("without destinations the older list counts beside the domain", () => {
    const app: Application = {
      domain: "a.example.com",
      destinations: null,
      self_hosted_domains: ["a.example.com", "b.example.com"],
    };
    expect(find(app, "a.example.com")).toBeDefined();
    expect(find(app, "b.example.com")).toBeDefined();
  });

  test("private destinations have no host here", () => {
    const app: Application = {
      destinations: [{ type: "private", uri: "a.example.com" }],
    };
    expect(find(app, "a.example.com")).toBeUndefined();
  });

  test.each(["bookmark", "saas", "app_launcher", "warp", "infrastructure"])(
    "an application of type %s covers no traffic",
    (type) => {
      expect(
        find({ type, domain: "a.example.com" }, "a.example.com"),
      ).toBeUndefined();
    },
  );

  test("an override opens its paths and nothing below them", () => {
    const app: Application = {
      destinations: [
        {
          uri: "a.example.com",
          overrides: [
            { behavior: "public", path_pattern: "/health" },
            { behavior: "public", path_pattern: "/static/*" },
          ],
        },
      ],
    };
    const open = (path: string) => find(app, "a.example.com", path)?.open;
    expect(open("/health")).toBe(true);
    expect(open("/health/deep")).toBe(false);
    expect(open("/static/a/b.js")).toBe(true);
    expect(open("/static")).toBe(false);
    expect(open("/")).toBe(false);
  });
});
