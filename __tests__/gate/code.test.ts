import { comparable, differences, EXEMPT } from "../../gate/code";

const policy = (email: string, more: object = {}) => ({
  resource: {
    cloudflare_zero_trust_access_policy: {
      people: { include: [{ email: { email } }], ...more },
    },
  },
});

const compare = (reviewed: object, own: object) =>
  differences({ s: comparable(reviewed) }, { s: own });

test("the same code differs in nothing", () => {
  expect(compare(policy("a@b.c"), policy("a@b.c"))).toEqual([]);
});

test("a difference is named by its place", () => {
  expect(compare(policy("a@b.c"), policy("x@b.c"))).toEqual([
    "s: resource.cloudflare_zero_trust_access_policy.people.include.0.email.email",
  ]);
});

test("what is more, less or of another kind is a difference", () => {
  const path = "s: resource.cloudflare_zero_trust_access_policy.people";
  expect(compare(policy("a"), policy("a", { exclude: [] }))).toEqual([
    `${path}.exclude`,
  ]);
  expect(compare(policy("a", { exclude: [] }), policy("a"))).toEqual([
    `${path}.exclude`,
  ]);
  expect(compare(policy("a"), policy("a", { include: null }))).toEqual([
    `${path}.include`,
  ]);
  expect(compare({ data: {} }, { data: {}, module: { x: {} } })).toEqual([
    "s: module",
  ]);
});

test("a stack that nobody has reviewed is a difference", () => {
  expect(differences({}, { s: {} })).toEqual([
    "s: this stack was not reviewed",
  ]);
});

test("only a few of many differences are named, and the rest counted", () => {
  const many = (value: number) =>
    Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`k${at}`, value]));
  expect(compare(many(1), many(2)).at(-1)).toBe("s: and 4 more");
});

const condition = [{ condition: "${false}", error_message: "no" }];

test("what a review has to stop it from being applied may differ", () => {
  const stopped = policy("a", { lifecycle: { precondition: condition } });
  expect(compare(stopped, policy("a"))).toEqual([]);
});

test("the rest of a lifecycle may not", () => {
  const kept = policy("a", { lifecycle: { prevent_destroy: true } });
  const all = policy("a", { lifecycle: { ignore_changes: ["include"] } });
  expect(compare(kept, policy("a"))).toHaveLength(1);
  expect(compare(all, policy("a"))).toHaveLength(1);
});

test("what stands for another stack's id may differ, an id may not", () => {
  const id = (other: string) => ({
    locals: { id: '${x == 1 ? y : "' + other + '"}' },
  });
  expect(
    compare(id("not-deployed-yet: login method G"), id("not-found")),
  ).toEqual([]);
  expect(compare(id("not-found"), id("4711"))).toEqual(["s: locals.id"]);
});

test.each([
  ['${"not-deployed-yet: a" == "not-deployed-yet: ', '" ? x : y}'],
  ['${(z ? x : "not-deployed-yet: ', '") == "not-deployed-yet: a" ? x : y}'],
  ['${length("not-deployed-yet: ', '") == 19 ? x : y}'],
  ["not-deployed-yet: ", ""],
])("what asks which of both it is may not: %s", (start, end) => {
  const code = (name: string) => ({ locals: { id: start + name + end } });
  expect(compare(code("a"), code("bc"))).toEqual(["s: locals.id"]);
});

test.each([
  ["terraform.backend.s3.bucket"],
  ["terraform.required_providers.cloudflare.version"],
  ["terraform.required_providers.tunnel.source"],
  ["provider.cloudflare.0.base_url"],
  ["resource.terraform_data.x.provisioner"],
  ["resource.cloudflare_zero_trust_access_policy.x.lifecycle.ignore_changes"],
  ["data.external.x.program"],
  ["locals.x.//"],
  ["resource.cloudflare_dns_record.x.tags.//"],
  ["module.x.source"],
])("%s is never exempt", (path) => {
  const at = (value: string) =>
    path
      .split(".")
      .reduceRight<unknown>((inner, step) => ({ [step]: inner }), value);
  expect(differences({ s: comparable(at("one")) }, { s: at("other") })).toEqual(
    [`s: ${path}`],
  );
});

test("each exemption says why", () => {
  for (const { why } of EXEMPT) expect(why).toMatch(/\w+ \w+/);
});
