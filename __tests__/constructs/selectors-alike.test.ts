import { compile } from "../../access/decide";
import type { Decision } from "../../access/decision";
import type { AccessRequest, Identity } from "../../access/request";
import { AccessRule } from "../../constructs/access-rule";
import { KIND_NAMES } from "../../constructs/login-method-kinds";
import { accessAccount } from "../../local/access-account";
import type { JsonObject } from "../../local/account-objects";
import { decideFor } from "../../local/edge/decide";
import { deriveAttributes } from "../../local/provider/derive";
import { RULE_NAMES } from "../../local/provider/resources/rules";
import { mergePlans } from "../../review/merge";
import { readPlan } from "../../review/plan";
import { person } from "../access/examples";
import { cloud } from "../local/api/support";
import { change, planJson } from "../review/plans";

/**
 * The edge of the local Cloudflare has a rule as the API keeps what the provider
 * sends, the review has it as a plan prints it: both have to judge it alike.
 */
const HOST = "comfyui.datacrew.space";
const POLICY = "cloudflare_zero_trust_access_policy";
const APPLICATION = "cloudflare_zero_trust_access_application";
const METHOD = "cloudflare_zero_trust_access_identity_provider";
const [POLICY_ID, APPLICATION_ID, METHOD_ID, GROUP_ID, TOKEN_ID] = [
  "11111111-0000-4000-8000-000000000001",
  "11111111-0000-4000-8000-000000000002",
  "11111111-0000-4000-8000-000000000003",
  "11111111-0000-4000-8000-000000000004",
  "11111111-0000-4000-8000-000000000005",
];

type Asked = Partial<AccessRequest>;
interface Case {
  /** @default "allow" */
  readonly decision?: "allow" | "non_identity";
  readonly rule: AccessRule;
  /** The login method's type. @default "oidc" */
  readonly type?: string;
  /** A request that fulfils the rule, as far as requests tell. */
  readonly fulfils: Asked;
  /** The edge can't know it, and refuses: the review says on what it depends. */
  readonly depends?: true;
}

const idp = (type = "oidc"): Identity["idp"] => ({ id: METHOD_ID, type });
const ann = person("ann@example.com", { idp: idp() });
const loginMethod = { identityProviderId: METHOD_ID };
const GROUP = "5f3f9c02-8d0b-4a8c-9c1e-2b7d5a1f0e44";

