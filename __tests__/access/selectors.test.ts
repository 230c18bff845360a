import { decide } from "../../access/decide";
import type { Account, Group, Rule } from "../../access/model";
import type { AccessRequest } from "../../access/request";
import {
  app,
  country,
  email,
  everyone,
  GOOGLE,
  ONE_TIME_PIN,
  person,
  policy,
  request,
} from "./examples";

const ANA = person("Ana@Example.com");
const WORKSPACE = { id: "idp-workspace", type: "google-apps" };

/** Whether a rule holds: yes, no, or the ids of the facts that it depends on. */
function holds(
  rule: Rule,
  more: Partial<AccessRequest> = {},
  account: Partial<Account> = {},
): "yes" | "no" | string[] {
  const decision = decide(
    { applications: [app([policy("allow", [rule])])], ...account },
    request({ identity: ANA, ...more }),
  );
  if (decision.outcome === "depends")
    return decision.dependsOn.map(({ id }) => id);
  return decision.outcome === "pass" ? "yes" : "no";
}

type Row = [string, Rule, Partial<AccessRequest>, ReturnType<typeof holds>];

// https://developers.cloudflare.com/cloudflare-one/access-controls/policies/#cloudflare-access-selectors
describe("who is logged in", () => {
  test.each<Row>([
    ["an e-mail in any case", email("aNA@example.COM"), {}, "yes"],
    ["another e-mail", email("ana@example.org"), {}, "no"],
    [
      "an e-mail ending",
      { email_domain: { domain: "example.com" } },
      {},
      "yes",
    ],
    [
      "an e-mail ending written with @",
      { email_domain: { domain: "@Example.com" } },
      {},
      "yes",
    ],
    [
      "an ending that is only part of the domain",
      { email_domain: { domain: "ample.com" } },
      {},
      "no",
    ],
    [
      "an ending that is the parent of the domain",
      { email_domain: { domain: "com" } },
      {},
      "no",
    ],
    ["the login method used", { login_method: { id: GOOGLE.id } }, {}, "yes"],
    [
      "another login method",
      { login_method: { id: ONE_TIME_PIN.id } },
      {},
      "no",
    ],
    ["everyone", everyone, {}, "yes"],
    [
      "a method of authentication that was used",
      { auth_method: { auth_method: "mfa" } },
      { identity: { ...ANA, authMethods: ["pwd", "mfa"] } },
      "yes",
    ],
    [
      "one that was not used",
      { auth_method: { auth_method: "mfa" } },
      { identity: { ...ANA, authMethods: ["pwd"] } },
      "no",
    ],
    [
      "one of which nothing is known",
      { auth_method: { auth_method: "mfa" } },
      {},
      ["auth_method:mfa"],
    ],
    [
      "an e-mail list that is not given",
      { email_list: { id: "l1" } },
      {},
      ["email_list:l1"],
    ],
    [
      "an external evaluation",
      {
        external_evaluation: {
          evaluate_url: "https://e.example",
          keys_url: "https://k.example",
        },
      },
      {},
      ["external_evaluation:https://e.example"],
    ],
    [
      "a risk score",
      { user_risk_score: { user_risk_score: ["low"] } },
      {},
      ['user_risk_score:{"user_risk_score":["low"]}'],
    ],
    [
      "an authentication context",
      {
        auth_context: { id: "x", ac_id: "c1", identity_provider_id: GOOGLE.id },
      },
      {},
      ["auth_context:c1"],
    ],
    [
      "an authentication context of another login method",
      {
        auth_context: {
          id: "x",
          ac_id: "c1",
          identity_provider_id: "idp-entra",
        },
      },
      {},
      "no",
    ],
  ])("%s", (_, rule, more, expected) => {
    expect(holds(rule, more)).toEqual(expected);
  });
});

