import { IdentityProvider } from "../../constructs/identity-provider";
import { AccessGroup } from "../../constructs/access-group";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { AccessApp, type AccessAppProps } from "../../constructs/access-app";
import {
  AccessPolicy,
  type IAccessPolicy,
  type AccessPolicyProps,
} from "../../constructs/access-policy";
import { AccessRule } from "../../constructs/access-rule";
import { ServiceTokenPolicy } from "../../constructs/service-token-policy";
import { only, synth, type Synthesized } from "./synth";

const APP = "cloudflare_zero_trust_access_application";
const POLICY = "cloudflare_zero_trust_access_policy";

const PAGE = "0f4a7a3f-1111-4a53-9d0e-5c2d0c5a1a11";
const ann = [AccessRule.email("ann@example.com")];

function app(
  props: Partial<AccessAppProps> = {},
  more: (app: AccessApp) => void = () => {},
): Synthesized {
  return synth((scope) => {
    const made = new AccessApp(scope, "grafana", {
      accountId: "a1",
      hostname: "grafana.example.com",
      ...props,
    });
    made.allow("staff", { name: "staff", include: ann });
    more(made);
  });
}

function policy(
  props: Partial<AccessPolicyProps> = {},
  more: (policy: AccessPolicy) => void = () => {},
) {
  return synth((scope) =>
    more(
      new AccessPolicy(scope, "staff", {
        accountId: "a1",
        name: "staff",
        decision: "allow",
        include: ann,
        ...props,
      }),
    ),
  );
}

