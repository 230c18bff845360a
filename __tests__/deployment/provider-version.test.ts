import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { providerUnderTest } from "../provider";
import { startDeployed, TIMEOUT, type Deployed } from "../secrets/deployed";
import type { Bucket } from "./bucket";
import { startGoogleBucket } from "./gcs";

jest.setTimeout(TIMEOUT);

const NEWER = "5.22.0";

let world: Deployed;
let bucket: Bucket;
/** What has commands use the newer provider. */
let newer: NodeJS.ProcessEnv;
/** How many there were at first. */
let applications: number;
const closing: (() => Promise<void>)[] = [];
beforeAll(async () => {
  bucket = await startGoogleBucket();
  closing.push(() => bucket.close());
  world = await startDeployed();
  closing.push(() => world.close());
  applications = world.account.applications.size;
  const { close, workspace } = await providerUnderTest(
    { token: world.parts.apiToken, apiUrl: world.cloudflare.apiUrl },
    NEWER,
  );
  closing.push(close);
  newer = {
    CLOUDFLARE_PROVIDER_VERSION: NEWER,
    ...(workspace.reattach && {
      TF_REATTACH_PROVIDERS: JSON.stringify(workspace.reattach),
    }),
  };
});
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

const deploy = (env: NodeJS.ProcessEnv) =>
  world.run("deploy", ["comfyui", "--auto-approve"], env);
const restore = (env: NodeJS.ProcessEnv, ...names: string[]) =>
  world.run("restore-state", names, env);

/** A state but for what its checks came to, which Terraform keeps in any order. */
function withoutChecks(state: string): object {
  return {
    ...(JSON.parse(state) as object),
    check_results: undefined,
  };
}

describe.each(["this machine", "a bucket"])("with states on %s", (place) => {
  let at: NodeJS.ProcessEnv;
  let kept: string;
  let stateBefore: string;
  const inBucket = place === "a bucket";
  const stateFile = (name: string) =>
    join(world.env.ACCESS_STATE_DIR ?? "", name);
  beforeAll(async () => {
    at = inBucket ? bucket.env : {};
    if (inBucket) {
      const moved = await world.run("move-state", ["--json"], at);
      expect(moved.code).toBe(0);
    }
    await world.deploy(at);
    kept = inBucket
      ? "gs://states/access-stacks/comfyui.before-5.22.0/default.tfstate"
      : stateFile(`comfyui.before-${NEWER}.tfstate`);
    if (!inBucket)
      stateBefore = readFileSync(stateFile("comfyui.tfstate"), "utf8");
  });

  test("a rotation leaves a newer version to a deploy", async () => {
    const rotate = (...args: string[]) =>
      world.run("rotate", ["comfyui", ...args], { ...at, ...newer });
    const rotated = await rotate();
    expect(rotated.stderr).toContain(
      "Cloudflare's provider changes from 5.14.0 to 5.22.0",
    );
    expect(rotated.code).toBe(2);
    const extended = await rotate("--extend");
    expect(extended.stdout + extended.stderr).toContain(
      "Other changes are not applied: run npm run deploy -- comfyui.",
    );
    if (inBucket)
      expect(await bucket.keys()).not.toContain(
        kept.replace("gs://states/", ""),
      );
    else expect(existsSync(kept)).toBe(false);
  });

  test("a deploy names a newer version as a one-way door, and keeps the state first", async () => {
    const { code, stderr, stdout } = await deploy({ ...at, ...newer });
    expect(stderr).toBe("");
    expect(stdout.replace(/\s+/g, " ")).toMatch(
      /stack comfyui.*changes from 5\.14\.0 to 5\.22\.0, a one-way door/,
    );
    expect(stdout).toContain(`comfyui: a copy of the state is kept in ${kept}`);
    expect(code).toBe(0);
    if (inBucket) {
      expect(await bucket.keys()).toContain(kept.replace("gs://states/", ""));
      return;
    }
    expect(withoutChecks(readFileSync(kept, "utf8"))).toEqual(
      withoutChecks(stateBefore),
    );
    expect(statSync(kept).mode & 0o777).toBe(0o600);
  });

  test("fails with the older version after it, and says both ways on", async () => {
    const { code, stderr } = await deploy(at);
    expect(stderr).toMatch(
      /What to do: .*set CLOUDFLARE_PROVIDER_VERSION.*npm run restore-state/,
    );
    expect(code).toBe(1);
  });

  test("goes back to the copy, after which nothing is to change", async () => {
    const { code, stderr, stdout } = await restore(at);
    expect(stderr).toBe("");
    expect(stdout).toMatch(
      /^comfyui: back to the state from before .*5\.22\.0/,
    );
    expect(code).toBe(0);
    expect(await world.deploy(at)).toMatch(/comfyui unchanged/);
    expect((await restore(at)).stdout).toMatch(
      /not written by a newer version/,
    );
  });

  test("fails to go back once anything was applied, and changes nothing", async () => {
    await deploy({ ...at, ...newer });
    const more = { ACCESS_ALLOWED_EMAILS: "bea@datacrew.space" };
    expect((await deploy({ ...at, ...newer, ...more })).code).toBe(0);
    const { code, stderr } = await restore({ ...at, ...more }, "comfyui");
    expect(stderr).toMatch(
      /cloudflare_zero_trust_access_policy\.\S+ was changed since 5\.22\.0/,
    );
    expect(stderr).toContain(`set CLOUDFLARE_PROVIDER_VERSION=${NEWER}`);
    expect(code).toBe(2);
    expect(await world.deploy({ ...at, ...newer, ...more })).toMatch(
      /comfyui unchanged/,
    );
  });

  test("a destroy with the newer version leaves nothing", async () => {
    const all = ["comfyui", "identity", "--auto-approve"];
    const { code } = await world.run("destroy", all, { ...at, ...newer });
    expect(code).toBe(0);
    expect(world.account.applications.size).toBe(applications);
    if (!inBucket) expect(existsSync(kept)).toBe(true);
  });
});
