import fc from "fast-check";
import type {
  AccessAccount,
  Application,
  Group,
  Policy,
  Rule,
} from "../../access/model";
import type {
  AccessRequest,
  PresentedServiceToken,
} from "../../access/request";

/**
 * Generated accounts and requests over a small world, so that rules and
 * requests meet often: three people, two login methods, three countries, four
 * addresses, two tokens, two posture checks.
 */
const EMAILS = ["ana@example.com", "bob@example.com", "eve@evil.test"];
const IDPS = [
  { id: "google", type: "google" },
  { id: "pin", type: "onetimepin" },
];
const COUNTRIES = ["PT", "US", "DE"];
const IPS = ["10.1.1.1", "10.2.1.1", "192.0.2.1", "198.51.100.1"];
const POSTURES = ["d1", "d2"];
const HOSTS = ["a.example.com", "b.example.com"];
const PATHS = ["/", "/p", "/p/q", "/x"];

const oneOf = <T>(values: readonly T[]) => fc.constantFrom(...values);

/** Selectors that the request answers without a person. */
const ofRequest: fc.Arbitrary<Rule> = fc.oneof(
  fc.constant({ everyone: {} }),
  oneOf(["PT", "US"]).map((country_code) => ({ geo: { country_code } })),
  oneOf(["10.0.0.0/8", "10.1.0.0/16", "192.0.2.0/24"]).map((ip) => ({
    ip: { ip },
  })),
  oneOf(POSTURES).map((integration_uid) => ({
    device_posture: { integration_uid },
  })),
);
const ofPerson: fc.Arbitrary<Rule> = fc.oneof(
  oneOf(EMAILS).map((email) => ({ email: { email: email.toUpperCase() } })),
  oneOf(["example.com", "evil.test"]).map((domain) => ({
    email_domain: { domain },
  })),
  oneOf(IDPS).map(({ id }) => ({ login_method: { id } })),
);
const ofToken: fc.Arbitrary<Rule> = fc.oneof(
  oneOf(["t1", "t2"]).map((token_id) => ({ service_token: { token_id } })),
  fc.constant({ any_valid_service_token: {} }),
);
const ofGroup: fc.Arbitrary<Rule> = oneOf(["g1", "g2"]).map((id) => ({
  group: { id },
}));

/** Null as Terraform writes it for the keys that a rule does not use. */
const asPlanned = (rule: fc.Arbitrary<Rule>): fc.Arbitrary<Rule> =>
  fc
    .tuple(rule, fc.boolean())
    .map(([r, planned]) =>
      planned ? { certificate: null, azure_ad: null, ...r } : r,
    );

export const anyRule = asPlanned(fc.oneof(ofRequest, ofPerson, ofGroup));
const anyServiceRule = asPlanned(fc.oneof(ofRequest, ofToken, ofGroup));

function rules(rule: fc.Arbitrary<Rule>, minLength: number, maxLength: number) {
  return fc.array(rule, { minLength, maxLength });
}

function ruleSet(rule: fc.Arbitrary<Rule>) {
  return {
    include: rules(rule, 1, 3),
    require: rules(rule, 0, 1),
    exclude: rules(rule, 0, 1),
  };
}

const loginPolicy = fc.record({
  decision: oneOf(["allow", "deny"]),
  ...ruleSet(anyRule),
});
const servicePolicy = fc.record({
  decision: oneOf(["non_identity", "bypass"]),
  ...ruleSet(anyServiceRule),
});

/** What token selectors do outside Service Auth policies is not documented, so the engine would call it open. */
function withoutTokens(policy: Policy): Policy {
  if (policy.decision !== "bypass") return policy;
  const keep = (rule: Rule) =>
    !rule.service_token && !rule.any_valid_service_token;
  return {
    ...policy,
    include: policy.include?.filter(keep),
    require: policy.require?.filter(keep),
    exclude: policy.exclude?.filter(keep),
  };
}

