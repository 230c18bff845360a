import { compile, decide } from "../../access/decide";
import type { AccessOptions, Decision } from "../../access/decision";
import type {
  Account,
  Application,
  Organization,
  Policy,
} from "../../access/model";
import type { AccessRequest } from "../../access/request";
import {
  app,
  country,
  email,
  everyone,
  GOOGLE,
  HOST,
  ip,
  ONE_TIME_PIN,
  person,
  policy,
  request,
  token,
} from "./examples";

const ALLOW = policy("allow", [email("ana@example.com")]);
const SERVICE_AUTH = policy("non_identity", [token("t1")]);
const BYPASS = policy("bypass", [everyone]);
const ANA = person("ana@example.com");
const BOB = person("bob@example.com");
const T1 = { state: "valid", id: "t1" } as const;
const T2 = { state: "valid", id: "t2" } as const;
const WRONG = { state: "invalid", id: "t1" } as const;
const STRICT: Organization = { strict_service_token_auth: true };

/** The outcome in one word, with how a request passes. */
function effect(decision: Decision): string {
  return decision.outcome === "pass"
    ? `pass:${decision.how}`
    : decision.outcome;
}

interface Row {
  readonly policies: Policy[];
  readonly request?: Partial<AccessRequest>;
  readonly expected: string;
  /** Name of the policy that decides. */
  readonly by?: string;
  readonly app?: Partial<Application>;
  readonly organization?: Organization;
  readonly options?: AccessOptions;
}

function check(rows: Record<string, Row>): void {
  test.each(Object.entries(rows))("%s", (_, row) => {
    const account: Account = {
      applications: [app(row.policies, row.app)],
      organization: row.organization ?? null,
    };
    const decision = decide(account, request(row.request), row.options);
    expect(effect(decision)).toBe(row.expected);
    expect(decision.policy?.name).toBe(row.by);
    expect(decision.dependsOn).toEqual([]);
  });
}

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

// https://developers.cloudflare.com/cloudflare-one/access-controls/service-credentials/service-tokens/
describe("service tokens", () => {
  const mixed = [SERVICE_AUTH, ALLOW];
  check({
    "a token that Service Auth names gets in": {
      policies: mixed,
      request: { serviceToken: T1 },
      expected: "pass:service_auth",
      by: "non_identity",
    },
    "any token of the account gets in where any is meant": {
      policies: [policy("non_identity", [{ any_valid_service_token: {} }])],
      request: { serviceToken: T2 },
      expected: "pass:service_auth",
      by: "non_identity",
    },
    "another token is sent to the login page": {
      policies: mixed,
      request: { serviceToken: T2 },
      expected: "login",
    },
    "a wrong secret is sent to the login page": {
      policies: mixed,
      request: { serviceToken: WRONG },
      expected: "login",
    },
    "an expired token is as good as a wrong one": {
      policies: mixed,
      request: { serviceToken: { state: "expired", id: "t1" } },
      expected: "login",
    },
    "incomplete headers are as good as none": {
      policies: mixed,
      request: { serviceToken: { state: "incomplete" } },
      expected: "login",
    },
    "a token in an allow policy meets the login page": {
      policies: [policy("allow", [token("t1")])],
      request: { serviceToken: T1 },
      expected: "login",
    },
    "a person with a token that is not admitted gets in as the person": {
      policies: mixed,
      request: { serviceToken: T2, identity: ANA },
      expected: "pass:identity",
      by: "allow",
    },
    "with Service Auth only, nobody is refused": {
      policies: [SERVICE_AUTH],
      expected: "forbidden",
    },
    "with Service Auth only, a wrong secret is refused": {
      policies: [SERVICE_AUTH],
      request: { serviceToken: WRONG },
      expected: "forbidden",
    },
    "with Service Auth only, a login does not count": {
      policies: [SERVICE_AUTH],
      request: { identity: ANA },
      expected: "forbidden",
    },
    "with Service Auth only, a page script is refused like the rest": {
      policies: [SERVICE_AUTH],
      request: { xhr: true },
      expected: "forbidden",
    },
    "with Service Auth only, a WebSocket is refused like the rest": {
      policies: [SERVICE_AUTH],
      request: { webSocket: true },
      expected: "forbidden",
    },
    "a WebSocket with its token gets in": {
      policies: mixed,
      request: { webSocket: true, serviceToken: T1 },
      expected: "pass:service_auth",
      by: "non_identity",
    },
    "a WebSocket without anything is sent to the login page": {
      policies: mixed,
      request: { webSocket: true },
      expected: "login",
    },
    "a page script without anything gets 401 where people log in": {
      policies: mixed,
      request: { xhr: true },
      expected: "unauthorized",
    },
    "Service Auth can admit by something else than a token": {
      policies: [policy("non_identity", [ip("203.0.113.0/24")])],
      expected: "pass:service_auth",
      by: "non_identity",
    },
  });
});