/** Every selector that the provider has, by its name there. */
const SELECTORS: Readonly<Record<string, readonly Case[]>> = {
  email: [
    { rule: AccessRule.email("Ann@Example.com"), fulfils: { identity: ann } },
  ],
  email_domain: [
    { rule: AccessRule.emailDomain("example.com"), fulfils: { identity: ann } },
  ],
  email_list: [
    {
      rule: AccessRule.emailList("l"),
      fulfils: { identity: ann },
      depends: true,
    },
  ],
  everyone: [{ rule: AccessRule.everyone(), fulfils: { identity: ann } }],
  ip: [
    { rule: AccessRule.ip("203.0.113.0/24"), fulfils: { identity: ann } },
    {
      rule: AccessRule.ip("2001:db8::1"),
      fulfils: { identity: ann, ip: "2001:db8::1" },
    },
  ],
  ip_list: [
    { rule: AccessRule.ipList("l"), fulfils: { identity: ann }, depends: true },
  ],
  geo: [{ rule: AccessRule.country("pt"), fulfils: { identity: ann } }],
  login_method: [
    { rule: AccessRule.loginMethod(loginMethod), fulfils: { identity: ann } },
  ],
  auth_method: [
    {
      rule: AccessRule.authMethod("mfa"),
      fulfils: { identity: { ...ann, authMethods: ["mfa"] } },
    },
  ],
  group: [
    {
      rule: AccessRule.group({ accessGroupId: GROUP_ID }),
      fulfils: { identity: ann },
    },
    {
      rule: AccessRule.group({ accessGroupId: "gone" }),
      fulfils: { identity: ann },
      depends: true,
    },
  ],
  gsuite: [
    {
      rule: AccessRule.gsuite({ loginMethod, email: "art@example.com" }),
      type: "google-apps",
      fulfils: {
        identity: {
          ...ann,
          idp: idp("google-apps"),
          groups: ["art@example.com"],
        },
      },
    },
  ],
  azure_ad: [
    {
      rule: AccessRule.azureAd({ loginMethod, id: GROUP }),
      fulfils: { identity: { ...ann, groups: [GROUP] } },
    },
  ],
  auth_context: [
    {
      rule: AccessRule.authContext({ loginMethod, id: "e", acId: "c1" }),
      fulfils: { identity: ann },
      depends: true,
    },
  ],
  okta: [
    {
      rule: AccessRule.okta({ loginMethod, name: "g" }),
      fulfils: { identity: { ...ann, groups: ["g"] } },
    },
  ],
  github_organization: [
    {
      rule: AccessRule.githubOrganization({ loginMethod, name: "acme" }),
      fulfils: { identity: { ...ann, groups: ["acme"] } },
    },
    {
      rule: AccessRule.githubOrganization({
        loginMethod,
        name: "acme",
        team: "art",
      }),
      fulfils: { identity: { ...ann, groups: ["acme/art"] } },
    },
  ],
  saml: [
    {
      rule: AccessRule.saml({
        loginMethod,
        attributeName: "a",
        attributeValue: "b",
      }),
      fulfils: { identity: { ...ann, claims: { a: "b" } } },
    },
  ],
  oidc: [
    {
      rule: AccessRule.oidc({ loginMethod, claimName: "a", claimValue: "b" }),
      fulfils: { identity: { ...ann, claims: { a: ["b"] } } },
    },
  ],
  external_evaluation: [
    {
      rule: AccessRule.externalEvaluation({
        evaluateUrl: "https://e.example/a",
        keysUrl: "https://e.example/k",
      }),
      fulfils: { identity: ann },
      depends: true,
    },
  ],
  device_posture: [
    {
      rule: AccessRule.devicePosture("d"),
      fulfils: { identity: ann },
      depends: true,
    },
  ],
  certificate: [
    {
      rule: AccessRule.certificate(),
      fulfils: { identity: ann, certificate: { commonName: "laptop" } },
    },
  ],
  common_name: [
    {
      rule: AccessRule.commonName("laptop"),
      fulfils: { identity: ann, certificate: { commonName: "laptop" } },
    },
  ],
  service_token: [
    {
      rule: AccessRule.serviceToken({ serviceTokenId: TOKEN_ID }),
      decision: "non_identity",
      fulfils: { serviceToken: { state: "valid", id: TOKEN_ID } },
    },
  ],
  any_valid_service_token: [
    {
      rule: AccessRule.anyValidServiceToken(),
      decision: "non_identity",
      fulfils: { serviceToken: { state: "valid", id: "any" } },
    },
  ],
  linked_app_token: [
    {
      rule: AccessRule.linkedAppToken({ accessAppId: "a" }),
      decision: "non_identity",
      fulfils: { linkedAppToken: "a" },
    },
  ],
  // Later providers have these two.
  user_risk_score: [
    {
      rule: AccessRule.userRiskScore("high"),
      fulfils: { identity: ann },
      depends: true,
    },
  ],
  cloudflare_account_member: [
    {
      rule: AccessRule.cloudflareAccountMember(),
      fulfils: { identity: ann },
      depends: true,
    },
  ],
};

/** Others than the one who fulfils a rule: their answers have to be alike too. */
const OTHERS: readonly Asked[] = [
  {},
  { identity: person("eve@elsewhere.example", { idp: idp() }) },
  { identity: person("ann@example.com", { idp: { id: "other", type: "x" } }) },
  { serviceToken: { state: "valid", id: "another" } },
  { serviceToken: { state: "disabled", id: TOKEN_ID } },
  { ip: "198.51.100.1", country: "FR" },
];