describe("an application", () => {
  test.each<[Partial<AccessAppProps>, object]>([
    [
      { corsHeaders: { allowAllOrigins: true, allowAllMethods: true } },
      { cors_headers: { allow_all_origins: true, allow_all_methods: true } },
    ],
    [
      {
        corsHeaders: {
          allowedOrigins: ["https://a.example"],
          allowedMethods: ["GET"],
          allowedHeaders: ["x-a"],
          allowCredentials: true,
          maxAge: 60,
        },
      },
      {
        cors_headers: {
          allowed_origins: ["https://a.example"],
          allowed_methods: ["GET"],
          allowed_headers: ["x-a"],
          allow_credentials: true,
          max_age: 60,
        },
      },
    ],
    [{ optionsPreflightBypass: true }, { options_preflight_bypass: true }],
    [
      { sameSiteCookieAttribute: "none" },
      { same_site_cookie_attribute: "none" },
    ],
    [{ httpOnlyCookieAttribute: false }, { http_only_cookie_attribute: false }],
    [
      { pathCookieAttribute: true, path: "/a" },
      { path_cookie_attribute: true },
    ],
    [{ enableBindingCookie: true }, { enable_binding_cookie: true }],
    [{ serviceAuth401Redirect: true }, { service_auth_401_redirect: true }],
    [
      { readServiceTokensFromHeader: "Authorization" },
      { read_service_tokens_from_header: "Authorization" },
    ],
    [{ customDenyMessage: "Ask Ann" }, { custom_deny_message: "Ask Ann" }],
    [
      { customDenyUrl: "https://example.com/no" },
      { custom_deny_url: "https://example.com/no" },
    ],
    [
      { customNonIdentityDenyUrl: "https://example.com/no" },
      { custom_non_identity_deny_url: "https://example.com/no" },
    ],
    [{ customPages: [PAGE] }, { custom_pages: [PAGE] }],
    [{ appLauncherVisible: false }, { app_launcher_visible: false }],
    [
      { logoUrl: "https://example.com/l.png" },
      { logo_url: "https://example.com/l.png" },
    ],
    [{ tags: ["art"] }, { tags: ["art"] }],
    [{ skipInterstitial: true }, { skip_interstitial: true }],
    [{ allowIframe: true }, { allow_iframe: true }],
    [{ allowAuthenticateViaWarp: true }, { allow_authenticate_via_warp: true }],
    [
      {
        autoRedirectToIdentity: true,
        loginMethods: [{ identityProviderId: "pin" }],
      },
      { auto_redirect_to_identity: true, allowed_idps: ["pin"] },
    ],
    [
      { destinations: [{ hostname: "b.example.com", path: "/x" }] },
      {
        domain: "grafana.example.com",
        destinations: [
          { type: "public", uri: "grafana.example.com" },
          { type: "public", uri: "b.example.com/x" },
        ],
      },
    ],
  ])("writes %p", (props, written) => {
    expect(only(app(props), APP)).toMatchObject(written);
  });

  test("writes nothing of what it was not told, but its destination", () => {
    expect(Object.keys(only(app(), APP)).sort()).toEqual([
      "account_id",
      "auto_redirect_to_identity",
      "destinations",
      "domain",
      "enable_binding_cookie",
      "name",
      "options_preflight_bypass",
      "policies",
      "session_duration",
      "type",
    ]);
  });

  test("takes more of what it has lists of", () => {
    const tf = app({}, (it) => {
      it.addDestination({ hostname: "b.example.com" });
      it.addTag("art");
      it.addLoginMethod({ identityProviderId: "pin" });
    });
    expect(only(tf, APP)).toMatchObject({
      destinations: [{ uri: "grafana.example.com" }, { uri: "b.example.com" }],
      tags: ["art"],
      allowed_idps: ["pin"],
      auto_redirect_to_identity: true,
    });
  });

  test("lets anything else be written by its resource", () => {
    const tf = app({}, ({ resource }) =>
      resource.addOverride("bg_color", "#fff"),
    );
    expect(only(tf, APP)).toMatchObject({ bg_color: "#fff" });
  });

  test("keeps people out before any policy lets them in", () => {
    const tf = app({}, (it) => {
      it.addPolicy(AccessPolicy.fromId("shared", "allow"));
      it.deny("gone", { name: "gone", include: ann });
      it.deny("also", { name: "also", include: ann });
    });
    const policies = only(tf, APP).policies as {
      id: string;
      precedence: number;
    }[];
    expect(policies.map(({ id }) => id)).toEqual([
      expect.stringContaining("grafana_gone"),
      expect.stringContaining("grafana_also"),
      expect.stringContaining("grafana_staff"),
      "shared",
    ]);
    expect(policies.map(({ precedence }) => precedence)).toEqual([1, 2, 3, 4]);
  });

  test("is found by name or id and creates nothing", () => {
    const tf = synth((scope) => {
      const byName = AccessApp.fromName(scope, "apps", {
        accountId: "a1",
        name: "Grafana",
      });
      const byId = AccessApp.fromId(scope, "app", {
        accountId: "a1",
        accessAppId: "id",
      });
      expect(byName.aud).toContain("it.aud if it.name");
      expect(byId.accessAppId).toBe("id");
    });
    expect(tf.resource).toBeUndefined();
    expect(Object.keys(tf.data).sort()).toEqual([
      "cloudflare_zero_trust_access_application",
      "cloudflare_zero_trust_access_applications",
    ]);
  });

  test.each<[string, Partial<AccessAppProps>, RegExp]>([
    [
      "both ways to answer preflights",
      {
        optionsPreflightBypass: true,
        corsHeaders: { allowAllOrigins: true, allowAllMethods: true },
      },
      /exclude each other/,
    ],
    [
      "CORS without origins",
      { corsHeaders: { allowAllMethods: true } },
      /either allowAllOrigins or allowedOrigins, and has neither/,
    ],
    [
      "CORS with some headers and all",
      {
        corsHeaders: {
          allowAllOrigins: true,
          allowAllMethods: true,
          allowAllHeaders: true,
          allowedHeaders: ["a"],
        },
      },
      /either allowAllHeaders or allowedHeaders, not both/,
    ],
    [
      "credentials for every origin",
      {
        corsHeaders: {
          allowAllOrigins: true,
          allowAllMethods: true,
          allowCredentials: true,
        },
      },
      /allowCredentials needs allowedOrigins/,
    ],
    [
      "an age of days",
      {
        corsHeaders: {
          allowAllOrigins: true,
          allowAllMethods: true,
          maxAge: 90_000,
        },
      },
      /from -1 to 86400 seconds, got 90000/,
    ],
    ["a URL that is none", { customDenyUrl: "sorry" }, /got "sorry"/],
    [
      "a header that is none",
      { readServiceTokensFromHeader: "X: Y" },
      /name of a header .*got "X: Y"/,
    ],
    [
      "a path's cookie without a path",
      { pathCookieAttribute: true },
      /pathCookieAttribute needs a path/,
    ],
    [
      "a destination twice",
      { destinations: [{ hostname: "grafana.example.com" }] },
      /grafana\.example\.com is named twice/,
    ],
    [
      "a further destination that is no host",
      { destinations: [{ hostname: "*.example.com" }] },
      /must be one host/,
    ],
  ])("fails for %s", (_, props, message) => {
    expect(() => app(props)).toThrow(message);
  });

  test("fails for a shared policy that opens a whole host", () => {
    const build = () =>
      synth((scope) => {
        const open = new AccessPolicy(scope, "open", {
          accountId: "a1",
          name: "open",
          decision: "bypass",
          include: [AccessRule.everyone()],
        });
        new AccessApp(scope, "grafana", {
          accountId: "a1",
          hostname: "grafana.example.com",
        }).addPolicy(open);
      });
    expect(build).toThrow(/would open all of grafana\.example\.com/);
  });

  test("opens everyone's path only where no destination is a whole host", () => {
    const build = () =>
      synth((scope) =>
        new AccessApp(scope, "hooks", {
          accountId: "a1",
          hostname: "a.example.com",
          path: "/hook",
          destinations: [{ hostname: "b.example.com" }],
        }).bypass("open", { name: "open", include: [AccessRule.everyone()] }),
      );
    expect(build).toThrow(/would open all of b\.example\.com/);
  });
});

