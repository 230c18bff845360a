import { decide } from "../../access/decide";
import type { Rule } from "../../access/model";
import {
  ANA,
  app,
  email,
  everyone,
  GOOGLE,
  ONE_TIME_PIN,
  person,
  policy,
  request,
} from "./examples";
import { holds, type Row } from "./holds";

const WORKSPACE = { id: "idp-workspace", type: "google-apps" };

// https://developers.cloudflare.com/cloudflare-one/access-controls/policies/#cloudflare-access-selectors
describe("who is logged in", () => {
  test.each<Row>([
    ["an e-mail in any case", email("aNA@example.COM"), {}, "yes"],
    [
      "an e-mail that the login method writes in capitals",
      email("ana@example.com"),
      { identity: person("ANA@Example.com") },
      "yes",
    ],
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
      [
        "external_evaluation:https://e.example by the keys at https://k.example",
      ],
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

describe("a member of a Cloudflare account", () => {
  const [own, other] = ["a".repeat(32), "b".repeat(32)];
  const memberOf = (...cloudflareAccounts: string[]) => ({
    identity: { ...ANA, cloudflareAccounts },
  });
  const member = (values: object = {}) => ({
    cloudflare_account_member: values,
  });

  test.each<Row>([
    ["of the account itself", member(), memberOf(own), "yes"],
    ["of another than the rule's", member(), memberOf(other), "no"],
    [
      "of the one it names",
      member({ account_id: other }),
      memberOf(other),
      "yes",
    ],
    ["of none", member({ account_id: other }), memberOf(), "no"],
    [
      "of what is not known",
      member(),
      {},
      ["cloudflare_account_member:this account"],
    ],
    ["who is not logged in", member(), { identity: null }, "no"],
  ])("%s", (_, rule, more, expected) => {
    expect(holds(rule, more, { id: own })).toEqual(expected);
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
