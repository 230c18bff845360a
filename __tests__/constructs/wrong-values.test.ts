import { TerraformStack, Testing } from "cdktf";
import { AccessApp } from "../../constructs/access-app";
import { AccessPolicy } from "../../constructs/access-policy";
import { AccessRule } from "../../constructs/access-rule";
import { PinnedCloudflareProvider } from "../../constructs/cloudflare-provider";
import { OneTimePin } from "../../constructs/one-time-pin";
import { TunnelRoute } from "../../constructs/tunnel-route";

// Code can run without a look at types: what no type lets through must not be
// taken for nothing, which lets more people in than was meant.

/** As code that no compiler has looked at would give it. */
const untyped = <T>(value: unknown) => value as T;

const METHOD = { identityProviderId: "a18b4f0a-d1c7-4ed3-b5aa-0dcecf109894" };

test.each<[string, () => AccessRule, string | RegExp]>([
  [
    "a team by another name",
    () =>
      AccessRule.githubOrganization(
        untyped({ loginMethod: METHOD, name: "acme", teams: ["admins"] }),
      ),
    "there is no githubOrganization.teams: write githubOrganization.team",
  ],
  [
    "a group by another name",
    () => AccessRule.azureAd(untyped({ loginMethod: METHOD, groupId: "1" })),
    "there is no azureAd.groupId: leave it out, or take one of loginMethod, id",
  ],
  [
    "no value of a claim",
    () => AccessRule.oidc(untyped({ loginMethod: METHOD, claimName: "role" })),
    "oidc.claimValue is missing: write text that is not empty",
  ],
  [
    "no login method",
    () => AccessRule.okta(untyped({ name: "artists" })),
    /^okta.loginMethod must be an IdentityProvider, or .*, got undefined$/,
  ],
  [
    "the name of a login method",
    () => AccessRule.loginMethod(untyped("Google")),
    /^loginMethod must be an IdentityProvider, or .*, got "Google"$/,
  ],
  [
    "the name of a group",
    () => AccessRule.group(untyped("artists")),
    /^group must be an AccessGroup, or .*, got "artists"$/,
  ],
  [
    "no list",
    () => AccessRule.emailList(untyped(undefined)),
    "a rule by email_list: id is missing: write an id, as Cloudflare shows it",
  ],
  [
    "no address",
    () => AccessRule.email(untyped(undefined)),
    'a rule by email: email is missing: write an address such as "ann@example.com"',
  ],
  [
    "two domains in one",
    () => AccessRule.emailDomain("a.co,b.co"),
    'a rule by email_domain: domain must be an e-mail domain such as "example.com", got "a.co,b.co"',
  ],
  [
    "no country",
    () => AccessRule.country(untyped(undefined)),
    /^a rule by geo: country_code is missing: /,
  ],
  [
    "no network",
    () => AccessRule.ip(untyped(undefined)),
    /^a rule by ip: ip is missing: /,
  ],
])("a rule refuses %s", (_, build, said) => {
  expect(build()._faults).toContainEqual(
    typeof said === "string" ? said : expect.stringMatching(said),
  );
});

function faultsOf(build: (stack: TerraformStack) => void): string[] {
  const stack = new TerraformStack(Testing.app(), "stack");
  new PinnedCloudflareProvider(stack, "cloudflare");
  build(stack);
  return stack.node.findAll().flatMap((one) => one.node.validate());
}

function ofApp(
  props: object,
  more: (app: AccessApp, stack: TerraformStack) => void = () => {},
): string[] {
  return faultsOf((stack) => {
    const app = new AccessApp(stack, "wiki", {
      accountId: "0123456789abcdef0123456789abcdef",
      hostname: "wiki.example.com",
      ...props,
    });
    app.allow("people", {
      name: "people",
      include: [AccessRule.email("ann@example.com")],
    });
    more(app, stack);
  });
}

test("takes an application without any of this", () => {
  expect(ofApp({})).toEqual([]);
});

test.each([
  [{ loginMethods: ["Google"] }, /^a login method must be one .* got "Google"/],
  [{ loginMethods: [{ id: "1" }] }, /^a login method must be one /],
  [
    { destinations: ["wiki.example.com"] },
    /^destinations\[0\] must be an object such as /,
  ],
  [
    { destinations: [{ host: "b.example.com" }] },
    /^hostname must be one host such as/,
  ],
  [
    { destinations: [{ hostname: "b.example.com", paths: "/x" }] },
    "there is no destinations[0].paths: write destinations[0].path",
  ],
  [{ hostname: undefined }, /^hostname must be one host such as/],
  [{ tags: {} }, /tags must be a list/],
])("an application refuses %j", (props, said) => {
  expect(ofApp(props)).toContainEqual(
    typeof said === "string" ? said : expect.stringMatching(said),
  );
});

test("an application refuses a login method or a destination that is none when it is added", () => {
  const faults = ofApp({}, (app) => {
    app.addLoginMethod(untyped("Google"));
    app.addDestination(untyped("b.example.com"));
  });
  expect(faults).toEqual([
    expect.stringMatching(/^destinations\[0\] must be an object such as /),
    expect.stringMatching(/^hostname must be one host such as/),
    expect.stringMatching(/^a login method must be one /),
  ]);
});

test.each(["block", "Block", undefined])(
  "an application refuses a policy with the decision %p",
  (decision) => {
    const faults = ofApp({}, (app) =>
      app.addPolicy(AccessPolicy.fromId("id", untyped(decision))),
    );
    expect(faults).toEqual([
      expect.stringContaining("must state its decision"),
    ]);
  },
);

test("a policy refuses what is no rule when it is added", () => {
  const faults = faultsOf((stack) => {
    const policy = new AccessPolicy(stack, "people", {
      accountId: "0123456789abcdef0123456789abcdef",
      name: "people",
      decision: "allow",
      include: [AccessRule.email("ann@example.com")],
    });
    policy.addExclude(untyped({ email: { email: "bob@example.com" } }));
    policy.addInclude(untyped([AccessRule.email("cat@example.com")]));
  });
  expect(faults).toEqual([
    expect.stringMatching(/^include\[1\] must be a rule such as/),
    expect.stringMatching(/^exclude\[0\] must be a rule such as/),
  ]);
});

test("a code by mail is refused twice in one account", () => {
  const accountId = "0123456789abcdef0123456789abcdef";
  const faults = faultsOf((stack) => {
    new OneTimePin(stack, "one", { accountId });
    new OneTimePin(stack, "two", { accountId });
  });
  expect(faults).toEqual([
    "the account has one login by a code, and stack/one is it already: use that one",
  ]);
});

test("a route refuses applications without an audience", () => {
  const faults = faultsOf(
    (stack) =>
      new TunnelRoute(stack, "route", {
        accountId: "0123456789abcdef0123456789abcdef",
        tunnelId: "0d5e2f1c-5e21-4c3b-9a70-da7ac2e57a11",
        hostname: "wiki.example.com",
        serviceUrl: "http://wiki:80",
        access: { teamName: "acme", apps: untyped(["aud"]) },
      }),
  );
  expect(faults).toContainEqual(
    expect.stringMatching(/^access.apps\[0\] must be an AccessApp/),
  );
});