describe("groups and claims of the login method", () => {
  const workspace = (groups?: string[]) => ({
    identity: { ...ANA, idp: WORKSPACE, groups },
  });
  const of = (type: string, more: object) => ({
    identity: { ...ANA, idp: { id: "i", type }, ...more },
  });
  const staff: Rule = {
    gsuite: { email: "staff@example.com", identity_provider_id: WORKSPACE.id },
  };
  const claim: Rule = {
    oidc: {
      claim_name: "role",
      claim_value: "admin",
      identity_provider_id: "i",
    },
  };
  const github: Rule = {
    "github-organization": { name: "acme", identity_provider_id: "i" },
  };
  const team: Rule = {
    github_organization: {
      name: "acme",
      team: "ops",
      identity_provider_id: "i",
    },
  };

  test.each<Row>([
    [
      "a Workspace group of the person",
      staff,
      workspace(["Staff@example.com"]),
      "yes",
    ],
    ["a Workspace group of others", staff, workspace([]), "no"],
    [
      "a Workspace group, where memberships are not known",
      staff,
      workspace(),
      ["gsuite:staff@example.com"],
    ],
    ["a Workspace group of another login method", staff, {}, "no"],
    [
      "a Workspace group with plain Google, which knows none",
      {
        gsuite: { email: "staff@example.com", identity_provider_id: GOOGLE.id },
      },
      {},
      "no",
    ],
    [
      "an Entra group in the API's spelling",
      { azureAD: { id: "g1", identity_provider_id: "i" } },
      of("azureAD", { groups: ["g1"] }),
      "yes",
    ],
    [
      "an Entra group in Terraform's spelling",
      { azure_ad: { id: "g1", identity_provider_id: "i" } },
      of("azureAD", { groups: ["g1"] }),
      "yes",
    ],
    [
      "an Okta group",
      { okta: { name: "ops", identity_provider_id: "i" } },
      of("okta", { groups: ["ops"] }),
      "yes",
    ],
    [
      "a GitHub organization",
      github,
      of("github", { groups: ["acme"] }),
      "yes",
    ],
    [
      "a GitHub organization, by one of its teams",
      github,
      of("github", { groups: ["acme/ops"] }),
      "yes",
    ],
    [
      "a GitHub organization of a longer name",
      github,
      of("github", { groups: ["acme2/ops"] }),
      "no",
    ],
    [
      "a GitHub team",
      team,
      of("github", { groups: ["acme", "acme/ops"] }),
      "yes",
    ],
    [
      "another team of the organization",
      team,
      of("github", { groups: ["acme", "acme/dev"] }),
      "no",
    ],
    ["an OIDC claim", claim, of("oidc", { claims: { role: "admin" } }), "yes"],
    [
      "an OIDC claim with several values",
      claim,
      of("oidc", { claims: { role: ["dev", "admin"] } }),
      "yes",
    ],
    [
      "an OIDC claim with another value",
      claim,
      of("oidc", { claims: { role: "dev" } }),
      "no",
    ],
    [
      "an OIDC claim that is not there",
      claim,
      of("oidc", { claims: {} }),
      "no",
    ],
    [
      "an OIDC claim, where claims are not known",
      claim,
      of("oidc", {}),
      ["oidc:role=admin"],
    ],
    [
      "a SAML attribute",
      { saml: { attribute_name: "dept", attribute_value: "it" } },
      of("saml", { claims: { dept: "it" } }),
      "yes",
    ],
  ])("%s", (_, rule, more, expected) => {
    expect(holds(rule, more)).toEqual(expected);
  });
});

describe("where and how the request comes", () => {
  const certificate = { commonName: "laptop" };
  test.each<Row>([
    ["its country in any case", country("pt"), {}, "yes"],
    ["another country", country("US"), {}, "no"],
    [
      "a country, where it is not known",
      country("PT"),
      { country: undefined },
      ["country"],
    ],
    ["its address", { ip: { ip: "203.0.113.0/24" } }, {}, "yes"],
    [
      "an address, where it is not known",
      { ip: { ip: "203.0.113.0/24" } },
      { ip: undefined },
      ["ip"],
    ],
    [
      "an address written wrongly",
      { ip: { ip: "203.0.113" } },
      {},
      ["unclear:1"],
    ],
    [
      "an IP list that is not given",
      { ip_list: { id: "l1" } },
      {},
      ["ip_list:l1"],
    ],
    ["any certificate", { certificate: {} }, { certificate }, "yes"],
    ["any certificate, without one", { certificate: {} }, {}, "no"],
    [
      "any certificate, where it is not known",
      { certificate: {} },
      { certificate: undefined },
      ["certificate"],
    ],
    [
      "a certificate by name",
      { common_name: { common_name: "laptop" } },
      { certificate },
      "yes",
    ],
    [
      "a certificate by another name",
      { common_name: { common_name: "phone" } },
      { certificate },
      "no",
    ],
    [
      "a linked app token",
      { linked_app_token: { app_uid: "a1" } },
      { linkedAppToken: "a1" },
      "yes",
    ],
    [
      "a linked app token of another application",
      { linked_app_token: { app_uid: "a1" } },
      { linkedAppToken: "a2" },
      "no",
    ],
    [
      "a linked app token, where it is not known",
      { linked_app_token: { app_uid: "a1" } },
      { linkedAppToken: undefined },
      ["linked_app_token"],
    ],
    [
      "device posture",
      { device_posture: { integration_uid: "d1" } },
      {},
      ["device_posture:d1"],
    ],
    [
      "device posture that the caller knows",
      { device_posture: { integration_uid: "d1" } },
      { known: { "device_posture:d1": true } },
      "yes",
    ],
    [
      "device posture that the caller knows to fail",
      { device_posture: { integration_uid: "d1" } },
      { known: { "device_posture:d1": false } },
      "no",
    ],
    [
      "a service token in an allow policy, without one",
      { service_token: { token_id: "t1" } },
      {},
      "no",
    ],
    [
      "a service token in an allow policy, with another",
      { service_token: { token_id: "t1" } },
      { serviceToken: { state: "valid", id: "t2" } },
      "no",
    ],
    [
      "a service token in an allow policy, with a login beside it",
      { service_token: { token_id: "t1" } },
      { serviceToken: { state: "valid", id: "t1" } },
      ["service_token_with_login"],
    ],
  ])("%s", (_, rule, more, expected) => {
    expect(holds(rule, more)).toEqual(expected);
  });
});

