import { decide } from "../../access/decide";
import type { AccessAccount } from "../../access/model";
import {
  ALLOW,
  ANA,
  app,
  BOB,
  BYPASS,
  country,
  email,
  everyone,
  GOOGLE,
  HOST,
  ip,
  ONE_TIME_PIN,
  policy,
  request,
  SERVICE_AUTH,
  T1,
} from "./examples";
import { check, effect } from "./rows";

// https://developers.cloudflare.com/cloudflare-one/access-controls/policies/
describe("people", () => {
  check({
    "nobody is sent to the login page": {
      policies: [ALLOW],
      expected: "login",
    },
    "an allowed person gets in": {
      policies: [ALLOW],
      request: { identity: ANA },
      expected: "pass:identity",
      by: "allow",
    },
    "another person is denied": {
      policies: [ALLOW],
      request: { identity: BOB },
      expected: "identity_denied",
    },
    "everyone in an allow policy is everyone who can log in": {
      policies: [policy("allow", [everyone])],
      request: { identity: BOB },
      expected: "pass:identity",
      by: "allow",
    },
    "everyone in an allow policy still has to log in": {
      policies: [policy("allow", [everyone])],
      expected: "login",
    },
    "without any policy nobody gets in": {
      policies: [],
      request: { identity: ANA },
      expected: "identity_denied",
    },
    "without any policy the login page shows all the same": {
      policies: [],
      expected: "login",
    },
    "a policy without an include rule means nobody": {
      policies: [policy("allow", [])],
      request: { identity: ANA },
      expected: "identity_denied",
    },
    "a login method that the application does not accept counts as no login": {
      policies: [ALLOW],
      app: { allowed_idps: [ONE_TIME_PIN.id] },
      request: { identity: ANA },
      expected: "login",
    },
    "an accepted login method counts": {
      policies: [ALLOW],
      app: { allowed_idps: [GOOGLE.id] },
      request: { identity: ANA },
      expected: "pass:identity",
      by: "allow",
    },
    "an empty list of login methods accepts all": {
      policies: [ALLOW],
      app: { allowed_idps: [] },
      request: { identity: ANA },
      expected: "pass:identity",
      by: "allow",
    },
    "someone whom nobody has approved waits outside": {
      policies: [{ ...ALLOW, approval_required: true }],
      request: { identity: ANA, known: { "approval:id-allow": false } },
      expected: "identity_denied",
      by: "allow",
    },
    "someone approved gets in": {
      policies: [{ ...ALLOW, approval_required: true }],
      request: { identity: ANA, known: { "approval:id-allow": true } },
      expected: "pass:identity",
      by: "allow",
    },
  });
});

// https://developers.cloudflare.com/cloudflare-one/access-controls/policies/#cloudflare-access-rule-types
describe("rule types", () => {
  const includeBoth = [email("ana@example.com"), email("bob@example.com")];
  check({
    "one include rule of several is enough": {
      policies: [policy("allow", includeBoth)],
      request: { identity: BOB },
      expected: "pass:identity",
      by: "allow",
    },
    "all require rules must hold": {
      policies: [
        policy("allow", [everyone], {
          require: [country("PT"), country("US")],
        }),
      ],
      request: { identity: ANA },
      expected: "identity_denied",
    },
    "require does not include": {
      policies: [
        policy("allow", [email("bob@example.com")], {
          require: [country("PT")],
        }),
      ],
      request: { identity: ANA },
      expected: "identity_denied",
    },
    "exclude wins over include and require": {
      policies: [
        policy("allow", [everyone], {
          require: [country("PT")],
          exclude: [email("ana@example.com")],
        }),
      ],
      request: { identity: ANA },
      expected: "identity_denied",
    },
    "exclude in a block policy exempts from the block": {
      policies: [
        policy("deny", [country("PT")], { exclude: [ip("203.0.113.0/24")] }),
        ALLOW,
      ],
      request: { identity: ANA },
      expected: "pass:identity",
      by: "allow",
    },
  });
});

// https://developers.cloudflare.com/cloudflare-one/access-controls/policies/#cloudflare-access-policy-order-of-execution
describe("order of policies", () => {
  const block = policy("deny", [email("ana@example.com")]);
  check({
    "block before allow blocks": {
      policies: [block, ALLOW],
      request: { identity: ANA },
      expected: "identity_denied",
      by: "deny",
    },
    "allow before block admits": {
      policies: [ALLOW, block],
      request: { identity: ANA },
      expected: "pass:identity",
      by: "allow",
    },
    "precedence counts, not the order given": {
      policies: [
        { ...ALLOW, precedence: 2 },
        { ...block, precedence: 1 },
      ],
      request: { identity: ANA },
      expected: "identity_denied",
      by: "deny",
    },
    "bypass comes first wherever it stands": {
      policies: [block, ALLOW, BYPASS],
      request: { identity: ANA },
      expected: "pass:bypass",
      by: "bypass",
    },
    "service auth comes before block": {
      policies: [policy("deny", [everyone]), SERVICE_AUTH],
      request: { serviceToken: T1 },
      expected: "pass:service_auth",
      by: "non_identity",
    },
    "bypass and service auth keep their own order": {
      policies: [SERVICE_AUTH, BYPASS],
      request: { serviceToken: T1 },
      expected: "pass:service_auth",
      by: "non_identity",
    },
    "identity rules in a bypass policy meet nobody": {
      policies: [
        policy("bypass", [email("ana@example.com")]),
        policy("deny", [everyone]),
      ],
      request: { identity: ANA },
      expected: "identity_denied",
      by: "deny",
    },
  });
});

describe("bypass", () => {
  check({
    "lets everyone through": {
      policies: [BYPASS],
      expected: "pass:bypass",
      by: "bypass",
    },
    "for some addresses only, refuses the others": {
      policies: [policy("bypass", [ip("198.51.100.0/24")])],
      expected: "forbidden",
    },
    "for some addresses only, sends the others to the login": {
      policies: [policy("bypass", [ip("198.51.100.0/24")]), ALLOW],
      expected: "login",
    },
  });

  test("of a longer path opens nothing else", () => {
    const account: AccessAccount = {
      applications: [
        app([ALLOW]),
        app([BYPASS], { id: "hook", name: "hook", domain: `${HOST}/webhook` }),
      ],
    };
    const at = (path: string) => effect(decide(account, request({ path })));
    expect(at("/webhook/abc")).toBe("pass:bypass");
    expect(at("/webhooks")).toBe("login");
    expect(at("/")).toBe("login");
  });

  test("by an override of the destination opens that path", () => {
    const application = app([ALLOW], {
      destinations: [
        {
          type: "public",
          uri: HOST,
          overrides: [{ behavior: "public", path_pattern: "/health" }],
        },
      ],
    });
    const at = (path: string) =>
      effect(decide({ applications: [application] }, request({ path })));
    expect(at("/health")).toBe("pass:bypass");
    expect(at("/other")).toBe("login");
  });
});
