import { readFileSync } from "node:fs";
import { join } from "node:path";
import { synthesize } from "../../deployment/stacks";
import { Terraform } from "../../deployment/terraform";
import { ApiError } from "../../local/api/envelope";
import { planOnly } from "../../deployment/plan-only";
import { startDeployed, TIMEOUT, type Deployed } from "../secrets/deployed";
import { startReadOnly, type ReadOnly } from "./read-only";

jest.setTimeout(TIMEOUT);

const HOST = "comfyui.datacrew.space";

/** One account through all four steps, in the order of its life. */
let world: Deployed;
let reader: ReadOnly;
/** Secrets of all service tokens that there ever were. */
const seen = new Set<string>();
beforeAll(async () => {
  world = await startDeployed();
  reader = await startReadOnly(world.account, world.cloudflare.apiUrl);
});
afterEach(() => {
  for (const { client_secret: secret } of world.account.serviceTokens.values())
    seen.add(secret);
});
afterAll(async () => {
  await reader.close();
  await world.close();
});

/** Calls that change something, while `action` ran. */
async function writes(action: () => Promise<unknown>): Promise<string[]> {
  const { calls } = world.cloudflare.api;
  const before = calls.length;
  await action();
  return calls
    .slice(before)
    .filter(
      ({ method, path }) =>
        // Cloudflare's test of policies only asks.
        method !== "GET" && !path.endsWith("/access/policy-tests"),
    )
    .map(({ method, path }) => `${method} ${path}`);
}

const nightly = () => world.run("ci", ["nightly"], reader.env);

test("nightly, before anything is deployed, says that all of it is missing", async () => {
  const { code, stdout } = await nightly();
  expect(stdout).toContain("| `comfyui` | `tunnel_route.");
  expect(stdout).toMatch(/`identity` \| `\S*provider.google` \| create/);
  expect(code).toBe(1);
});

test("a plan for reading can't be applied, whoever tries", async () => {
  const env = planOnly(world.env);
  const stacks = await synthesize({ env });
  const dir = stacks.get("identity")?.dir ?? "";
  const planFile = join(dir, "test.plan");
  const terraform = new Terraform(dir, { env });
  await terraform.init();
  await terraform.plan(planFile);
  expect(
    await writes(() =>
      expect(terraform.apply(planFile)).rejects.toThrow(
        /planned with ACCESS_PLAN_ONLY/,
      ),
    ),
  ).toEqual([]);

  const refused = await world.run("ci", ["main"], { ACCESS_PLAN_ONLY: "1" });
  expect(refused.stderr).toContain("unset it");
  expect(refused.code).toBe(2);
});

test("main deploys every stack in order and proves each service", async () => {
  const { code, stdout } = await world.run("ci", ["main"]);
  expect(stdout).toMatch(
    /\| `identity` \| deployed \| {2}\|\n\| `comfyui` \| deployed \| \d+ kept, \d+ not checked \|/,
  );
  expect(code).toBe(0);
});

test("main, with nothing to deploy, proves all the same", async () => {
  const { code, stdout } = await world.run("ci", ["main", "--wait", "0"]);
  expect(stdout).toMatch(/`comfyui` \| unchanged \| \d+ kept/);
  expect(code).toBe(0);
});

test("nightly, with all as deployed, changes nothing and needs to read only", async () => {
  const calls = await writes(async () => {
    const { code, stdout } = await nightly();
    expect(stdout).toContain("2 stacks are as deployed.");
    expect(stdout).toMatch(/service token \| `comfyui: comfyui-api` \| \d{4}/);
    expect(code).toBe(0);
  });
  expect(calls).toEqual([]);
});

