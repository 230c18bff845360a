import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { differences } from "../../rehearsal/account-diff";
import { TIMEOUT, World } from "../deployment/world";
import { processesOf, until } from "../rehearsal/processes";

jest.setTimeout(TIMEOUT);

const PROJECT = resolve(__dirname, "../..");
const CDKTF = resolve(PROJECT, "node_modules/.bin/cdktf");

let world: World;
let before: object;
beforeAll(async () => {
  world = await World.open("guide");
  before = world.account.snapshot();
});
afterAll(() => world.close());

const terraforms = (command: string) =>
  processesOf(world.workspace.dir)
    .filter((line) => new RegExp(`terraform ${command}`).test(line))
    .map((line) => Number.parseInt(line));

/** Runs cdktf and does something to it once a call to the API has had its effect. */
async function cutAt(
  fits: RegExp | (() => boolean),
  args: readonly string[],
  cut: (cdktf: number) => void,
): Promise<{ code: number | null; text: string }> {
  const child = spawn(CDKTF, [...args, "--auto-approve"], {
    cwd: PROJECT,
    env: world.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data) => (text += String(data)));
  const stop = world.api.onCall({
    async after({ method, path }) {
      const meets =
        fits instanceof RegExp ? fits.test(`${method} ${path}`) : fits();
      if (!meets) return;
      stop();
      cut(child.pid!);
    },
  });
  const [code] = (await once(child, "close")) as [number | null];
  await until(() => terraforms("").length === 0);
  return { code, text };
}

// Each test goes on where the one before it ended.

test("cdktf deploy whose Terraform is killed fails, and says what to run", async () => {
  const { policies } = before as { policies: object };
  const { code, text } = await cutAt(
    // It uses a token that the state knows: while it is there, the token stays.
    () =>
      [...world.account.policies.values()].some(
        ({ decision, id }) => decision === "non_identity" && !(id in policies),
      ),
    ["deploy", "identity", "comfyui"],
    () => terraforms("apply").forEach((pid) => process.kill(pid, "SIGKILL")),
  );
  expect(code).not.toBe(0);
  expect(text).toMatch(
    /A deploy of comfyui by cdktf that began at .* never ended\. Run: npm run deploy -- comfyui/,
  );
});

test("the next command tells of it, and takes its orphans in", async () => {
  const { code, stdout, stderr } = await world.script("deploy", [
    "comfyui",
    "--auto-approve",
  ]);
  expect(stderr).toMatch(/A deploy of comfyui by cdktf .* never ended/);
  expect(stdout).toMatch(/has left policy .*: imported/);
  expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
});

test("cdktf destroy ends at Ctrl-C, and leaves the next stack alone", async () => {
  const { code, text } = await cutAt(
    /^DELETE .*\/access\/apps\//,
    ["destroy", "identity", "comfyui"],
    (cdktf) => process.kill(cdktf, "SIGINT"),
  );
  expect({ code: code === 0, text }).toMatchObject({ code: false });
  expect(world.account.identityProviders.size).toBeGreaterThan(0);
  expect(text).toMatch(/A destroy of comfyui by cdktf .* never ended/);
});

test("killed, cdktf leaves Terraform behind to save its state, and our destroy ends it", async () => {
  const deployed = await world.script("deploy", ["comfyui", "--auto-approve"]);
  expect(deployed).toMatchObject({ code: 0 });
  const { code } = await cutAt(
    /^PUT .*\/configurations$/,
    ["destroy", "identity", "comfyui"],
    (cdktf) => process.kill(cdktf, "SIGKILL"),
  );
  expect(code).toBeNull();
  expect(world.account.applications.size).toBe(
    Object.keys((before as { applications: object }).applications).length,
  );
  const destroyed = await world.script("destroy", [
    ...["comfyui", "identity", "--auto-approve"],
  ]);
  expect(destroyed).toMatchObject({ code: 0 });
  expect(differences(before, world.account.snapshot())).toEqual([]);
  expect(
    readdirSync(world.env.ACCESS_STATE_DIR ?? "").filter((name) =>
      name.endsWith(".apply.json"),
    ),
  ).toEqual([]);
});