// https://developers.cloudflare.com/cloudflare-one/access-controls/service-credentials/service-tokens/#enforce-strict-service-token-authentication
describe("strict service token authentication", () => {
  const strict = (row: Omit<Row, "organization">): Row => ({
    ...row,
    organization: STRICT,
  });
  const bad = [
    "invalid",
    "expired",
    "disabled",
    "duplicate",
    "incomplete",
  ] as const;
  const mixed = [SERVICE_AUTH, ALLOW];
  check({
    ...Object.fromEntries(
      bad.map((state) => [
        `a token that is ${state} gets 401`,
        strict({
          policies: mixed,
          request: { serviceToken: { state } },
          expected: "unauthorized",
        }),
      ]),
    ),
    "a token that is not admitted gets 403": strict({
      policies: mixed,
      request: { serviceToken: T2 },
      expected: "forbidden",
    }),
    "an admitted token gets in": strict({
      policies: mixed,
      request: { serviceToken: T1 },
      expected: "pass:service_auth",
      by: "non_identity",
    }),
    "with a token a login is ignored": strict({
      policies: mixed,
      request: { serviceToken: T2, identity: ANA },
      expected: "forbidden",
    }),
    "without a token a login counts": strict({
      policies: mixed,
      request: { identity: ANA },
      expected: "pass:identity",
      by: "allow",
    }),
    "without a token the login page shows": strict({
      policies: mixed,
      expected: "login",
    }),
    "bypass admits whatever token comes along": strict({
      policies: [BYPASS, ...mixed],
      request: { serviceToken: WRONG },
      expected: "pass:bypass",
      by: "bypass",
    }),
    "Service Auth by address does not help a wrong token": strict({
      policies: [policy("non_identity", [ip("203.0.113.0/24")])],
      request: { serviceToken: WRONG },
      expected: "unauthorized",
    }),
  });
});

// https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/self-hosted-public-app/
describe("service_auth_401_redirect", () => {
  const on = { service_auth_401_redirect: true };
  const mixed = [SERVICE_AUTH, ALLOW];
  const always = { serviceAuth401: "always" } as const;
  check({
    "turns the refusal of a Service Auth application into 401": {
      policies: [SERVICE_AUTH],
      app: on,
      expected: "unauthorized",
    },
    "does nothing where no Service Auth policy stands": {
      policies: [ALLOW],
      app: on,
      expected: "login",
    },
    "beside an allow policy leaves browsers the login page": {
      policies: mixed,
      app: on,
      expected: "login",
    },
    "beside an allow policy answers 401 to a wrong token": {
      policies: mixed,
      app: on,
      request: { serviceToken: WRONG },
      expected: "unauthorized",
    },
    "in the other reading answers 401 to browsers too": {
      policies: mixed,
      app: on,
      options: always,
      expected: "unauthorized",
    },
    "in either reading lets in who is logged in": {
      policies: mixed,
      app: on,
      options: always,
      request: { identity: ANA },
      expected: "pass:identity",
      by: "allow",
    },
  });
});

