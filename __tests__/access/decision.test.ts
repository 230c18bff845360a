import { compile, decide } from "../../access/decide";
import type {
  AccessAccount,
  Application,
  Organization,
} from "../../access/model";
import {
  ALLOW,
  ANA,
  app,
  BYPASS,
  everyone,
  GOOGLE,
  ip,
  ONE_TIME_PIN,
  policy,
  request,
  SERVICE_AUTH,
  T1,
} from "./examples";
import { effect } from "./rows";

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
    account: Partial<AccessAccount> = {},
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
  const account = (policies: Application["policies"]): AccessAccount => ({
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
  const account: AccessAccount = {
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
