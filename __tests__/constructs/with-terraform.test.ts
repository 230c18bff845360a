import type { Construct } from "constructs";
import { isOlder, SINCE } from "../../base/provider-versions";
import { AccessApp, type AccessAppProps } from "../../constructs/access-app";
import { AccessPolicy, type PolicyRules } from "../../constructs/access-policy";
import { AccessRule } from "../../constructs/access-rule";
import {
  ServiceTokenPolicy,
  type ServiceTokenPolicyProps,
} from "../../constructs/service-token-policy";
import { TIMEOUT, Workspace } from "../local/provider/workspace";
import { MIRROR, PROVIDER_VERSION } from "../provider";
import { synth } from "./synth";

/**
 * With the real Terraform, and the provider or its stand-in: whatever props say,
 * and however they change, the plan after a deploy is empty.
 */
jest.setTimeout(TIMEOUT);

let workspace: Workspace;
beforeAll(async () => {
  workspace = await Workspace.open();
  workspace.account.tags.add("art").add("lab");
});
afterAll(() => workspace.close());

/** Deploys what is built, and gives what the next plan would change. */
async function deployed(
  build: (scope: Construct) => void,
  { into = workspace, version }: { into?: Workspace; version?: string } = {},
): Promise<string> {
  const { data, resource } = synth(build, version);
  const unprefixed = Object.entries(resource).map(([type, named]) => [
    type.replace("cloudflare_", ""),
    named,
  ]);
  into.write(Object.fromEntries(unprefixed), { data });
  await into.applied();
  const { code, text } = await into.plan();
  return code === 0 ? "" : text;
}

const ANN = [AccessRule.email("ann@example.com")];
const GROUP = "5f3f9c02-8d0b-4a8c-9c1e-2b7d5a1f0e44";

/** Every prop, set and changed; those that exclude each other are two applications. */
const APPS: Record<string, readonly Partial<AccessAppProps>[]> = {
  one: [
    {
      sessionDuration: "30m",
      // The one-time PIN of the guide's account.
      loginMethods: [
        { identityProviderId: "a11ce000-0000-4000-8000-000000000001" },
      ],
      corsHeaders: {
        allowedOrigins: ["https://b.example", "https://a.example"],
        allowedMethods: ["POST", "GET"],
        allowedHeaders: ["x-b", "x-a"],
        allowCredentials: true,
        maxAge: 60,
      },
      sameSiteCookieAttribute: "none",
      httpOnlyCookieAttribute: false,
      enableBindingCookie: true,
      serviceAuth401Redirect: true,
      readServiceTokensFromHeader: "Authorization",
      customDenyMessage: "Ask Ann",
      customDenyUrl: "https://example.com/no",
      customNonIdentityDenyUrl: "https://example.com/nobody",
      customPages: ["0f4a7a3f-1111-4a53-9d0e-5c2d0c5a1a11"],
      appLauncherVisible: false,
      logoUrl: "https://example.com/l.png",
      tags: ["lab", "art"],
      skipInterstitial: true,
      allowIframe: true,
      allowAuthenticateViaWarp: true,
      destinations: [
        { hostname: "two.datacrew.space", path: "/x" },
        { hostname: "three.datacrew.space" },
      ],
    },
    {
      sessionDuration: "12h",
      corsHeaders: {
        allowAllOrigins: true,
        allowAllMethods: true,
        allowAllHeaders: true,
      },
      sameSiteCookieAttribute: "lax",
      httpOnlyCookieAttribute: true,
      enableBindingCookie: false,
      serviceAuth401Redirect: false,
      readServiceTokensFromHeader: "X-Token",
      customDenyMessage: "Ask Bob",
      customDenyUrl: "https://example.com/never",
      customNonIdentityDenyUrl: "https://example.com/none",
      customPages: ["0f4a7a3f-2222-4a53-9d0e-5c2d0c5a1a11"],
      appLauncherVisible: true,
      logoUrl: "https://example.com/m.png",
      tags: ["art"],
      skipInterstitial: false,
      allowIframe: false,
      allowAuthenticateViaWarp: false,
      destinations: [{ hostname: "three.datacrew.space" }],
    },
  ],
  path: [
    {
      path: "/api",
      optionsPreflightBypass: true,
      pathCookieAttribute: true,
      autoRedirectToIdentity: false,
    },
    {
      path: "/api",
      optionsPreflightBypass: false,
      pathCookieAttribute: false,
      autoRedirectToIdentity: undefined,
    },
  ],
};

const RULES: readonly Partial<PolicyRules>[] = [
  {
    sessionDuration: "30m",
    purposeJustificationPrompt: "Why?",
    approvalGroups: [
      { approvalsNeeded: 1, emailAddresses: ["bob@example.com"] },
      { approvalsNeeded: 2, emailListUuid: "l" },
    ],
    isolationRequired: true,
    require: [AccessRule.authMethod("mfa")],
    exclude: [AccessRule.country("DE"), AccessRule.ip("192.0.2.1")],
  },
  {
    sessionDuration: "24h",
    purposeJustificationRequired: false,
    approvalGroups: [
      { approvalsNeeded: 1, emailAddresses: ["eve@example.com"] },
    ],
    isolationRequired: false,
    require: [AccessRule.certificate()],
    exclude: [AccessRule.country("FR")],
  },
];