export const anyApplication: fc.Arbitrary<Application> = fc
  .record({
    domain: fc
      .tuple(
        oneOf([...HOSTS, "*.example.com"]),
        oneOf(["", "/*", "/p", "/p/*", "/p/q"]),
      )
      .map((parts) => parts.join("")),
    policies: fc.array(
      fc.oneof(loginPolicy, servicePolicy).map(withoutTokens),
      { maxLength: 4 },
    ),
    allowed_idps: oneOf([null, [], ["google"]]),
    options_preflight_bypass: fc.boolean(),
    cors_headers: oneOf([null, { allow_all_origins: true }]),
    service_auth_401_redirect: fc.boolean(),
  })
  .chain((app) =>
    fc
      .shuffledSubarray([1, 2, 3, 4], {
        minLength: app.policies.length,
        maxLength: app.policies.length,
      })
      .map((precedences) => ({
        ...app,
        policies: app.policies.map((policy, i) => ({
          ...policy,
          id: `${app.domain} ${i}`,
          precedence: precedences[i] ?? 0,
        })),
      })),
  );

const groups: fc.Arbitrary<Group[]> = fc
  .tuple(
    fc.record(ruleSet(asPlanned(fc.oneof(ofRequest, ofPerson)))),
    fc.record(ruleSet(anyRuleButOuter())),
  )
  .map(([inner, outer]) => [
    { id: "g1", ...inner },
    { id: "g2", ...outer },
  ]);

function anyRuleButOuter(): fc.Arbitrary<Rule> {
  return fc.oneof(
    ofRequest,
    ofPerson,
    fc.constant<Rule>({ group: { id: "g1" } }),
  );
}

export const anyAccount: fc.Arbitrary<AccessAccount> = fc.record({
  applications: fc.uniqueArray(anyApplication, {
    selector: ({ domain }) => domain,
    minLength: 1,
    maxLength: 5,
  }),
  groups,
  organization: fc.record({ strict_service_token_auth: fc.boolean() }),
});

const token: fc.Arbitrary<PresentedServiceToken | null> = oneOf([
  null,
  { state: "valid", id: "t1" } as const,
  { state: "valid", id: "t2" } as const,
  { state: "invalid" } as const,
]);

/** A request of which everything is known. */
export const anyRequest: fc.Arbitrary<AccessRequest> = fc.record({
  host: oneOf(HOSTS),
  path: oneOf(PATHS),
  preflight: fc.boolean(),
  xhr: fc.boolean(),
  identity: fc.option(fc.record({ email: oneOf(EMAILS), idp: oneOf(IDPS) })),
  serviceToken: token,
  ip: oneOf(IPS),
  country: oneOf(COUNTRIES),
  known: fc.record({
    "device_posture:d1": fc.boolean(),
    "device_posture:d2": fc.boolean(),
  }),
});

/** A request of which the country, the address or posture checks may not be known. */
export const anyVagueRequest: fc.Arbitrary<AccessRequest> = fc
  .tuple(
    anyRequest,
    fc.tuple(fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean()),
  )
  .map(([request, [country, ip, d1, d2]]) => {
    const known = { ...request.known };
    if (d1) delete known["device_posture:d1"];
    if (d2) delete known["device_posture:d2"];
    return {
      ...request,
      known,
      country: country ? undefined : request.country,
      ip: ip ? undefined : request.ip,
    };
  });

/** Every request that a vague one can turn out to be. */
export function completions(request: AccessRequest): AccessRequest[] {
  const both = (id: string) => {
    const value = request.known?.[`device_posture:${id}`];
    return value === undefined ? [true, false] : [value];
  };
  const found: AccessRequest[] = [];
  for (const country of request.country === undefined
    ? COUNTRIES
    : [request.country]) {
    for (const ip of request.ip === undefined ? IPS : [request.ip]) {
      for (const d1 of both("d1")) {
        for (const d2 of both("d2")) {
          const known = { "device_posture:d1": d1, "device_posture:d2": d2 };
          found.push({ ...request, country, ip, known });
        }
      }
    }
  }
  return found;
}
