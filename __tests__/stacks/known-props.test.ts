import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { comfyui } from "../../services/comfyui";
import { AccessStacks } from "../../stacks/app";
import { IdentityStack } from "../../stacks/identity-stack";
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

function faultsOf(build: (app: AccessStacks) => void): string[] {
  const app = new AccessStacks();
  build(app);
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
    { groups: { Family: { email: ["ann@example.com"] } } },
    'there is no groups["Family"].email: write groups["Family"].emails',
  ],
  [
    { groups: { Family: { emails: "ann@example.com" } } },
    'groups["Family"].emails must be a list of texts, got "ann@example.com"',
  ],
])("the identity stack refuses %j", (props, said) => {
  expect(ofIdentity(props)).toContain(said);
});