const TOKENS: readonly Partial<ServiceTokenPolicyProps>[] = [
  {
    name: "robot",
    duration: "24h",
    rotation: { version: 2, previousExpiresAt: "2027-01-01T00:00:00Z" },
    require: [AccessRule.ip("192.0.2.1")],
    exclude: [AccessRule.country("DE")],
    sessionDuration: "15m",
  },
  {
    name: "robot again",
    duration: "forever",
    rotation: { version: 3, previousExpiresAt: "2027-01-02T00:00:00Z" },
    require: [AccessRule.certificate()],
    exclude: [AccessRule.country("FR")],
    sessionDuration: "24h",
  },
];

function build(step: number | undefined) {
  return (scope: Construct) => {
    const of = <T>(steps: readonly Partial<T>[]): Partial<T> =>
      step === undefined ? {} : (steps[step] ?? {});
    const accountId = workspace.accountId;
    for (const [id, steps] of Object.entries(APPS)) {
      const app = new AccessApp(scope, id, {
        accountId,
        hostname: `${id}.datacrew.space`,
        ...(id === "path" && { path: "/api" }),
        ...of<AccessAppProps>(steps),
      });
      app.allow("staff", { name: `${id} staff`, include: ANN, ...of(RULES) });
      app.deny("gone", { name: `${id} gone`, include: ANN });
      if (id === "one")
        new ServiceTokenPolicy(scope, "bot", {
          accountId,
          app,
          ...of(TOKENS),
        });
    }
  };
}

test("plans no change after every prop was set, changed and unset again", async () => {
  expect(await deployed(build(undefined))).toBe("");
  expect(await deployed(build(0))).toBe("");
  const [one] = [...workspace.account.applications.values()].filter(
    ({ name }) => name === "one",
  );
  expect(one).toMatchObject({
    same_site_cookie_attribute: "none",
    read_service_tokens_from_header: "Authorization",
    custom_deny_url: "https://example.com/no",
    destinations: [
      { uri: "one.datacrew.space" },
      { uri: "two.datacrew.space/x" },
      { uri: "three.datacrew.space" },
    ],
  });
  expect(await deployed(build(1))).toBe("");
  expect(await deployed(build(undefined))).toBe("");
  expect(one).toMatchObject({
    destinations: [{ uri: "one.datacrew.space" }],
    session_duration: "24h",
  });
  expect(one).not.toHaveProperty("cors_headers");
  expect(one).not.toHaveProperty("custom_deny_url");
});

/** Every prop that the bindings lack: set, changed, and unset again. */
const NEWER: readonly {
  readonly app?: Partial<AccessAppProps>;
  readonly policy?: Partial<PolicyRules>;
  readonly token?: Partial<ServiceTokenPolicyProps>;
}[] = [
  {
    app: {
      mfaConfig: { allowedAuthenticators: ["totp"], sessionDuration: "12h" },
      oauthConfiguration: {
        dynamicClientRegistration: {
          allowAnyOnLoopback: true,
          allowedUris: ["https://example.com/back/*"],
        },
        grant: { accessTokenLifetime: "15m", sessionDuration: "24h" },
      },
    },
    policy: { mfaConfig: { allowedAuthenticators: ["security_key"] } },
    token: { enabled: false },
  },
  {
    app: {
      mfaConfig: { mfaDisabled: true },
      oauthConfiguration: {
        enabled: false,
        dynamicClientRegistration: { enabled: true, allowAnyOnLocalhost: true },
      },
    },
    policy: { mfaConfig: { mfaDisabled: true } },
    token: { enabled: true },
  },
  // What Cloudflare shows beyond this is no change.
  {
    app: { mfaConfig: {}, oauthConfiguration: { enabled: true } },
    policy: { mfaConfig: { sessionDuration: "1h" } },
  },
  {},
];

const NEWEST = MIRROR ? PROVIDER_VERSION : SINCE.tokenEnabled;
const knowsTokens = !isOlder(NEWEST, SINCE.tokenEnabled);
const knowsMembers = !isOlder(NEWEST, SINCE.accountMember);
const MEMBERS = [AccessRule.cloudflareAccountMember()];