test("nightly names what somebody changed, what ends soon and what broke", async () => {
  const app = [...world.account.applications.values()].find(
    ({ domain }) => domain === HOST,
  );
  if (app) app.session_duration = "720h";
  for (const token of world.account.serviceTokens.values())
    token.expires_at = new Date(Date.now() + 5.5 * 86_400_000).toISOString();

  const { code, stdout } = await nightly();

  expect(stdout).toMatch(/`comfyui` \| `\S*application\.\S+` \| update/);
  expect(stdout).toMatch(/in 5 days \| `npm run rotate/);
  expect(code).toBe(1);
});

test("main fails, with the cause, where a promise is broken", async () => {
  const { code, stdout } = await world.run("ci", ["main", "--wait", "0"]);
  expect(stdout).toMatch(/`comfyui` \| deployed \| \d+ kept, .*1 broken/);
  expect(stdout).toContain("the token expires in 6 days");
  expect(code).toBe(1);
});

test("main fails, with Terraform's words, and leaves out what depends on it", async () => {
  const stop = world.cloudflare.api.onCall({
    before: ({ method, path }) =>
      method === "GET" && /\/identity_providers\/[^/]+$/.test(path)
        ? new ApiError(400, 12130, "a made up fault").toResponse()
        : undefined,
  });
  const { code, stdout } = await world.run("ci", ["main", "--wait", "0"]);
  stop();
  expect(stdout).toContain("| `identity` | failed |");
  expect(stdout).toContain("| `comfyui` | left out: `identity failed` |");
  expect(stdout).toContain("12130");
  expect(code).toBe(1);
});

test("main refuses what its own review finds wrong, where no other was given", async () => {
  const client = { GOOGLE_CLIENT_ID: "2-x.apps.googleusercontent.com" };
  const calls = await writes(async () => {
    const args = ["main", "--wait", "0"];
    const { code, stdout } = await world.run("ci", args, client);
    expect(stdout).toContain("| `identity` | declined |");
    expect(stdout).toMatch(
      /### Refused[^]*login-method-trust identity: Google/,
    );
    expect(code).toBe(1);
  });
  expect(calls).toEqual([]);
});

test("rollback refuses what is no deployed service, and a name that is an option", async () => {
  const calls = await writes(async () => {
    const shared = await world.run("ci", ["rollback", "identity"]);
    expect(shared.stderr).toContain("comfyui depend on it");
    const unknown = await world.run("ci", ["rollback", "--", "--json; id"]);
    expect(unknown.stderr).toContain('no service "--json; id": it has comfyui');
    expect([shared.code, unknown.code]).toEqual([2, 2]);
  });
  expect(calls).toEqual([]);
});

test("rollback takes one service back, compares, and says that the host is public again", async () => {
  const { code, stdout } = await world.run("ci", ["rollback", "comfyui"]);
  expect(stdout).toMatch(/\| application \| `ComfyUI .*` \| `gone` \|/);
  expect(stdout).toMatch(
    /tunnel rule \| `comfyui.datacrew.space` \| `as before: leads to http/,
  );
  expect(stdout).toContain(`**\`https://${HOST}/\` answers 200 to anyone.**`);
  expect(stdout).toContain("Remove `comfyui` from `main.ts`");
  expect(code).toBe(0);
  expect(
    [...world.account.applications.values()].map((app) => app.domain),
  ).not.toContain(HOST);

  const again = await world.run("ci", ["rollback", "comfyui"]);
  expect(again.stderr).toContain("nothing to roll back");
  expect(again.code).toBe(2);
});

test("main makes it again as long as the code has it", async () => {
  const { code, stdout } = await world.run("ci", ["main"]);
  expect(stdout).toMatch(/`comfyui` \| deployed \| \d+ kept/);
  expect(code).toBe(0);
});

test("rollback says what Cloudflare refused, and goes on when it is run again", async () => {
  let refusals = 1;
  world.cloudflare.api.onCall({
    before: ({ method, path }) =>
      method === "DELETE" && path.includes("/access/apps/") && refusals-- > 0
        ? new ApiError(400, 12139, "a made up fault").toResponse()
        : undefined,
  });
  const { code, stdout } = await world.run("ci", ["rollback", "comfyui"]);
  expect(stdout).toMatch(/^## Rollback of `comfyui` failed[^]*12139/);
  expect(stdout).toContain("Run this again.");
  expect(code).toBe(1);

  const again = await world.run("ci", ["rollback", "comfyui"]);
  expect(again.stdout).toMatch(/\| application \| `ComfyUI .*` \| `gone` \|/);
  expect(again.stdout).toContain(`\`https://${HOST}/\` answers 200 to anyone`);
  expect(again.code).toBe(0);
});

test("reports reach the page of the run, and no output has a secret", async () => {
  const page = join(world.folder, "summary.md");
  const { stdout } = await world.run("ci", ["nightly"], {
    ...reader.env,
    GITHUB_STEP_SUMMARY: page,
  });
  expect(readFileSync(page, "utf8")).toBe(stdout);
  const secrets = [
    ...seen,
    world.parts.apiToken,
    world.parts.google.clientSecret,
  ];
  const printed = world.printed.join("");
  expect(secrets.length).toBeGreaterThan(2);
  expect(secrets.filter((secret) => printed.includes(secret))).toEqual([]);
});
