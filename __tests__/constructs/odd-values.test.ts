import { TerraformStack, Testing } from "cdktf";
import { AccessApp } from "../../constructs/access-app";
import { AccessPolicy } from "../../constructs/access-policy";
import { AccessRule } from "../../constructs/access-rule";
import { PinnedCloudflareProvider } from "../../constructs/cloudflare-provider";
import { IdentityProvider } from "../../constructs/identity-provider";
import { TunnelRoute } from "../../constructs/tunnel-route";

const accountId = "0123456789abcdef0123456789abcdef";
const ONE = IdentityProvider.fromId("a18b4f0a-d1c7-4ed3-b5aa-0dcecf109894");
const OTHER = IdentityProvider.fromId("b18b4f0a-d1c7-4ed3-b5aa-0dcecf109894");

function stackWith(build: (stack: TerraformStack) => void): TerraformStack {
  const stack = new TerraformStack(Testing.app(), "stack");
  new PinnedCloudflareProvider(stack, "cloudflare");
  build(stack);
  return stack;
}

function faultsIn(stack: TerraformStack): string[] {
  return stack.node.findAll().flatMap((one) => one.node.validate());
}

/** A stack with an application that somebody may reach. */
const withApp = (
  props: object,
  more: (app: AccessApp, stack: TerraformStack) => void = () => {},
) =>
  stackWith((stack) => {
    const hostname = "wiki.example.com";
    const app = new AccessApp(stack, "wiki", { accountId, hostname, ...props });
    app.allow("people", {
      name: "people",
      include: [AccessRule.email("ann@example.com")],
    });
    more(app, stack);
  });

function applicationIn(stack: TerraformStack): Record<string, unknown> {
  const { resource } = JSON.parse(Testing.synth(stack)) as {
    resource: Record<string, Record<string, Record<string, unknown>>>;
  };
  const [found] = Object.values(
    resource.cloudflare_zero_trust_access_application ?? {},
  );
  return found ?? {};
}

test.each([
  [[], "none, which is every one of the account"],
  [[ONE, OTHER], "2"],
])(
  "a redirect past the choice of login methods needs one of %j",
  (all, got) => {
    const stack = withApp({ autoRedirectToIdentity: true, loginMethods: all });
    expect(faultsIn(stack)).toEqual([
      `autoRedirectToIdentity needs exactly one login method, got ${got}: name one in loginMethods, or leave autoRedirectToIdentity out`,
    ]);
  },
);

test.each([{ autoRedirectToIdentity: true }, {}])(
  "one login method that is named twice is one (%j)",
  (props) => {
    const stack = withApp({ ...props, loginMethods: [ONE, ONE] }, (app) =>
      app.addLoginMethod(ONE),
    );
    expect(faultsIn(stack)).toEqual([]);
    expect(applicationIn(stack)).toMatchObject({
      allowed_idps: [ONE.identityProviderId],
      auto_redirect_to_identity: true,
    });
  },
);

test("a policy that is added twice is one", () => {
  const stack = withApp({}, (app, scope) => {
    const shared = AccessPolicy.fromId("shared", "allow");
    const own = new AccessPolicy(scope, "deny", {
      accountId,
      name: "deny",
      decision: "deny",
      include: [AccessRule.email("bob@example.com")],
    });
    for (const policy of [shared, own, shared, own]) app.addPolicy(policy);
  });
  expect(faultsIn(stack)).toEqual([]);
  const { policies } = applicationIn(stack);
  expect(policies).toEqual([
    { id: expect.stringContaining("deny") as string, precedence: 1 },
    { id: expect.stringContaining("people") as string, precedence: 2 },
    { id: "shared", precedence: 3 },
  ]);
});

test("a tag that is named twice is one", () => {
  const stack = withApp({ tags: ["lab", "lab"] }, (app) => app.addTag("lab"));
  expect(applicationIn(stack)).toMatchObject({ tags: ["lab"] });
});

/** What is wrong with a route. */
const ofRoute = (props: object) =>
  faultsIn(
    stackWith(
      (stack) =>
        new TunnelRoute(stack, "route", {
          accountId,
          tunnelId: "0d5e2f1c-5e21-4c3b-9a70-da7ac2e57a11",
          hostname: "wiki.example.com",
          serviceUrl: "http://wiki:80",
          ...props,
        }),
    ),
  );

test.each(["connectTimeout", "tlsTimeout", "tcpKeepAlive", "keepAliveTimeout"])(
  "a route refuses a %s that a connector can't count",
  (name) => {
    expect(ofRoute({ originRequest: { [name]: 86_400 } })).toEqual([]);
    expect(ofRoute({ originRequest: { [name]: 1e12 } })).toEqual([
      `originRequest.${name} must be 86400 seconds (a day) or less, got 1000000000000`,
    ]);
  },
);

test.each([
  ["acme.cloudflareaccess.com", 'write "acme"'],
  ["https://acme.cloudflareaccess.com/", 'write "acme"'],
  ["access.example.com", 'write one such as "example"'],
])("a route refuses %s as the name of a team", (teamName, instead) => {
  const apps = [{ aud: "aud" }];
  expect(ofRoute({ access: { teamName: "acme", apps } })).toEqual([]);
  expect(ofRoute({ access: { teamName, apps } })).toEqual([
    `access.teamName must be the team's name alone, without ".cloudflareaccess.com", got "${teamName}": ${instead}`,
  ]);
});