// https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/cors/
describe("preflights", () => {
  const preflight = { preflight: true };
  check({
    "are refused, as they carry no cookie": {
      policies: [ALLOW],
      request: preflight,
      expected: "forbidden",
    },
    "go to the origin with options_preflight_bypass": {
      policies: [ALLOW],
      app: { options_preflight_bypass: true },
      request: preflight,
      expected: "pass:preflight",
    },
    "are answered at the edge with cors_headers": {
      policies: [ALLOW],
      app: { cors_headers: { allowed_origins: ["https://example.com"] } },
      request: preflight,
      expected: "preflight_answer",
    },
    "are not answered from cors_headers that say nothing": {
      policies: [ALLOW],
      app: {
        cors_headers: {
          allowed_origins: null,
          allow_all_origins: false,
          allowed_methods: [],
        },
      },
      request: preflight,
      expected: "forbidden",
    },
    "pass where a bypass policy lets everything pass": {
      policies: [BYPASS],
      app: { cors_headers: { allow_all_origins: true } },
      request: preflight,
      expected: "pass:bypass",
      by: "bypass",
    },
    "are nothing special to the settings of other requests": {
      policies: [ALLOW],
      app: { options_preflight_bypass: true },
      expected: "login",
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
    const account: Account = {
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

// https://developers.cloudflare.com/cloudflare-one/access-controls/access-settings/require-access-protection/
describe("a host without an application", () => {
  const at = (organization: Organization | null, host = "x.example.com") =>
    effect(
      decide({ applications: [app([ALLOW])], organization }, request({ host })),
    );

  test("is public", () => {
    expect(at(null)).toBe("pass:no_application");
  });

  test("is blocked where the organisation requires Access", () => {
    expect(at({ deny_unmatched_requests: true })).toBe("forbidden");
  });

  test("is public in an exempted zone, and in no zone that ends alike", () => {
    const organization = {
      deny_unmatched_requests: true,
      deny_unmatched_requests_exempted_zone_names: ["example.com"],
    };
    expect(at(organization)).toBe("pass:no_application");
    expect(at(organization, "example.com")).toBe("pass:no_application");
    expect(at(organization, "notexample.com")).toBe("forbidden");
  });
});

// https://developers.cloudflare.com/cloudflare-one/access-controls/access-settings/session-management/
describe("session", () => {
  const session = (
    policyDuration: string | null,
    appDuration: string | null,
  ) => {
    const decision = decide(
      {
        applications: [
          app([{ ...ALLOW, session_duration: policyDuration }], {
            session_duration: appDuration,
          }),
        ],
      },
      request({ identity: ANA }),
    );
    return decision.outcome === "pass" ? decision.session : undefined;
  };

  test("is the policy's", () => {
    expect(session("30m", "8h")).toEqual({ seconds: 1_800, from: "policy" });
  });

  test("is else the application's", () => {
    expect(session(null, "8h")).toEqual({
      seconds: 28_800,
      from: "application",
    });
  });

  test("is else a day", () => {
    expect(session(null, null)).toEqual({ seconds: 86_400, from: "default" });
  });

  test("is not made up where it is no duration", () => {
    expect(session("soon", "8h")).toBeUndefined();
  });

  test("does not exist on a bypass", () => {
    const decision = decide({ applications: [app([BYPASS])] }, request());
    expect(decision).not.toHaveProperty("session");
  });
});

describe("the login page", () => {
  const login = (
    more: Partial<Application>,
    account: Partial<Account> = {},
  ) => {
    const decision = decide(
      { applications: [app([ALLOW], more)], ...account },
      request(),
    );
    return decision.outcome === "login"
      ? [decision.identityProviders, decision.direct]
      : decision.outcome;
  };
  const both = { identity_providers: [GOOGLE, ONE_TIME_PIN] };

  test("offers all login methods of the account", () => {
    expect(login({}, both)).toEqual([[GOOGLE.id, ONE_TIME_PIN.id], false]);
  });

  test("offers the login methods of the application", () => {
    expect(login({ allowed_idps: [GOOGLE.id] }, both)).toEqual([
      [GOOGLE.id],
      false,
    ]);
  });

  test("is skipped with one login method, where the application says so", () => {
    expect(
      login(
        { allowed_idps: [GOOGLE.id], auto_redirect_to_identity: true },
        both,
      ),
    ).toEqual([[GOOGLE.id], true]);
  });

  test("is not skipped with two", () => {
    expect(login({ auto_redirect_to_identity: true }, both)).toEqual([
      [GOOGLE.id, ONE_TIME_PIN.id],
      false,
    ]);
  });

  test("is skipped where the organisation says so", () => {
    expect(
      login(
        {},
        {
          identity_providers: [GOOGLE],
          organization: { auto_redirect_to_identity: true },
        },
      ),
    ).toEqual([[GOOGLE.id], true]);
  });
});

describe("policies by reference", () => {
  const account = (policies: Application["policies"]): Account => ({
    applications: [app([], { policies })],
    policies: [ALLOW],
  });

  test.each([
    ["an id", "id-allow"],
    ["a reference", { id: "id-allow", precedence: 1 }],
  ])("are found by %s", (_, reference) => {
    const decision = decide(account([reference]), request({ identity: ANA }));
    expect(decision).toMatchObject({ outcome: "pass", policy: ALLOW });
  });

  test("take the precedence of the reference", () => {
    const block = policy("deny", [everyone]);
    const decision = decide(
      {
        applications: [
          app([], {
            policies: [
              { id: "id-allow", precedence: 2 },
              { id: "id-deny", precedence: 1 },
            ],
          }),
        ],
        policies: [
          { ...ALLOW, precedence: 1 },
          { ...block, precedence: 2 },
        ],
      },
      request({ identity: ANA }),
    );
    expect(decision.policy?.name).toBe("deny");
  });

  test("that are not given leave everything open", () => {
    const decision = decide(
      account(["id-allow", "id-other"]),
      request({ identity: ANA }),
    );
    expect(effect(decision)).toBe("depends");
    expect(decision.dependsOn).toEqual([
      { id: "policy:id-other", text: "policy id-other" },
    ]);
  });

  test("with a decision of another name leave everything open", () => {
    const decision = decide(
      account([policy("isolate", [everyone])]),
      request(),
    );
    expect(decision.dependsOn.map(({ id }) => id)).toEqual(["policy:isolate"]);
  });
});

describe("reasons", () => {
  const account: Account = {
    applications: [app([SERVICE_AUTH, ALLOW])],
    service_tokens: [{ id: "t1", name: "renderer" }],
  };
  test.each([
    [
      "a token by its name",
      { serviceToken: T1 },
      'application "ComfyUI": Service Auth policy "non_identity" admits service token "renderer"',
    ],
    [
      "a person by e-mail",
      { identity: ANA },
      'application "ComfyUI": policy "allow" admits ana@example.com',
    ],
    [
      "a host without an application",
      { host: "x.example.com", path: "/a?b" },
      "no application covers x.example.com/a",
    ],
  ])("name %s", (_, more, reason) => {
    expect(decide(account, request(more)).reason).toBe(reason);
  });
});

test("hands back the application and policy that were handed in", () => {
  const application = app([ALLOW]);
  const decision = compile({ applications: [application] }).decide(
    request({ identity: ANA }),
  );
  expect(decision.application).toBe(application);
  expect(decision.policy).toBe(ALLOW);
});

test("fails on an address that is none, where a rule looks at it", () => {
  const account = {
    applications: [app([policy("bypass", [ip("203.0.113.0/24")])])],
  };
  expect(() => decide(account, request({ ip: "localhost" }))).toThrow(
    'ip must be an IPv4 or IPv6 address such as "192.0.2.7", got "localhost"',
  );
});
