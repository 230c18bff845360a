import type { Group, Policy, RuleSet } from "../../access/model";
import { policies } from "../../probe/checks/policies";

const HOST = "app.example.com";
const GOOGLE = { id: "google", name: "Google", type: "google" };
const OKTA = { id: "okta", name: "Okta", type: "okta" };
const ANN = { email: { email: "ann@example.com" } };
const MFA = { auth_method: { auth_method: "mfa" } };
const GROUPS: readonly Group[] = [
  { id: "all", name: "All", include: [{ everyone: {} }] },
  { id: "outer", name: "Outer", include: [{ group: { id: "all" } }] },
  { id: "team", name: "Team", include: [ANN] },
];

/** What is found of one policy of the application. */
async function found(
  rules: RuleSet,
  more: object = {},
  allowed = [GOOGLE.id],
  promises: readonly object[] = [],
) {
  const policy: Policy = { name: "P", decision: "allow", ...rules, ...more };
  return policies.run(
    { aud: "aud", hostname: HOST, promises } as never,
    {
      account: {
        applications: async () => [
          {
            aud: "aud",
            name: "App",
            domain: HOST,
            allowed_idps: allowed,
            policies: [policy],
          },
        ],
        groups: async () => GROUPS,
        loginMethods: async () => [GOOGLE, OKTA],
      },
    } as never,
  );
}

/** What is said of it. */
async function said(...given: Parameters<typeof found>) {
  const finding = await found(...given);
  const text = JSON.stringify(finding);
  return `${finding.status}: ${/admits [^"\\]*|can't tell whom its \w+ rule admits/.exec(text)?.[0] ?? ""}`;
}

test.each<[string, RuleSet]>([
  ["everyone", { include: [{ everyone: {} }] }],
  [
    "everyone, in a group of a group",
    { include: [{ group: { id: "outer" } }] },
  ],
  ["a list of addresses", { include: [{ ip_list: { id: "l" } }] }],
  ["a country", { include: [{ geo: { country_code: "DE" } }] }],
  [
    "a login method for anybody",
    { include: [{ login_method: { id: "google" } }] },
  ],
  ["a second factor at Google", { include: [MFA] }],
  [
    "everyone with a second factor at Google",
    { include: [{ everyone: {} }], require: [MFA] },
  ],
  [
    "a low risk",
    { include: [{ user_risk_score: { user_risk_score: ["low"] } }] },
  ],
  [
    "a mailbox for anybody",
    { include: [{ email_domain: { domain: "gmail.com" } }] },
  ],
])("is broken by a policy for %s", async (_, rules) => {
  expect(await said(rules)).toMatch(/^broken: admits every/);
});

test("names the group that makes it wide", async () => {
  const rules = { include: [ANN, { group: { id: "outer" } }] };
  expect(await said(rules)).toMatch(/^broken: admits everyone, by the group/);
});

test.each<[string, RuleSet, { more?: object; allowed?: string[] }]>([
  ["an address", { include: [ANN] }, {}],
  ["a group of people", { include: [{ group: { id: "team" } }] }, {}],
  [
    "everyone of a domain",
    {
      include: [{ everyone: {} }],
      require: [{ email_domain: { domain: "example.com" } }],
    },
    {},
  ],
  [
    "a second factor at a login method of one's own",
    { include: [MFA] },
    { allowed: [OKTA.id] },
  ],
  [
    "a token at some addresses",
    {
      include: [{ service_token: { token_id: "t" } }],
      require: [{ ip: { ip: "192.0.2.0/24" } }],
    },
    { more: { decision: "non_identity" } },
  ],
  [
    "everyone who is blocked",
    { include: [{ everyone: {} }] },
    { more: { decision: "deny" } },
  ],
])("is kept by a policy for %s", async (_, rules, { allowed, more }) => {
  expect(await said(rules, more, allowed)).toMatch(/^kept/);
});

test("of machines, every token and an address alone are wide", async () => {
  const machines = { decision: "non_identity" };
  const token = { include: [{ any_valid_service_token: {} }] };
  expect(await said(token, machines)).toBe(
    "broken: admits every service token of the account",
  );
  const place = { include: [{ ip: { ip: "192.0.2.0/24" } }] };
  expect(await said(place, machines)).toMatch(
    /^broken: admits everyone at some/,
  );
});

test.each([
  {
    external_evaluation: {
      evaluate_url: "https://e.example",
      keys_url: "https://e.example/k",
    },
  },
  { device_posture: { integration_uid: "d" } },
])(
  "whom %j admits is not checked, unless people are named as well",
  async (rule) => {
    expect(await said({ include: [ANN, rule] })).toMatch(/^not checked/);
    expect(await said({ include: [ANN], require: [rule] })).toMatch(/^kept/);
  },
);

describe("what to do is said", () => {
  const everyone = { include: [{ everyone: {} }] };
  const inside =
    'it is written inside the application "App", and where that was made by hand (existingApplication, existingPathApplications) no deploy changes it: ';
  const remedy = async (
    more: object,
    rules: RuleSet = everyone,
    promises: readonly object[] = [],
  ) => {
    const finding = await found(rules, more, undefined, promises);
    return finding.status === "broken" ? finding.remedy : finding.status;
  };

  test("of a policy of the stack's: a deploy puts it right", async () => {
    expect(await remedy({ reusable: true })).toMatch(
      /deploy the stack again, which puts it right$/,
    );
  });

  test.each<[string, object, RuleSet | undefined, RegExp]>([
    [
      "a Bypass",
      { decision: "bypass" },
      undefined,
      /^take it out there .*logs in/,
    ],
    ["a wide one", {}, undefined, /^name in it there whom it is for /],
    [
      "one with a token",
      {},
      { include: [ANN, { service_token: { token_id: "t" } }] },
      /^name it in tokens in main\.ts and deploy, .*, and then take it out of this one there/,
    ],
  ])(
    "of %s inside the application: no deploy does",
    async (_, more, rules, todo) => {
      const text = await remedy(more, rules);
      expect(text.startsWith(inside)).toBe(true);
      expect(text.slice(inside.length)).toMatch(todo);
    },
  );

  test("of one that the code promises: that the promise goes with it", async () => {
    const promise = { who: { kind: "policy", name: "P" }, paths: ["/*"] };
    expect(await remedy({}, everyone, [promise])).toMatch(
      /; promises in main\.ts names it: where it goes, take that out before the next deploy$/,
    );
    expect(await remedy({}, everyone, [])).not.toMatch(/promises/);
  });
});
