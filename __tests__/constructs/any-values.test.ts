import { isDeepStrictEqual } from "node:util";
import { TerraformStack, Testing } from "cdktf";
import type { Construct } from "constructs";
import * as constructs from "../../constructs";
import { HostnameRecord } from "../../constructs/hostname-record";

// Code can run without a look at types. Whatever it hands in, there is a message
// and no error of JavaScript.

const { AccessApp, AccessRule } = constructs;

const accountId = "0123456789abcdef0123456789abcdef";
const UUID = "0d5e2f1c-5e21-4c3b-9a70-da7ac2e57a11";

type Props = Readonly<Record<string, unknown>>;
/** A class or function that is not looked at for its types. */
type Untyped = new (scope: Construct, id: string, props: unknown) => Construct;

const untyped = (value: unknown) => value as Untyped;

const ANN = [AccessRule.email("ann@example.com")];
const METHOD = { accountId, type: "oidc", clientId: "c", clientSecret: "s" };
const URLS = {
  authUrl: "https://id.example/a",
  tokenUrl: "https://id.example/t",
  certsUrl: "https://id.example/c",
};

/** What each construct can be made with; `needs` are those it can't do without. */
const MADE: Readonly<
  Record<
    string,
    {
      readonly make: Untyped;
      readonly props: Props | ((stack: TerraformStack) => Props);
      readonly needs: readonly string[];
      readonly others?: readonly string[];
    }
  >
> = {
  AccessApp: {
    make: untyped(AccessApp),
    props: { accountId, hostname: "a.example.com" },
    needs: ["accountId", "hostname"],
    others: [
      ...["name", "path", "destinations", "existing", "loginMethods", "tags"],
      ...["corsHeaders", "mfaConfig", "oauthConfiguration", "customPages"],
      ...["sessionDuration", "customDenyMessage", "logoUrl", "customDenyUrl"],
      ...["readServiceTokensFromHeader", "sameSiteCookieAttribute"],
      ...["autoRedirectToIdentity", "allowIframe"],
    ],
  },
  AccessPolicy: {
    make: untyped(constructs.AccessPolicy),
    props: { accountId, name: "p", decision: "allow", include: ANN },
    needs: ["accountId", "name", "decision", "include"],
    others: [
      ...["require", "exclude", "sessionDuration", "approvalGroups"],
      ...["purposeJustificationPrompt", "purposeJustificationRequired"],
      ...["isolationRequired", "mfaConfig"],
    ],
  },
  AccessGroup: {
    make: untyped(constructs.AccessGroup),
    props: { accountId, include: ANN },
    needs: ["accountId", "include"],
    others: ["name", "require", "exclude"],
  },
  IdentityProvider: {
    make: untyped(constructs.IdentityProvider),
    props: { ...METHOD, ...URLS },
    needs: ["accountId", "clientId", "clientSecret", ...Object.keys(URLS)],
    others: ["name", "pkceEnabled", "claims", "emailClaimName", "scopes"],
  },
  SamlProvider: {
    make: untyped(constructs.IdentityProvider),
    props: {
      accountId,
      type: "saml",
      issuerUrl: "x",
      ssoTargetUrl: "https://b.example/s",
      idpPublicCerts: ["MIIB"],
    },
    needs: ["issuerUrl", "ssoTargetUrl", "idpPublicCerts"],
    others: ["attributes", "headerAttributes", "signRequest"],
  },
  OneTimePin: {
    make: untyped(constructs.OneTimePin),
    props: { accountId },
    needs: ["accountId"],
    others: ["name"],
  },
  ManagedTunnel: {
    make: untyped(constructs.ManagedTunnel),
    props: { accountId, name: "home" },
    needs: ["accountId", "name"],
  },
  TunnelRoute: {
    make: untyped(constructs.TunnelRoute),
    props: {
      accountId,
      tunnelId: UUID,
      hostname: "a.example.com",
      serviceUrl: "http://a:80",
    },
    needs: ["accountId", "tunnelId", "hostname", "serviceUrl"],
    others: ["path", "httpHostHeader", "originRequest", "access", "onDestroy"],
  },
  HostnameRecord: {
    make: untyped(HostnameRecord),
    props: {
      zoneId: "z",
      tunnelId: UUID,
      hostname: "a.example.com",
      after: [],
    },
    needs: ["zoneId", "tunnelId", "hostname"],
    others: ["ownership"],
  },
  ServiceTokenPolicy: {
    make: untyped(constructs.ServiceTokenPolicy),
    props: (stack) => ({ accountId, app: appOf(stack) }),
    needs: ["accountId", "app"],
    others: [
      ...["name", "require", "exclude", "sessionDuration", "duration"],
      ...["rotation", "enabled"],
    ],
  },
  ExistingServiceToken: {
    make: untyped(constructs.ExistingServiceToken),
    props: (stack) => ({ accountId, app: appOf(stack), existing: UUID }),
    needs: ["accountId", "app", "existing"],
    others: ["name", "require", "exclude"],
  },
};

