import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../deployment/processes";
import type { GoogleCloud } from "../../local/google-apis/cloud";
import {
  ArgumentWatch,
  filesBelow,
  filesWith,
  SEES_ARGUMENTS,
} from "../scripts/secrets";
import { startDeployed, TIMEOUT, type Deployed } from "./deployed";
import {
  infisicalEnvironment,
  startInfisical,
  type InfisicalServer,
} from "./infisical-server";
import { unzip } from "./unzip";

jest.setTimeout(TIMEOUT);

const PROJECT = join(__dirname, "../..");
const SERVICE = "comfyui";
const UNKNOWN_TOKEN = "a-token-of-another-account-0000000000000000000";

let world: Deployed;
let cloud: GoogleCloud;
let vault: InfisicalServer;
let machineEnv: string;
let watch: ArgumentWatch | undefined;
/** Every secret so far, by what it is. */
const secrets = new Map<string, string>();

beforeAll(async () => {
  world = await startDeployed({}, { google: true });
  if (!world.googleCloud) throw new Error("no Google Cloud");
  cloud = world.googleCloud;
  vault = await startInfisical();
  machineEnv = join(world.folder, "machine.env");
  watch = SEES_ARGUMENTS ? new ArgumentWatch() : undefined;
  const infisical = infisicalEnvironment(vault);
  // Nothing logs in these tests: what TF_LOG=DEBUG prints is full of secrets.
  for (const name of Object.keys(world.env))
    if (name.startsWith("TF_LOG")) delete world.env[name];
  secrets
    .set("API token", world.parts.apiToken)
    .set("API token of someone else", UNKNOWN_TOKEN)
    .set("Google's client secret", world.parts.google.clientSecret)
    .set("Google's access token", cloud.accessToken)
    .set("Infisical's secret", infisical.INFISICAL_CLIENT_SECRET ?? "");
});
afterAll(async () => {
  watch?.stop();
  await vault.close();
  await world.close();
});

/** The secret of the token now, noted down among all that there were. */
function secretNow(): string {
  const found = [...world.account.serviceTokens.values()].find(
    ({ name }) => name === `${SERVICE}-api`,
  );
  if (!found) throw new Error("it is not deployed");
  secrets.set(`secret ${found.client_secret.slice(-6)}`, found.client_secret);
  return found.client_secret;
}

/** Runs a command that has to end so, and gives what it printed. */
async function expectRun(
  code: number,
  [name, ...args]: readonly [string, ...string[]],
  extra: NodeJS.ProcessEnv = {},
): Promise<string> {
  const outcome = await world.run(name, args, extra);
  const said = outcome.stdout + outcome.stderr;
  expect([
    name,
    ...args,
    outcome.code,
    outcome.code === code ? "" : said,
  ]).toEqual([name, ...args, code, ""]);
  return said;
}

async function cdktf(...args: string[]): Promise<void> {
  const { code, output } = await run(
    join(PROJECT, "node_modules/.bin/cdktf"),
    args,
    { cwd: PROJECT, env: world.env },
  );
  world.printed.push(output);
  expect(code).toBe(0);
}

/** As it is, and as Google's API carries it. */
const forms = () =>
  [...secrets.values()].flatMap((secret) => [
    secret,
    Buffer.from(secret).toString("base64"),
  ]);

const workspace = () => join(world.folder, "..");

/** Files of the workspace with a secret in them. */
function filesWithSecrets(): string[] {
  const root = workspace();
  return filesWith(forms(), filesBelow(root)).map((file) =>
    file.slice(root.length + 1),
  );
}

/** Plan files, of which a search for texts does not see the inside. */
const planFiles = () =>
  filesBelow(workspace()).filter((file) => /(^|[./])plan$/.test(file));

// Each test goes on where the one before it ended.

test("a life: deployed, kept in every place, proven, called, rotated", async () => {
  await expectRun(0, ["deploy", SERVICE, "--auto-approve", "--terraform"]);
  const old = secretNow();
  await expectRun(0, ["secrets", SERVICE, "--to", "google"]);
  await expectRun(0, ["secrets", SERVICE, "--to", "env", "--file", machineEnv]);
  const infisical = infisicalEnvironment(vault);
  await expectRun(0, ["secrets", SERVICE, "--to", "infisical"], infisical);
  await expectRun(0, ["doctor"]);
  await expectRun(0, ["probe", SERVICE]);
  await expectRun(0, ["rotate", SERVICE]);
  expect(secretNow()).not.toBe(old);
  await expectRun(0, ["secrets", SERVICE, "--to", "env", "--file", machineEnv]);
  await expectRun(0, ["call", SERVICE, "/queue"]);
  await expectRun(0, ["revoke", SERVICE, "--auto-approve"]);
  await expectRun(0, ["logs", SERVICE]);
});

