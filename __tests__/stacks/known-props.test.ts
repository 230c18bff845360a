import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AccessRule } from "../../constructs/access-rule";
import { comfyui } from "../../services/comfyui";
import { AccessStacks } from "../../stacks/app";
import { IdentityStack } from "../../stacks/identity-stack";
import { UsageError } from "../../base/usage-error";
import { ServiceStack } from "../../stacks/service-stack";

const dir = mkdtempSync(join(tmpdir(), "known-props-"));
const previous = process.env.CDKTF_OUTDIR;
beforeAll(() => (process.env.CDKTF_OUTDIR = join(dir, "out")));
afterAll(() => {
  if (previous === undefined) delete process.env.CDKTF_OUTDIR;
  else process.env.CDKTF_OUTDIR = previous;
  rmSync(dir, { recursive: true });
});

// As main.ts hands over its settings, which not every stack uses.
const SETTINGS = {
  accountId: "0123456789abcdef0123456789abcdef",
  stateDir: join(dir, "state"),
  zone: "example.com",
  tunnel: "home",
  allowedEmails: ["ann@example.com"],
  allowedEmailDomains: [],
  dnsRecords: "create" as const,
};

/** What it is refused with, at once or when it is synthesized. */
function faultsOf(build: (app: AccessStacks) => void): string[] {
  const app = new AccessStacks();
  try {
    build(app);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return error.faults.map((fault) => fault.replace(/^\w+: /, ""));
  }
  return app.node.findAll().flatMap((construct) => construct.node.validate());
}

const ofService = (props: object) =>
  faultsOf(
    (app) =>
      new ServiceStack(app, "comfyui", {
        ...SETTINGS,
        loginMethod: "Google",
        service: comfyui,
        hostname: "comfyui.example.com",
        serviceUrl: "http://caddy:80",
        ...props,
      }),
  );

const ofIdentity = (props: object) =>
  faultsOf(
    (app) =>
      new IdentityStack(app, "identity", {
        ...SETTINGS,
        loginMethod: { name: "Google" },
        ...props,
      }),
  );

test("takes what main.ts hands to every stack", () => {
  expect([...ofService({}), ...ofIdentity({})]).toEqual([]);
});

test.each([
  [{ deny: [] }, /^there is no deny: leave it out, or take one of .*denied/],
  [{ exclude: [] }, /^there is no exclude: leave it out, or take one of/],
  [{ openPath: ["/webhook"] }, "there is no openPath: write openPaths"],
  [
    { onDestroy: "delete" },
    'onDestroy must be one of "restore", "remove", got "delete"',
  ],
  [
    { allowedEmails: "ann@example.com" },
    'allowedEmails must be a list of texts, got "ann@example.com"',
  ],
  [{ denied: {} }, "denied must be a list, got {}"],
  [
    { denied: ["ann@example.com"] },
    'denied[0] must be a rule such as AccessRule.email("ann@example.com"), got "ann@example.com"',
  ],
  [
    { allowed: [[AccessRule.email("ann@example.com")]] },
    /^allowed\[0\] must be a rule such as/,
  ],
  [
    { policy: { exclude: [] } },
    "there is no policy.exclude: write denied, as a prop of the stack",
  ],
  [
    { policy: { require: [] } },
    "there is no policy.require: write required, as a prop of the stack",
  ],
  [{ policy: true }, /^policy must be an object such as .*, got true$/],
  [
    { application: { mfaConfig: true } },
    /^mfaConfig must be an object such as .*, got true$/,
  ],
  [
    { application: { oauthConfiguration: [] } },
    /^oauthConfiguration must be an object such as .*, got \[\]$/,
  ],
  [
    { application: { corsHeaders: null } },
    /^corsHeaders must be an object such as .*, got null$/,
  ],
  [{ origin: true }, "origin must be an object, got true"],
  [
    { origin: { ipRules: [{ prefix: "10.0.0.0/8", port: [80] }] } },
    "there is no originRequest.ipRules[0].port: write originRequest.ipRules[0].ports",
  ],
  [{ hostname: undefined }, "hostname must be text, got undefined"],
  [
    { service: {} },
    /^service must be one of services\/, or an object such as .*, got {}$/,
  ],
  [
    { loginMethod: { name: "Google" } },
    /^loginMethod must be the name of a login method/,
  ],
  [
    { policy: { approvalGroups: [null] } },
    /^approvalGroups\[0\] must be an object such as .*, got null$/,
  ],
  [
    { policy: { approvalGroups: "ann@example.com" } },
    'approvalGroups must be a list, got "ann@example.com"',
  ],
  [
    {
      policy: {
        approvalGroups: [
          {
            approvalsNeeded: 2,
            emailAddresses: ["ann@example.com", "Ann@example.com"],
          },
        ],
      },
    },
    "nobody could get in: 2 have to approve, and there are 1 who can",
  ],
  [{ tokens: [null] }, /^tokens\[0\] must be an object such as .*, got null$/],
  [{ tokens: [{ name: "" }] }, /^tokens\[0\] needs a name, or existing/],
  [{ tokens: [{ name: "api", paths: "/x" }] }, /must be a list of texts/],
  [{ waivers: {} }, "waivers must be a list, got {}"],
  [
    { tokens: [{ name: "api", path: ["/prompt"] }] },
    "there is no tokens[0].path: write tokens[0].paths",
  ],
  [
    { tokens: [{ name: "api", requires: [] }] },
    "there is no tokens[0].requires: write tokens[0].require",
  ],
])("a service's stack refuses %j", (props, said) => {
  expect(ofService(props)).toContainEqual(
    typeof said === "string" ? said : expect.stringMatching(said),
  );
});

test.each([
  [{ group: {} }, "there is no group: write groups"],
  [
    { loginMethod: "Google" },
    'loginMethod must be an object such as { name: "Google" }, as the settings have it, got "Google"',
  ],
  [
    { loginMethods: { GitHub: null } },
    'loginMethods["GitHub"] must be an object such as { type: "github", … }, got null',
  ],
  [
    {
      loginMethods: {
        GitHub: { type: "github", clientId: "c", clientSecret: "hush" },
      },
    },
    'there is no loginMethods["GitHub"].clientSecret: the secret is no part of the code. Take it out, and set TF_VAR_github_client_secret',
  ],
  [
    {
      loginMethods: { GitHub: { type: "github", clientId: "c", name: "Hub" } },
    },
    'there is no loginMethods["GitHub"].name: its name is "GitHub", as it is written before it',
  ],
  [
    { loginMethods: { "One-time PIN": { type: "onetimepin", clientId: "c" } } },
    'there is no loginMethods["One-time PIN"].clientId: a code by mail has its type alone',
  ],
  [
    { loginMethod: { name: "Google", clientId: "c" } },
    "there is no loginMethod.clientId: leave it out, or take one of name, googleClientId",
  ],
  [
    { groups: { Family: null } },
    /^groups\["Family"\] must be an object such as .*, got null$/,
  ],
  [
    { groups: { Family: { email: ["ann@example.com"] } } },
    'there is no groups["Family"].email: write groups["Family"].emails',
  ],
  [
    { groups: { Family: { emails: "ann@example.com" } } },
    'groups["Family"].emails must be a list of texts, got "ann@example.com"',
  ],
])("the identity stack refuses %j", (props, said) => {
  expect(ofIdentity(props)).toContainEqual(
    typeof said === "string" ? said : expect.stringMatching(said),
  );
});