function appOf(stack: TerraformStack) {
  return new AccessApp(stack, "app", { accountId, hostname: "a.example.com" });
}

function faultsOf(build: (stack: TerraformStack) => unknown): string[] {
  const stack = new TerraformStack(Testing.app(), "stack");
  new constructs.PinnedCloudflareProvider(stack, "cloudflare", "5.24.0");
  build(stack);
  return stack.node
    .findAll()
    .flatMap((one) => one.node.validate())
    .filter((fault) => !fault.startsWith("nobody could reach"));
}

const made = (name: string, change: Props) =>
  faultsOf((stack) => {
    const { make, props } = MADE[name]!;
    const own = typeof props === "function" ? props(stack) : props;
    new make(stack, "it", { ...own, ...change });
  });

const WRONG = [null, 5, 10n, {}, { a: 1 }, () => 1, Symbol.iterator];
const NO_TEXT = ["", undefined, ...WRONG];

const all = Object.entries(MADE);
const cases = all.flatMap(([name, { needs, others = [] }]) =>
  [...needs, ...others].map((prop) => [name, prop] as const),
);

test.each(all.map(([name]) => name))("%s takes what it is for", (name) => {
  expect(made(name, {})).toEqual([]);
});

test.each(cases)("%s says what is wrong with its %s", (name, prop) => {
  const isNeeded = MADE[name]!.needs.includes(prop);
  for (const value of isNeeded ? NO_TEXT : WRONG) {
    const faults = made(name, { [prop]: value });
    // All of these are objects whose props may be left out.
    const mayBeEmpty = ["mfaConfig", "oauthConfiguration", "originRequest"];
    if (mayBeEmpty.includes(prop) && isDeepStrictEqual(value, {})) continue;
    expect([value, faults]).not.toEqual([value, []]);
  }
});

test.each(all.map(([name]) => name))("%s says that it has no props", (name) => {
  for (const props of [null, undefined, "x", []])
    expect(
      faultsOf((stack) => new MADE[name]!.make(stack, "it", props)),
    ).not.toEqual([]);
});

const METHODS = Object.getOwnPropertyNames(AccessRule).filter(
  (name) => !["length", "name", "prototype"].includes(name),
) as "raw"[];
const NO_ARGUMENT = ["everyone", "certificate", "anyValidServiceToken"];

test.each(METHODS.filter((name) => !NO_ARGUMENT.includes(name)))(
  "AccessRule.%s says what is wrong with its argument",
  (name) => {
    for (const value of [
      ...NO_TEXT,
      [],
      ["a@b.example"],
      { loginMethod: null },
    ]) {
      const isOwn = name === ("cloudflareAccountMember" as string);
      // Left out, it is the account that has the rule.
      if (isOwn && value === undefined) continue;
      const rule = AccessRule[name](value as never);
      expect([value, rule._faults]).not.toEqual([value, []]);
      expect(rule.matchesEveryone).toBe(false);
    }
  },
);

const fromNames = {
  app: untyped(AccessApp.fromName),
  appId: untyped(AccessApp.fromId),
  policy: untyped(constructs.AccessPolicy.fromName),
  group: untyped(constructs.AccessGroup.fromName),
  groups: untyped(constructs.AccessGroup.fromNames),
  method: untyped(constructs.IdentityProvider.fromName),
  methods: untyped(constructs.IdentityProvider.fromNames),
  token: untyped(constructs.ServiceTokenPolicy.tokenFromName),
};

test.each(Object.entries(fromNames))(
  "a lookup of the %s says what is wrong with what it is for",
  (_, find) => {
    const look = find as unknown as (...given: unknown[]) => unknown;
    for (const props of [null, {}, { accountId }, { accountId, name: 5 }])
      expect(faultsOf((stack) => look(stack, "it", props))).not.toEqual([]);
  },
);

test("an application says what is no policy", () => {
  const faults = faultsOf((stack) => {
    const app = appOf(stack);
    app.addPolicy(null as never);
    app.addPolicy({} as never);
    app.allow("people", null as never);
    app.addTag(5 as never);
  });
  expect(faults).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^a policy must be an AccessPolicy, .*got null$/),
      expect.stringMatching(/^a policy must be an AccessPolicy, .*got \{\}$/),
      'name is missing: write text such as "Wiki"',
      "a tag must be text that is not empty, got 5",
    ]) as string[],
  );
});