test("only what was asked for is printed: export lines have the secret of now", async () => {
  const { stdout } = await world.run("secrets", [SERVICE, "--to", "export"]);
  world.printed.splice(-2);
  const shown = [...secrets.values()].filter((one) => stdout.includes(one));
  expect(shown).toEqual([secretNow()]);
});

test("a plan of cdktf's holds secrets, for its owner alone, until the next synth", async () => {
  await cdktf("diff", SERVICE);
  const [plan, ...more] = planFiles();
  expect(more).toEqual([]);
  const out = world.env.CDKTF_OUTPUT ?? "";
  expect(plan).toMatch(new RegExp(`^${out}/`));
  expect(statSync(out).mode & 0o777).toBe(0o700);
  // Why it matters where it lies.
  const archive = readFileSync(plan ?? "");
  expect(archive.includes(secretNow())).toBe(false);
  expect(unzip(archive).includes(secretNow())).toBe(true);
  expect(statSync(plan ?? "").mode & 0o777).toBe(0o600);
  await expectRun(0, ["secrets", SERVICE, "--to", "google"]);
  expect(planFiles()).toEqual([]);
});

test("failures: of the API token, Google, Infisical, the token, the app", async () => {
  const elsewhere = { CLOUDFLARE_API_TOKEN: UNKNOWN_TOKEN };
  await expectRun(2, ["deploy", SERVICE, "--auto-approve"], elsewhere);

  cloud.denied.add("secretmanager.versions.add");
  await expectRun(1, ["rotate", SERVICE, "--force"]);
  secretNow();
  cloud.denied.clear();
  await expectRun(0, ["rotate", SERVICE]);

  vault.refuse = { status: 403, message: `You may not: ${secretNow()}` };
  const infisical = infisicalEnvironment(vault);
  await expectRun(1, ["secrets", SERVICE, "--to", "infisical"], infisical);

  for (const token of world.account.serviceTokens.values())
    token.enabled = false;
  await expectRun(1, ["call", SERVICE, "/queue"]);
  await expectRun(1, ["probe", SERVICE, "--wait", "0"]);
  for (const token of world.account.serviceTokens.values())
    token.enabled = true;

  await expectRun(1, ["deploy", SERVICE, "--auto-approve"], {
    STACKS_UNDER_TEST: "no JSON",
  });
});

test("no file has a secret but those that are there for it, in folders of the owner's", async () => {
  expect(filesWithSecrets().sort()).toEqual([
    // What the user would have as .env.
    "environment",
    "here/machine.env",
    "state/comfyui.tfstate",
    "state/comfyui.tfstate.backup",
    "state/identity.tfstate",
  ]);
  const mode = (path: string) => statSync(join(workspace(), path)).mode & 0o777;
  expect(mode("here/machine.env")).toBe(0o600);
  expect(mode("environment")).toBe(0o600);
  expect(mode("state")).toBe(0o700);
});

test("after a destroy too", async () => {
  await cdktf("destroy", "identity", SERVICE, "--auto-approve");
  expect([...cloud.secrets.keys()]).toEqual([]);
  const files = filesWithSecrets().filter(
    (file) => !/^state\/\w+\.tfstate\.backup$/.test(file),
  );
  expect(files).toEqual(["environment", "here/machine.env"]);
});

test("nothing that was printed has a secret", () => {
  const printed = world.printed.join("");
  expect(printed).toContain("Apply complete!");
  const told = [...secrets].filter(([, secret]) => printed.includes(secret));
  expect(told.map(([what]) => what)).toEqual([]);
});

(SEES_ARGUMENTS ? test : test.skip)(
  "no process had a secret among its arguments (needs /proc)",
  () => {
    const seen = [...(watch?.seen ?? [])].join("\n");
    expect(seen).toMatch(/scripts\/rotate\.ts/);
    const told = [...secrets].filter(([, secret]) => seen.includes(secret));
    expect(told.map(([what]) => what)).toEqual([]);
  },
);