describe("a policy", () => {
  test.each<[Partial<AccessPolicyProps>, object]>([
    [{ decision: "deny" }, { decision: "deny" }],
    [{ sessionDuration: "30m" }, { session_duration: "30m" }],
    [
      { purposeJustificationPrompt: "Why?" },
      {
        purpose_justification_required: true,
        purpose_justification_prompt: "Why?",
      },
    ],
    [
      { purposeJustificationRequired: true },
      { purpose_justification_required: true },
    ],
    [
      {
        approvalGroups: [
          { approvalsNeeded: 1, emailAddresses: ["Bob@Example.com"] },
        ],
      },
      {
        approval_required: true,
        approval_groups: [
          { approvals_needed: 1, email_addresses: ["bob@example.com"] },
        ],
      },
    ],
    [{ isolationRequired: true }, { isolation_required: true }],
    [
      { require: [AccessRule.authMethod("mfa")] },
      { require: [{ auth_method: { auth_method: "mfa" } }] },
    ],
    [
      { exclude: [AccessRule.country("DE")] },
      { exclude: [{ geo: { country_code: "DE" } }] },
    ],
  ])("writes %p", (props, written) => {
    expect(only(policy(props), POLICY)).toMatchObject(written);
  });

  test("takes more rules", () => {
    const tf = policy({}, (it) => {
      it.addInclude(AccessRule.email("bob@example.com"));
      it.addRequire(AccessRule.certificate());
      it.addExclude(AccessRule.country("DE"));
    });
    expect(only(tf, POLICY)).toMatchObject({
      include: [
        { email: { email: "ann@example.com" } },
        { email: { email: "bob@example.com" } },
      ],
      require: [{ certificate: {} }],
      exclude: [{ geo: { country_code: "DE" } }],
    });
  });

  test("has to say what it does where it is looked up: one that blocks comes first", () => {
    const blocks = AccessPolicy.fromId("block", "deny");
    const tf = app({}, (it) => {
      it.allow("people", { name: "people", include: ann });
      it.addPolicy(blocks);
    });
    const policies = only(tf, APP).policies as { id: string }[];
    expect(policies.map(({ id }) => id)[0]).toBe("block");
    const unsaid = { accessPolicyId: "block" } as IAccessPolicy;
    expect(() => app({}, (it) => it.addPolicy(unsaid))).toThrow(
      /must state its decision/,
    );
  });

  test("is looked up by a name that Terraform takes for no template", () => {
    const tf = synth((scope) => {
      const { accessPolicyId } = AccessPolicy.fromName(scope, "policies", {
        accountId: "a1",
        name: "a ${path.cwd} %{ if b",
        decision: "allow",
      });
      new TerraformOutput(scope, "id", { value: accessPolicyId });
    });
    const [found] = Object.values(
      tf.data!["cloudflare_zero_trust_access_policies"]!,
    ) as { lifecycle: { postcondition: { condition: string }[] } }[];
    expect(found!.lifecycle.postcondition[0]!.condition).toContain(
      String.raw`it.name == "a $\u007bpath.cwd\u007d %\u007b if b"`,
    );
    // One template, in which all references are.
    expect(tf.output!["id"]!.value.match(/[$%]\{/g)).toEqual(["${"]);
  });

  test("is found by its name and creates nothing", () => {
    const tf = synth((scope) => {
      const found = AccessPolicy.fromName(scope, "policies", {
        accountId: "a1",
        name: "Staff",
        decision: "allow",
      });
      expect(found.accessPolicyId).toContain('it.name == "Staff"');
    });
    expect(tf.resource).toBeUndefined();
    expect(tf.data).toHaveProperty("cloudflare_zero_trust_access_policies");
  });

  test.each<[string, Partial<AccessPolicyProps>, RegExp]>([
    [
      "approvals without approvers",
      { approvalGroups: [{ approvalsNeeded: 1 }] },
      /needs emailAddresses or an emailListUuid/,
    ],
    [
      "more approvals than approvers",
      {
        approvalGroups: [{ approvalsNeeded: 2, emailAddresses: ["b@e.com"] }],
      },
      /nobody could get in: 2 have to approve/,
    ],
    [
      "no approvals",
      {
        approvalGroups: [{ approvalsNeeded: 0, emailAddresses: ["b@e.com"] }],
      },
      /1 or more, got 0/,
    ],
    [
      "a question to machines",
      { decision: "non_identity", purposeJustificationPrompt: "Why?" },
      /needs the decision "allow", got "non_identity"/,
    ],
    ["a session of days", { sessionDuration: "1d" }, /got "1d"/],
    ["a rule with a fault", { require: [AccessRule.raw({})] }, /one selector/],
  ])("fails for %s", (_, props, message) => {
    expect(() => policy(props)).toThrow(message);
  });
});

test("a token's policy takes rules and a session of its own", () => {
  const tf = synth((scope) => {
    const made = new AccessApp(scope, "api", {
      accountId: "a1",
      hostname: "api.example.com",
    });
    new ServiceTokenPolicy(scope, "bot", {
      accountId: "a1",
      app: made,
      require: [AccessRule.ip("192.0.2.1")],
      exclude: [AccessRule.country("DE")],
      sessionDuration: "15m",
    });
  });
  expect(only(tf, POLICY)).toMatchObject({
    decision: "non_identity",
    require: [{ ip: { ip: "192.0.2.1/32" } }],
    exclude: [{ geo: { country_code: "DE" } }],
    session_duration: "15m",
  });
});

describe("what newer providers have", () => {
  type Build = (scope: Construct) => void;
  const made = (scope: Construct, props: Partial<AccessAppProps> = {}) => {
    const made = new AccessApp(scope, "grafana", {
      accountId: "a1",
      hostname: "grafana.example.com",
      ...props,
    });
    made.allow("staff", { name: "staff", include: ann });
    return made;
  };
  /** Each with the last version that lacks it, and the first that has it. */
  const newer: readonly [string, string, string, string, Build, object][] = [
    [
      "an application's second factor",
      "5.19.0",
      "5.19.1",
      APP,
      (scope) =>
        made(scope, {
          mfaConfig: {
            allowedAuthenticators: ["security_key"],
            sessionDuration: "12h",
          },
        }),
      {
        mfa_config: {
          allowed_authenticators: ["security_key"],
          session_duration: "12h",
        },
      },
    ],
    [
      "an application as OAuth server",
      "5.18.0",
      "5.19.0",
      APP,
      (scope) =>
        made(scope, {
          oauthConfiguration: {
            dynamicClientRegistration: { allowAnyOnLoopback: true },
            grant: { accessTokenLifetime: "15m" },
          },
        }),
      {
        oauth_configuration: {
          dynamic_client_registration: { allow_any_on_loopback: true },
          grant: { access_token_lifetime: "15m" },
        },
      },
    ],
    [
      "a policy's second factor",
      "5.17.0",
      "5.18.0",
      POLICY,
      (scope) =>
        new AccessPolicy(scope, "staff", {
          accountId: "a1",
          name: "staff",
          decision: "allow",
          include: ann,
          mfaConfig: { mfaDisabled: true },
        }),
      { mfa_config: { mfa_disabled: true } },
    ],
    [
      "a policy for members of the account",
      "5.19.1",
      "5.20.0",
      POLICY,
      (scope) =>
        new AccessPolicy(scope, "staff", {
          accountId: "a1",
          name: "staff",
          decision: "allow",
          include: [AccessRule.cloudflareAccountMember()],
        }),
      { include: [{ cloudflare_account_member: {} }] },
    ],
    [
      "a group without people at risk",
      "5.18.0",
      "5.19.0",
      "cloudflare_zero_trust_access_group",
      (scope) =>
        new AccessGroup(scope, "staff", {
          accountId: "a1",
          include: ann,
          exclude: [AccessRule.userRiskScore("high")],
        }),
      { exclude: [{ user_risk_score: { user_risk_score: ["high"] } }] },
    ],
    [
      "a login method of Cloudflare's own",
      "5.19.1",
      "5.20.0",
      "cloudflare_zero_trust_access_identity_provider",
      (scope) =>
        new IdentityProvider(scope, "own", {
          accountId: "a1",
          type: "cloudflare",
        }),
      {
        name: "Cloudflare",
        type: "cloudflare",
        config: { restrict_to_account_members: true },
      },
    ],
    [
      "a token that is switched off",
      "5.23.0",
      "5.24.0",
      "cloudflare_zero_trust_access_service_token",
      (scope) =>
        new ServiceTokenPolicy(scope, "bot", {
          accountId: "a1",
          app: made(scope),
          enabled: false,
        }),
      { enabled: false },
    ],
  ];

  test.each(newer)(
    "%s is refused with %s and written from %s on",
    (_, without, first, type, build, written) => {
      expect(() => synth(build, without)).toThrow(
        `needs Cloudflare's provider ${first} or newer, and this stack has ${without}`,
      );
      expect(only(synth(build, first), type)).toMatchObject(written);
    },
  );
});

test("two rules in a list that the provider takes for one are refused", () => {
  const withRules = (include: readonly AccessRule[]) => () =>
    synth((scope) => {
      new AccessPolicy(scope, "staff", {
        accountId: "a1",
        name: "staff",
        decision: "allow",
        include,
      });
    }, "5.22.0");
  const [own, other] = [
    AccessRule.cloudflareAccountMember(),
    AccessRule.userRiskScore("low"),
  ];
  expect(withRules([own, ...ann])).not.toThrow();
  expect(withRules([own, other, ...ann])).toThrow(
    "include has 2 rules by cloudflare_account_member and user_risk_score",
  );
});

test("what people read is taken literally, whatever Terraform means by it", () => {
  const text = "Ask ${ann} or %{bo}";
  const synthesized = synth((scope) =>
    new AccessApp(scope, "app", {
      accountId: "a1",
      hostname: "app.example.com",
      customDenyMessage: text,
    }).allow("people", {
      name: "People",
      include: ann,
      purposeJustificationPrompt: text,
    }),
  );
  const literally = "Ask $${ann} or %%{bo}";
  expect(only(synthesized, APP)).toMatchObject({
    custom_deny_message: literally,
  });
  expect(only(synthesized, POLICY)).toMatchObject({
    purpose_justification_prompt: literally,
  });
});
