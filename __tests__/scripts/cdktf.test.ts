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

/** Runs cdktf and does something to it at a call to the API. */
async function cutAt(
  fits: RegExp,
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
      if (!fits.test(`${method} ${path}`)) return;
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
  const { code, text } = await cutAt(
    /^POST .*\/access\/policies$/,
    ["deploy", "identity", "comfyui"],
    () => terraforms("apply").forEach((pid) => process.kill(pid, "SIGKILL")),
  );
  expect(code).not.toBe(0);
  expect(text).toMatch(
    /A deploy of comfyui by cdktf that began at .* never ended\. Run: npm run deploy -- comfyui/,
  );
});

test("the next command tells of it, and what may be its orphan", async () => {
  const { code, stdout, stderr } = await world.script("deploy", [
    "comfyui",
    "--auto-approve",
  ]);
  expect(stderr).toMatch(/A deploy of comfyui by cdktf .* never ended/);
  expect(stdout).toMatch(/has left policy .*\. Run: npm run adopt -- comfyui/);
  expect(code).toBe(0);
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
  await world.script("deploy", ["comfyui", "--auto-approve"]);
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
  expect(destroyed.code).toBe(0);
  // Of what was made when Terraform was killed, no state knows.
  const earlier = before as { policies: object; service_tokens: object };
  const orphans = [
    ...[...world.account.policies.values()].filter(
      ({ id }) => !(id in earlier.policies),
    ),
    ...[...world.account.serviceTokens.values()].filter(
      ({ id }) => !(id in earlier.service_tokens),
    ),
  ];
  const adopted = await world.script("adopt", [
    ...["comfyui", "--auto-approve", "--ours"],
    ...orphans.map(({ id }) => id),
  ]);
  expect(adopted.code).toBe(0);
  await world.script("destroy", ["comfyui", "identity", "--auto-approve"]);
  expect(differences(before, world.account.snapshot())).toEqual([]);
  expect(
    readdirSync(world.env.ACCESS_STATE_DIR ?? "").filter((name) =>
      name.endsWith(".apply.json"),
    ),
  ).toEqual([]);
});
