import type { Policy } from "../../access/model";
import type { Plan } from "../../review/change";
import { reviewOf } from "../../review/review";
import { NOW, state } from "./states";

const HOST = "app.example.com";

/** A review of a policy that comes to name something else. */
function review(rule: object, more: object = {}) {
  const policy = (...include: object[]): Policy => ({
    id: "p",
    name: "people",
    decision: "allow",
    include: include as Policy["include"],
    ...more,
  });
  const ann = policy({ email: { email: "ann@example.com" } });
  const after = policy({ email: { email: "ann@example.com" } }, rule);
  const [was, is] = [ann, after].map((one) =>
    state([{ host: HOST, policies: [one] }]),
  );
  const resources = [
    {
      stack: "web",
      address: "cloudflare_zero_trust_access_policy.people",
      kind: "policy",
      action: "update",
      before: ann,
      after,
      unknown: [],
    },
  ] as unknown as Plan["resources"];
  const plans = [{ stack: "web", resources, unread: [], outputs: {} }];
  const { findings, matrix } = reviewOf(
    { before: was!, after: is!, plans },
    { now: NOW },
  );
  return {
    gains: matrix.cells.filter(({ turn }) => turn !== "same"),
    said: findings.filter(({ id }) => id === "matches-nobody"),
  };
}

test.each([
  { email: { email: "*@example.net" } },
  { email: { email: " ben@example.com" } },
  { email: { email: "@example.com" } },
  { email_domain: { domain: ".net" } },
  { email_domain: { domain: "*.example.com" } },
  { email_domain: { domain: "example.com " } },
])("%j lets nobody in, and is said to", (rule) => {
  const { gains, said } = review(rule);
  expect(gains).toEqual([]);
  expect(said).toEqual([
    expect.objectContaining({ severity: "warning", subject: "policy people" }),
  ]);
});

test.each([
  { email: { email: "ben@example.com" } },
  { email: { email: "ben@localhost" } },
  { email_domain: { domain: "example.net" } },
  { email_domain: { domain: "@example.net" } },
])("%j lets somebody in", (rule) => {
  const { gains, said } = review(rule);
  expect(gains).not.toEqual([]);
  expect(said).toEqual([]);
});

test.each([
  ["bypass", "include", { email: { email: "ben@example.com" } }, "email"],
  ["bypass", "exclude", { email_domain: { domain: "x.io" } }, "email_domain"],
  [
    "non_identity",
    "require",
    { "github-organization": { name: "acme" } },
    "github_organization",
  ],
])("a %s policy can't %s %j before a login", (decision, list, rule, name) => {
  const include = [{ ip: { ip: "192.0.2.0/24" } }];
  const { said } = review({}, { decision, include, [list]: [rule] });
  expect(said).toEqual([
    expect.objectContaining({
      subject: "policy people",
      text: expect.stringContaining(
        `its rules by ${name} let nobody`,
      ) as string,
    }),
  ]);
});

test.each(["allow", "deny"])(
  "a %s policy can ask who logged in",
  (decision) => {
    const exclude = [{ email: { email: "ben@example.com" } }];
    expect(review({}, { decision, exclude }).said).toEqual([]);
  },
);