(isOlder(NEWEST, SINCE.applicationMfa) ? test.skip : test)(
  "plans no change after every prop of newer providers was set, changed and unset again",
  async () => {
    const version = NEWEST;
    const newer = await Workspace.open({ version });
    try {
      for (const { app: ofApp, policy, token } of NEWER)
        expect(
          await deployed(
            (scope) => {
              const accountId = newer.accountId;
              const app = new AccessApp(scope, "new", {
                accountId,
                hostname: "new.datacrew.space",
                ...ofApp,
              });
              app.allow("staff", {
                name: "staff",
                include: ANN,
                require: knowsMembers ? MEMBERS : [],
                exclude: [AccessRule.userRiskScore("medium", "high")],
                ...policy,
              });
              new ServiceTokenPolicy(scope, "bot", {
                accountId,
                app,
                ...(knowsTokens && token),
              });
            },
            { into: newer, version },
          ),
        ).toBe("");
      const [app] = newer.account.applications.values();
      expect(app).not.toHaveProperty("mfa_config");
      expect(app).not.toHaveProperty("oauth_configuration");
    } finally {
      await newer.close();
    }
  },
);

test("shows a destination that was added by hand, and takes it out", async () => {
  expect(await deployed(build(undefined))).toBe("");
  const [one] = [...workspace.account.applications.values()].filter(
    ({ name }) => name === "one",
  );
  one?.destinations?.push({ type: "public", uri: "hand.datacrew.space" });

  const { code, text } = await workspace.plan();

  expect(code).toBe(2);
  expect(text).toContain("hand.datacrew.space");
  await workspace.applied();
  expect(one?.destinations).toHaveLength(1);
});

test("plans no change after a policy with every selector", async () => {
  const loginMethod = { identityProviderId: "i" };
  const selectors = [
    AccessRule.email("Ann@Example.com"),
    AccessRule.emailDomain("@example.com"),
    AccessRule.emailList("l"),
    AccessRule.everyone(),
    AccessRule.ip("192.0.2.1"),
    AccessRule.ip("2001:db8::1"),
    AccessRule.ipList("l"),
    AccessRule.country("de"),
    AccessRule.loginMethod(loginMethod),
    AccessRule.authMethod("mfa"),
    AccessRule.group({ accessGroupId: "g" }),
    AccessRule.gsuite({ loginMethod, email: "g@example.com" }),
    AccessRule.azureAd({ loginMethod, id: GROUP }),
    AccessRule.authContext({ loginMethod, id: "e", acId: "c1" }),
    AccessRule.okta({ loginMethod, name: "o" }),
    AccessRule.githubOrganization({ loginMethod, name: "acme" }),
    AccessRule.githubOrganization({ loginMethod, name: "acme", team: "a" }),
    AccessRule.saml({ loginMethod, attributeName: "a", attributeValue: "b" }),
    AccessRule.oidc({ loginMethod, claimName: "a", claimValue: "b" }),
    AccessRule.externalEvaluation({
      evaluateUrl: "https://e.example/a",
      keysUrl: "https://e.example/k",
    }),
    AccessRule.devicePosture("d"),
    AccessRule.certificate(),
    AccessRule.commonName("c"),
    AccessRule.serviceToken({ serviceTokenId: "t" }),
    AccessRule.anyValidServiceToken(),
    AccessRule.linkedAppToken({ accessAppId: "a" }),
    AccessRule.raw({ email: { email: "Raw@Example.com" } }),
    AccessRule.raw({ ip: { ip: "192.0.2.2" } }),
    AccessRule.raw({ ip: { ip: "2001:db8::2" } }),
    AccessRule.raw({ geo: { country_code: "fr" } }),
    AccessRule.raw({ email_domain: { domain: "@Example.org" } }),
  ];
  const left = await deployed((scope) => {
    new AccessPolicy(scope, "all", {
      accountId: workspace.accountId,
      name: "all",
      decision: "allow",
      include: selectors,
      require: selectors.slice(0, 3),
      exclude: selectors.slice(3),
    });
  });
  expect(left).toBe("");
});

test("finds applications and policies that were made elsewhere", async () => {
  await deployed(build(undefined));
  const { data, resource } = synth((scope) => {
    const props = { accountId: workspace.accountId };
    build(undefined)(scope);
    const { aud } = AccessApp.fromName(scope, "apps", {
      ...props,
      name: "one",
    });
    const app = new AccessApp(scope, "four", {
      ...props,
      name: aud,
      hostname: "four.datacrew.space",
    });
    app.addPolicy(
      AccessPolicy.fromName(scope, "policies", {
        ...props,
        name: "one staff",
        decision: "allow",
      }),
    );
  });
  const unprefixed = Object.entries(resource).map(([type, named]) => [
    type.replace("cloudflare_", ""),
    named,
  ]);
  workspace.write(Object.fromEntries(unprefixed), { data });
  await workspace.applied();

  const { applications } = workspace.account;
  const [one] = [...applications.values()].filter(({ name }) => name === "one");
  const [four] = [...applications.values()].filter(
    ({ domain }) => domain === "four.datacrew.space",
  );
  expect(four?.name).toBe(one?.aud);
  expect(one?.policies.map(({ id }) => id)).toContain(four?.policies[0]?.id);
});