describe("rules as Terraform and the API write them", () => {
  test.each<[string, Rule, ReturnType<typeof holds>]>([
    [
      "unused keys with null are ignored",
      { email: { email: "ana@example.com" }, everyone: null, geo: null },
      "yes",
    ],
    [
      "null in the values is ignored",
      { email: { email: "ana@example.com", other: null } },
      "yes",
    ],
    [
      "a value that is not known yet",
      { email: { email: null } },
      ["unclear:1"],
    ],
    ["a rule without a selector", { everyone: null }, ["unclear:1"]],
    [
      "a rule with several selectors",
      { everyone: {}, email: { email: "x@example.com" } },
      ["unclear:1"],
    ],
    [
      "a selector that nobody knows yet",
      { moon_phase: { phase: "full" } },
      ["unclear:1"],
    ],
    [
      "a selector named like something every object has",
      { constructor: {} },
      ["unclear:1"],
    ],
  ])("%s", (_, rule, expected) => {
    expect(holds(rule)).toEqual(expected);
  });

  test("two unclear rules need not have the same answer", () => {
    const unclear: Rule = { moon_phase: {} };
    const decision = decide(
      {
        applications: [
          app([policy("allow", [unclear], { exclude: [unclear] })]),
        ],
      },
      request({ identity: ANA }),
    );
    expect(decision.dependsOn.map(({ id }) => id)).toEqual([
      "unclear:1",
      "unclear:2",
    ]);
  });

  test("an unclear rule says what it is and where it stands", () => {
    const decision = decide(
      { applications: [app([policy("allow", [{ moon_phase: {} }])])] },
      request({ identity: ANA }),
    );
    expect(decision.dependsOn[0]?.text).toBe(
      'the selector moon_phase, which this version does not know, in policy "allow"',
    );
  });
});

describe("lists", () => {
  const lists = [
    { id: "people", items: [{ value: "ANA@example.com" }] },
    {
      id: "office",
      items: [{ value: "203.0.113.0/24" }, { value: "2001:db8::/32" }],
    },
    { id: "broken", items: [{ value: "office" }] },
  ];

  test.each<[string, Rule, Partial<AccessRequest>, ReturnType<typeof holds>]>([
    ["an e-mail on the list", { email_list: { id: "people" } }, {}, "yes"],
    [
      "an e-mail not on the list",
      { email_list: { id: "people" } },
      { identity: person("bob@example.com") },
      "no",
    ],
    ["an address on the list", { ip_list: { id: "office" } }, {}, "yes"],
    [
      "an address not on the list",
      { ip_list: { id: "office" } },
      { ip: "198.51.100.1" },
      "no",
    ],
    [
      "a list with an address written wrongly",
      { ip_list: { id: "broken" } },
      {},
      ["ip_list:broken"],
    ],
  ])("%s", (_, rule, more, expected) => {
    expect(holds(rule, more, { lists })).toEqual(expected);
  });
});

// https://developers.cloudflare.com/cloudflare-one/access-controls/policies/groups/
describe("rule groups", () => {
  const inGroup = (id: string): Rule => ({ group: { id } });
  const groups: Group[] = [
    { id: "iberia", include: [country("PT"), country("ES")] },
    {
      id: "outer",
      include: [inGroup("iberia")],
      exclude: [email("bob@example.com")],
    },
    { id: "empty", include: [] },
    {
      id: "circle",
      name: "round",
      include: [inGroup("circle"), email("ana@example.com")],
    },
  ];

  test.each<[string, string, Partial<AccessRequest>, ReturnType<typeof holds>]>(
    [
      ["hold by any of their include rules", "iberia", {}, "yes"],
      ["do not hold by none", "iberia", { country: "US" }, "no"],
      ["hold through another group", "outer", {}, "yes"],
      ["exclude", "outer", { identity: person("bob@example.com") }, "no"],
      ["hold for nobody without an include rule", "empty", {}, "no"],
      ["that are not given are not guessed", "missing", {}, ["group:missing"]],
      [
        "that contain themselves hold by their other rules",
        "circle",
        {},
        "yes",
      ],
      [
        "that contain themselves are else not guessed",
        "circle",
        { identity: person("bob@example.com") },
        ["group:circle"],
      ],
    ],
  )("%s", (_, id, more, expected) => {
    expect(holds(inGroup(id), more, { groups })).toEqual(expected);
  });
});

test("nobody fulfils a selector that looks at a person", () => {
  const about: Rule[] = [
    { email_list: { id: "l1" } },
    { external_evaluation: { evaluate_url: "https://e.example" } },
    { user_risk_score: { user_risk_score: ["low"] } },
    { auth_method: { auth_method: "mfa" } },
    { okta: { name: "ops" } },
    { saml: { attribute_name: "a", attribute_value: "b" } },
  ];
  const decision = decide(
    { applications: [app([policy("non_identity", about)])] },
    request({ identity: ANA }),
  );
  expect(decision.outcome).toBe("forbidden");
});
