import { decide } from "../../access/decide";
import type { Rule } from "../../access/model";
import type { AccessRequest } from "../../access/request";
import { AccessRule } from "../../constructs/access-rule";
import { readRules } from "../../local/api/rules";
import { RULE_NAMES } from "../../local/provider/resources/rules";
import { app, person, policy, request, token } from "../access/examples";

const loginMethod = { identityProviderId: "idp" };
const idp = { id: "idp", type: "any" };
const ann = person("ann@example.com", { idp });

/** Each selector, with a request that fulfils it. */
const SELECTORS: readonly [AccessRule, Partial<AccessRequest>][] = [
  [AccessRule.email("Ann@Example.com"), { identity: ann }],
  [AccessRule.emailDomain("example.com"), { identity: ann }],
  [AccessRule.everyone(), { identity: ann }],
  [AccessRule.ip("203.0.113.0/24"), { identity: ann }],
  [AccessRule.country("pt"), { identity: ann }],
  [AccessRule.loginMethod(loginMethod), { identity: ann }],
  [
    AccessRule.authMethod("mfa"),
    { identity: { ...ann, authMethods: ["mfa"] } },
  ],
  [
    AccessRule.gsuite({ loginMethod, email: "art@example.com" }),
    { identity: { ...ann, groups: ["art@example.com"] } },
  ],
  [
    AccessRule.azureAd({ loginMethod, id: "g" }),
    { identity: { ...ann, groups: ["g"] } },
  ],
  [
    AccessRule.okta({ loginMethod, name: "g" }),
    { identity: { ...ann, groups: ["g"] } },
  ],
  [
    AccessRule.githubOrganization({ loginMethod, name: "acme" }),
    { identity: { ...ann, groups: ["acme"] } },
  ],
  [
    AccessRule.githubOrganization({ loginMethod, name: "acme", team: "art" }),
    { identity: { ...ann, groups: ["acme/art"] } },
  ],
  [
    AccessRule.saml({ loginMethod, attributeName: "a", attributeValue: "b" }),
    { identity: { ...ann, claims: { a: "b" } } },
  ],
  [
    AccessRule.oidc({ loginMethod, claimName: "a", claimValue: "b" }),
    { identity: { ...ann, claims: { a: ["b"] } } },
  ],
  [
    AccessRule.certificate(),
    { identity: ann, certificate: { commonName: "laptop" } },
  ],
  [
    AccessRule.commonName("laptop"),
    { identity: ann, certificate: { commonName: "laptop" } },
  ],
  [
    AccessRule.linkedAppToken({ accessAppId: "a" }),
    { identity: ann, linkedAppToken: "a" },
  ],
  [
    AccessRule.devicePosture("d"),
    { identity: ann, known: { "device_posture:d": true } },
  ],
];

/** A rule as the API keeps what the provider sends: as the edge has it. */
function asTheEdgeHasIt(rule: AccessRule): Rule {
  const [[name = "", values] = []] = Object.entries(rule._block);
  const spelling = RULE_NAMES as Readonly<Record<string, string>>;
  const { include } = readRules({
    include: [{ [spelling[name] ?? name]: values as never }],
  });
  return include[0] as Rule;
}

const outcome = (rule: Rule, asked: Partial<AccessRequest>) =>
  decide(
    {
      applications: [app([policy("allow", [rule])])],
      organization: null,
    },
    request(asked),
  ).outcome;

test.each(SELECTORS)(
  "edge and review judge a rule alike, fulfilled or not (%#)",
  (rule, fulfilled) => {
    const inPlan = rule._block as Rule;
    const atEdge = asTheEdgeHasIt(rule);
    expect(outcome(inPlan, fulfilled)).toBe("pass");
    for (const asked of [
      fulfilled,
      {},
      { identity: person("eve@elsewhere.example") },
    ])
      expect(outcome(atEdge, asked)).toBe(outcome(inPlan, asked));
  },
);

test("edge and review judge tokens alike", () => {
  const rule = AccessRule.serviceToken({ serviceTokenId: "t" });
  expect(rule._block).toEqual(token("t"));
  for (const selector of [rule, AccessRule.anyValidServiceToken()])
    for (const id of ["t", "u"]) {
      const asked = { serviceToken: { state: "valid" as const, id } };
      const judged = [selector._block as Rule, asTheEdgeHasIt(selector)].map(
        (one) =>
          decide(
            {
              applications: [app([policy("non_identity", [one])])],
              organization: null,
            },
            request(asked),
          ).outcome,
      );
      expect(new Set(judged).size).toBe(1);
    }
});
