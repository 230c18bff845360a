import { AccessRule } from "../../constructs/access-rule";

const loginMethod = { identityProviderId: "i" };
const GROUP = "5f3f9c02-8d0b-4a8c-9c1e-2b7d5a1f0e44";

test.each<[AccessRule, object]>([
  [
    AccessRule.email("Ann@Example.com"),
    { email: { email: "ann@example.com" } },
  ],
  [
    AccessRule.emailDomain("@Example.com"),
    { email_domain: { domain: "example.com" } },
  ],
  [AccessRule.emailList("l"), { email_list: { id: "l" } }],
  [AccessRule.everyone(), { everyone: {} }],
  [AccessRule.ip("192.0.2.1"), { ip: { ip: "192.0.2.1/32" } }],
  [AccessRule.ip("2001:db8::1"), { ip: { ip: "2001:db8::1/128" } }],
  [AccessRule.ip("192.0.2.0/24"), { ip: { ip: "192.0.2.0/24" } }],
  [AccessRule.ipList("l"), { ip_list: { id: "l" } }],
  [AccessRule.country("de"), { geo: { country_code: "DE" } }],
  [AccessRule.loginMethod(loginMethod), { login_method: { id: "i" } }],
  [AccessRule.authMethod("mfa"), { auth_method: { auth_method: "mfa" } }],
  [AccessRule.group({ accessGroupId: "g" }), { group: { id: "g" } }],
  [
    AccessRule.gsuite({ loginMethod, email: "Artists@Example.com" }),
    { gsuite: { email: "artists@example.com", identity_provider_id: "i" } },
  ],
  [
    AccessRule.azureAd({ loginMethod, id: GROUP }),
    { azure_ad: { id: GROUP, identity_provider_id: "i" } },
  ],
  [
    AccessRule.authContext({ loginMethod, id: "e", acId: "c1" }),
    { auth_context: { id: "e", ac_id: "c1", identity_provider_id: "i" } },
  ],
  [
    AccessRule.okta({ loginMethod, name: "artists" }),
    { okta: { name: "artists", identity_provider_id: "i" } },
  ],
  [
    AccessRule.githubOrganization({ loginMethod, name: "acme" }),
    { github_organization: { name: "acme", identity_provider_id: "i" } },
  ],
  [
    AccessRule.githubOrganization({ loginMethod, name: "acme", team: "art" }),
    {
      github_organization: {
        name: "acme",
        team: "art",
        identity_provider_id: "i",
      },
    },
  ],
  [
    AccessRule.saml({
      loginMethod,
      attributeName: "role",
      attributeValue: "x",
    }),
    {
      saml: {
        attribute_name: "role",
        attribute_value: "x",
        identity_provider_id: "i",
      },
    },
  ],
  [
    AccessRule.oidc({ loginMethod, claimName: "role", claimValue: "x" }),
    {
      oidc: { claim_name: "role", claim_value: "x", identity_provider_id: "i" },
    },
  ],
  [
    AccessRule.externalEvaluation({
      evaluateUrl: "https://e.example/ask",
      keysUrl: "https://e.example/keys",
    }),
    {
      external_evaluation: {
        evaluate_url: "https://e.example/ask",
        keys_url: "https://e.example/keys",
      },
    },
  ],
  [AccessRule.devicePosture("d"), { device_posture: { integration_uid: "d" } }],
  [AccessRule.certificate(), { certificate: {} }],
  [AccessRule.commonName("c"), { common_name: { common_name: "c" } }],
  [
    AccessRule.serviceToken({ serviceTokenId: "t" }),
    { service_token: { token_id: "t" } },
  ],
  [AccessRule.anyValidServiceToken(), { any_valid_service_token: {} }],
  [
    AccessRule.linkedAppToken({ accessAppId: "a" }),
    { linked_app_token: { app_uid: "a" } },
  ],
  [
    AccessRule.raw({ user_risk_score: { user_risk_score: ["high"] } }),
    { user_risk_score: { user_risk_score: ["high"] } },
  ],
])(
  "writes a rule as the API stores it, so that no plan shows a change (%#)",
  (rule, block) => {
    expect(rule._block).toEqual(block);
    expect(rule._faults).toEqual([]);
  },
);

test.each<[AccessRule, RegExp]>([
  [AccessRule.raw({ email: {}, geo: {} }), /one rule for each of email, geo/],
  [AccessRule.raw({}), /a rule has one selector/],
  [AccessRule.email(""), /must be an address .*got ""/],
  [AccessRule.email("ann@example.com, bob@example.com"), /got "ann@.*bob/],
  [AccessRule.emailDomain("@"), /must be an e-mail domain .*got "@"/],
  [AccessRule.emailDomain("ann@example.com"), /got "ann@example\.com"/],
  [AccessRule.ip("nonsense"), /address or network .*got "nonsense"/],
  [AccessRule.ip("10.0.0.0/33"), /got "10\.0\.0\.0\/33"/],
  [AccessRule.country("Germany"), /two letters .*got "Germany"/],
  [
    AccessRule.externalEvaluation({
      evaluateUrl: "http://e.example",
      keysUrl: "https://e.example/keys",
    }),
    /must be an https URL .*, got "http:\/\/e\.example"/,
  ],
])("says what is wrong with a rule (%#)", (rule, message) => {
  expect(rule._faults).toEqual([expect.stringMatching(message)]);
});

test("knows which rule matches whoever asks", () => {
  expect(AccessRule.everyone().matchesEveryone).toBe(true);
  expect(AccessRule.raw({ everyone: {} }).matchesEveryone).toBe(true);
  expect(AccessRule.email("a@example.com").matchesEveryone).toBe(false);
});