/** What the edge and the review say of each request, for one rule of one application. */
async function judged({ decision = "allow", rule, type = "oidc" }: Case) {
  const { account, api, at } = cloud("guide");
  account.groups.set(GROUP_ID, {
    id: GROUP_ID,
    name: "Staff",
    include: [{ email: { email: "ann@example.com" } }],
    require: [],
    exclude: [],
    created_at: "",
    updated_at: "",
  });
  account.identityProviders.set(METHOD_ID, {
    id: METHOD_ID,
    name: "Ours",
    type,
    config: {},
    version: "1",
  });
  const before = { access: accessAccount(account), ...NOTHING_ELSE };

  const values = { id: POLICY_ID, name: "policy", decision };
  const [[selector = "", block] = []] = Object.entries(rule._block);
  const post = async (path: string, body: JsonObject) => {
    const answer = await api.handle(
      new Request(
        `http://127.0.0.1/client/v4/accounts/${at.account_id}/${path}`,
        {
          method: "POST",
          headers: {
            authorization:
              "Bearer rehearsal-only-cloudflare-deploy-token-00001",
            "content-type": "application/json",
          },
          body: JSON.stringify(body),
        },
      ),
    );
    expect(answer.status).toBe(201);
    return ((await answer.json()) as { result: { id: string } }).result.id;
  };
  const spelling = RULE_NAMES as Readonly<Record<string, string>>;
  const id = await post("access/policies", {
    name: "policy",
    decision,
    include: [{ [spelling[selector] ?? selector]: block as JsonObject }],
  });
  await post("access/apps", {
    type: "self_hosted",
    name: "app",
    domain: HOST,
    allowed_idps: [METHOD_ID],
    policies: [{ id, precedence: 1 }],
  });

  const plan = readPlan(
    "web",
    planJson([
      change(`${POLICY}.p`, ["update"], {
        before: values,
        after: { ...values, include: [rule._block] },
      }),
      change(`${APPLICATION}.a`, ["update"], {
        before: { id: APPLICATION_ID, type: "self_hosted", policies: [] },
        after: {
          id: APPLICATION_ID,
          name: "app",
          type: "self_hosted",
          domain: HOST,
          allowed_idps: [METHOD_ID],
          policies: [{ id: POLICY_ID, precedence: 1 }],
        },
      }),
    ]),
  );
  expect(plan.unread).toEqual([]);
  const review = compile(mergePlans(before, [plan]).after.access);
  return (asked: Asked) => {
    const request = {
      host: HOST,
      path: "/",
      ip: "203.0.113.7",
      country: "PT",
      certificate: null,
      linkedAppToken: null,
      ...asked,
    };
    return {
      edge: decideFor(account, request).outcome,
      review: review.decide(request),
    };
  };
}

const NOTHING_ELSE = { tokens: [], tunnels: [], records: [], zones: [] };

/** What comes of it by the review: one outcome, or those that are possible. */
function outcomes(decision: Decision): string[] {
  return decision.outcome === "depends"
    ? decision.possible.map(({ outcome }) => outcome)
    : [decision.outcome];
}

test("the table has every selector of the provider, and so has AccessRule", () => {
  const { include } = deriveAttributes(
    "@cdktf/provider-cloudflare",
    "zero-trust-access-policy",
  );
  const ofProvider = Object.keys(include?.nested?.attributes ?? {});
  expect(Object.keys(SELECTORS)).toEqual(expect.arrayContaining(ofProvider));
  for (const [name, cases] of Object.entries(SELECTORS))
    for (const { rule } of cases)
      expect(Object.keys(rule._block)).toEqual([name]);
});

test.each(
  Object.entries(SELECTORS).flatMap(([name, cases]) =>
    cases.map((one) => [name, one] as const),
  ),
)("edge and review judge %s alike", async (_, one) => {
  const answers = await judged(one);
  const { edge, review } = answers(one.fulfils);
  if (one.depends) {
    expect(review.outcome).toBe("depends");
    expect(outcomes(review)).toEqual(expect.arrayContaining([edge, "pass"]));
  } else expect([edge, review.outcome]).toEqual(["pass", "pass"]);
  for (const asked of OTHERS) {
    const other = answers(asked);
    expect(outcomes(other.review)).toContain(other.edge);
    if (other.review.outcome !== "depends")
      expect(other.review.outcome).toBe(other.edge);
  }
});

test.each([...Object.keys(KIND_NAMES), "cloudflare"])(
  "edge and review judge a login by %s alike",
  async (type) => {
    const answers = await judged({
      rule: AccessRule.email("ann@example.com"),
      type,
      fulfils: {},
    });
    for (const [asked, wanted] of [
      [{ identity: { ...ann, idp: idp(type) } }, "pass"],
      [
        { identity: person("eve@example.com", { idp: idp(type) }) },
        "identity_denied",
      ],
      [{ identity: { ...ann, idp: { id: "other", type } } }, "login"],
      [{}, "login"],
    ] as const) {
      const { edge, review } = answers(asked);
      expect([edge, review.outcome]).toEqual([wanted, wanted]);
    }
  },
);

test("the review reads a login method of every kind whole", () => {
  for (const type of [...Object.keys(KIND_NAMES), "cloudflare"]) {
    const { resources, unread } = readPlan(
      "identity",
      planJson([
        change(`${METHOD}.m`, ["create"], {
          after: { name: "Ours", type, config: { client_id: "c" } },
          unknown: { id: true },
        }),
      ]),
    );
    expect(unread).toEqual([]);
    expect(resources).toMatchObject([
      { action: "create", after: { name: "Ours", type } },
    ]);
  }
});
