import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { placeholderId } from "../../constructs/placeholder";
import { comfyui } from "../../services/comfyui";
import { AccessStacks } from "../../stacks/app";
import { IdentityStack } from "../../stacks/identity-stack";
import { ServiceStack } from "../../stacks/service-stack";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "plan-only-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** The Terraform JSON of each stack. */
function synthesize(planOnly: boolean, loginMethod: string) {
  process.env.CDKTF_OUTDIR = join(folder, "out");
  const app = new AccessStacks();
  delete process.env.CDKTF_OUTDIR;
  const shared = {
    accountId: "0123456789abcdef0123456789abcdef",
    stateDir: join(folder, "state"),
    planOnly,
  };
  const identity = new IdentityStack(app, "identity", {
    ...shared,
    loginMethod: { name: "Google", googleClientId: "1" },
    groups: { staff: { emails: ["ann@example.com"] } },
  });
  new ServiceStack(app, "comfyui", {
    ...shared,
    identity,
    loginMethod,
    allowedGroups: ["staff", "others"],
    zone: "example.com",
    tunnel: "home",
    service: comfyui,
    hostname: "comfyui.example.com",
    serviceUrl: "http://caddy:80",
  });
  app.synth();
  const read = (stack: string) =>
    readFileSync(join(folder, "out/stacks", stack, "cdk.tf.json"), "utf8");
  return { identity: read("identity"), comfyui: read("comfyui") };
}

test("what the identity stack makes has placeholders, what it does not make has none", () => {
  const { comfyui } = synthesize(true, "Google");
  expect(comfyui).toContain(placeholderId("login method", "Google"));
  expect(comfyui).toContain(placeholderId("Access group", "staff"));
  expect(comfyui).not.toContain(placeholderId("Access group", "others"));

  const other = synthesize(true, "Gogle");
  expect(other.comfyui).not.toContain(placeholderId("login method", "Gogle"));
});

test("every resource refuses to be applied", () => {
  for (const text of Object.values(synthesize(true, "Google"))) {
    const { resource } = JSON.parse(text) as {
      resource: Record<string, Record<string, { lifecycle: object }>>;
    };
    for (const named of Object.values(resource))
      for (const { lifecycle } of Object.values(named))
        expect(lifecycle).toMatchObject({
          precondition: expect.arrayContaining([
            {
              condition: "${timestamp() == terraform.workspace}",
              error_message: expect.stringContaining("ACCESS_PLAN_ONLY"),
            },
          ]),
        });
  }
});

test("a deploy has neither", () => {
  const text = Object.values(synthesize(false, "Google")).join();
  expect(text).not.toContain("not-deployed-yet");
  expect(text).not.toContain("timestamp()");
});
