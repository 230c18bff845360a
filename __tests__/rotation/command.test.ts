import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DROP } from "../../local/api/calls";
import { startDeployed, TIMEOUT, type Deployed } from "../secrets/deployed";
import {
  infisicalEnvironment,
  startInfisical,
  type InfisicalServer,
} from "../secrets/infisical-server";
import { fileOf, rotationOf } from "./support";

jest.setTimeout(TIMEOUT);

let world: Deployed;
let vault: InfisicalServer;
let file: string;
beforeEach(async () => {
  world = await startDeployed();
  vault = await startInfisical();
  file = fileOf(world);
  await world.deploy();
});
afterEach(async () => {
  await vault.close();
  await world.close();
});

const args = (...more: string[]) => ["comfyui", "--file", file, ...more];
/** Told before it goes on. */
const UNFINISHED = expect.stringMatching(
  /^A rotation of comfyui-api of comfyui has not ended, .*\n$/,
) as string;
const vaultArgs = ["comfyui", "--store", "infisical"];

const { entry, stored, token, works } = rotationOf(() => world);

const inVault = () =>
  vault.secrets.get("a-project/prod//machines/COMFYUI_ACCESS_CLIENT_SECRET");

test("refuses a second one within the overlap, and obeys --force", async () => {
  await world.run("rotate", args());
  const first = stored();

  const again = await world.run("rotate", args());
  expect(again.code).toBe(2);
  expect(again.stderr).toContain("pass --force");
  expect(stored()).toBe(first);

  const forced = await world.run("rotate", args("--force"));
  expect(forced.code).toBe(0);
  expect(entry()?.version).toBe(3);
  expect(await works(stored())).toBe(true);
});

test("Ctrl-C finishes the deploy that is under way, and the same command goes on", async () => {
  const old = token().client_secret;
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const reached = new Promise<void>((resolve) => {
    const stop = world.cloudflare.api.onCall({
      async after({ method, path }) {
        if (method !== "PUT" || !path.includes("/service_tokens/")) return;
        stop();
        resolve();
        await released;
      },
    });
  });

  const interrupted = world.interrupted("rotate", args(), reached);
  await reached;
  // Terraform, had it been told, would have dropped the call by then.
  setTimeout(release, 1500);
  const { code, stderr, stdout } = await interrupted;

  expect(code).toBe(130);
  expect(stdout).toMatch(
    /^comfyui-api: the rotation is not finished\. The secret in use works until \S+, if not longer\./m,
  );
  expect(stderr).toMatch(/^Stopping: Terraform is finishing/);
  expect(token().client_secret).not.toBe(old);
  expect(entry()).toMatchObject({ version: 2, unfinished: {} });
  expect(existsSync(file)).toBe(false);

  expect(await world.run("rotate", args())).toMatchObject({ code: 0 });
  expect(entry()?.version).toBe(2);
  expect(stored()).toBe(token().client_secret);
  expect(await works(old)).toBe(true);
});

test("killed before the deploy, in the store and in the proof, it goes on and ends the same", async () => {
  const old = token().client_secret;
  const env = infisicalEnvironment(vault);
  Object.assign(world.env, env);

  await world.killed("rotate", vaultArgs, () => entry() !== undefined);
  expect(token().client_secret).toBe(old);

  vault.silent = true;
  await world.killed("rotate", vaultArgs, () =>
    vault.asked.some((call) => call.startsWith("POST /api/v3")),
  );
  expect(token().client_secret).not.toBe(old);
  expect(entry()).toMatchObject({ version: 2, unfinished: {} });

  vault.silent = false;
  token().enabled = false;
  const proving = [...vaultArgs, "--wait", "600"];
  await world.killed("rotate", proving, () => inVault() !== undefined);
  expect(entry()).toMatchObject({ version: 2, unfinished: {} });

  token().enabled = true;
  const last = await world.run("rotate", vaultArgs);
  expect(last).toMatchObject({ code: 0, stderr: UNFINISHED });
  expect(entry()).toEqual({
    version: 2,
    previousExpiresAt: expect.any(String) as string,
    of: expect.stringMatching(/^[0-9a-f]{8}$/) as string,
  });
  expect(inVault()).toBe(token().client_secret);
  expect(await works(old)).toBe(true);
  expect(await world.deploy()).toBe("identity unchanged, comfyui unchanged");
});

test("takes up a version whose note was lost", async () => {
  await world.run("rotate", args());
  rmSync(join(world.folder, "rotations.json"));
  const secret = token().client_secret;

  const run = await world.run("rotate", args());

  expect(run).toMatchObject({ code: 0, stderr: "" });
  expect(entry()?.version).toBe(2);
  expect(token().client_secret).toBe(secret);
  expect(await world.deploy()).toBe("identity unchanged, comfyui unchanged");
});

test("fails where Cloudflare's answer with the secret got lost, and does not end the one in use", async () => {
  const old = token().client_secret;
  let dropped = 0;
  world.cloudflare.api.onCall({
    after: ({ method, path }) =>
      method === "PUT" && path.includes("/service_tokens/") && dropped++ === 0
        ? DROP
        : undefined,
  });

  const run = await world.run("rotate", args());
  const again = await world.run("rotate", args());

  expect(dropped).toBeGreaterThan(0);
  for (const { code, stderr } of [run, again]) {
    expect(stderr).toContain("response was lost");
    expect(code).toBe(2);
  }
  expect(existsSync(file)).toBe(false);
  expect(await works(old)).toBe(true);
  const forced = await world.run("rotate", args("--force"));
  expect(forced).toMatchObject({ code: 0, stderr: UNFINISHED });
  expect(await works(stored())).toBe(true);
});

test("fails where the new secret does not work, says till when the old one does, and goes on later", async () => {
  token().enabled = false;
  const run = await world.run("rotate", args("--wait", "0"));
  token().enabled = true;
  expect(run.stderr).toMatch(
    /does not work: 302[^]*The previous secret works until/,
  );
  expect(run.code).toBe(1);

  const again = await world.run("rotate", args());
  expect(again).toMatchObject({ code: 0, stderr: UNFINISHED });
  expect(entry()).toMatchObject({ version: 2 });
});

test("does not deploy other changes along the way", async () => {
  const config = world.env.STACKS_UNDER_TEST ?? "";
  world.env.STACKS_UNDER_TEST = config.replace(
    '"service":"comfyui"',
    '"service":"comfyui","sessionDuration":"1h"',
  );
  const secret = token().client_secret;

  const { code, stderr } = await world.run("rotate", args());

  expect(stderr).toMatch(/more than this rotation[^]*access_application/);
  expect(code).toBe(2);
  expect(token().client_secret).toBe(secret);
  expect(entry()).toBeUndefined();
});

test("--extend gives a year more, once; a deploy then changes nothing", async () => {
  world.account.serviceTokens.get(token().id)!.expires_at = new Date(
    Date.now() + 30 * 86_400_000,
  ).toISOString();
  const secret = token().client_secret;

  const first = await world.run("rotate", args("--extend"));
  const expiry = token().expires_at;
  const second = await world.run("rotate", args("--extend", "--json"));

  expect(first).toMatchObject({
    code: 0,
    stdout: `comfyui-api now expires at ${expiry}\n`,
  });
  expect(Date.parse(expiry ?? "")).toBeGreaterThan(
    Date.now() + 390 * 86_400_000,
  );
  expect(JSON.parse(second.stdout)).toMatchObject({ changed: false });
  expect(token()).toMatchObject({ expires_at: expiry, client_secret: secret });
  expect(await world.deploy()).toBe("identity unchanged, comfyui unchanged");
});

test("fails with 2 and all faults of what was given, before anything changes", async () => {
  const bad = args("--overlap", "1w", "--wait", "x", "--extend", "--force");
  const { code, stderr } = await world.run("rotate", bad);
  expect(stderr).toMatch(
    /--overlap must be[^]*--wait must be[^]*remove --force/,
  );
  expect(code).toBe(2);

  const store = await world.run("rotate", vaultArgs);
  expect(store.stderr).toContain("INFISICAL_CLIENT_ID is not set");
  expect(store.code).toBe(2);
  expect(entry()).toBeUndefined();
});

test("--help has an example", async () => {
  const { stdout } = await world.run("rotate", ["--help"]);
  expect(stdout).toContain("npm run rotate -- comfyui --overlap 48h");
});
