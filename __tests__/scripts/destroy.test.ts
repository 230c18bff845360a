import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { atLength } from "../at-length";
import { DROP } from "../../local/api/calls";
import { ApiError } from "../../local/api/envelope";
import { differences } from "../../rehearsal/account-diff";
import { run, TIMEOUT, World } from "../deployment/world";
import { atTerminal, typed } from "./terminal";
import { processesOf, until } from "../rehearsal/processes";

jest.setTimeout(TIMEOUT);

const PROJECT = resolve(__dirname, "../..");

let world: World;
let before: object;
let policies: ReadonlySet<string>;
beforeAll(async () => {
  world = await World.open("guide");
  before = world.account.snapshot();
  policies = new Set(world.account.policies.keys());
});
afterAll(() => world.close());

const stateFolder = () => world.env.ACCESS_STATE_DIR ?? "";
const notes = () =>
  readdirSync(stateFolder()).filter((name) => name.endsWith(".apply.json"));

/** Waits until no process of Terraform is at work on the stacks. */
const quiet = () =>
  until(
    () =>
      !processesOf(world.workspace.dir).some((line) =>
        /terraform\b.*\bapply/.test(line),
      ),
  );

/**
 * Starts a command and kills its node, and nothing else, at a call to the API.
 *
 * @param answer what becomes of that call's answer
 */
async function killNodeAt(
  fits: RegExp,
  args: readonly string[],
  answer?: typeof DROP,
): Promise<void> {
  let release = () => {};
  const released = new Promise<void>((done) => (release = done));
  const child = spawn(
    process.execPath,
    ["--require", "./typescript.js", ...args],
    {
      cwd: PROJECT,
      env: world.env,
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  child.stdout.resume();
  child.stderr.resume();
  const reached = new Promise<void>((done) => {
    const stop = world.api.onCall({
      async after({ method, path }) {
        if (!fits.test(`${method} ${path}`)) return undefined;
        stop();
        done();
        await released;
        return answer;
      },
    });
  });
  await reached;
  child.kill("SIGKILL");
  await once(child, "close");
  release();
  await quiet();
}

// Each test goes on where the one before it ended.

test("a deploy whose node is killed alone saves its state, and the next command tells of it", async () => {
  await killNodeAt(/^POST .*\/access\/policies$/, [
    "scripts/deploy.ts",
    "comfyui",
    "--auto-approve",
  ]);
  const state = readFileSync(join(stateFolder(), "comfyui.tfstate"), "utf8");
  const made = [...world.account.policies.keys()].filter(
    (id) => !policies.has(id),
  );
  expect(made).toHaveLength(2);
  expect(made.filter((id) => !state.includes(id))).toEqual([]);
  expect(notes()).toEqual(["comfyui.apply.json"]);

  const { code, stderr } = await world.script("deploy", [
    "comfyui",
    "--auto-approve",
  ]);
  expect(stderr).toMatch(
    /A deploy of comfyui that began at .* never ended\. Run: npm run deploy -- comfyui/,
  );
  expect(code).toBe(0);
  expect(notes()).toEqual([]);
  expect(await world.adopt()).toEqual([]);
});

test("destroy refuses to take away what another stack stands on", async () => {
  const writes = await world.writes(async () => {
    const { code, stderr } = await world.script("destroy", [
      "identity",
      "--auto-approve",
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain(
      '"comfyui" is deployed and depends on identity: name it too',
    );
  });
  expect(writes).toEqual([]);
});

atTerminal(
  "destroy of all shows what it comes to, asks once, and takes only the name of what becomes public",
  async () => {
    const writes = await world.writes(async () => {
      const command = `printf 'yes\\n' | script -qec 'node --require ./typescript.js scripts/destroy.ts --all' /dev/null`;
      const { code, stdout } = await run("sh", ["-c", command], world.env);
      expect(stdout).toContain("These become public: comfyui.datacrew.space");
      // Its application goes in the same run.
      expect(stdout).not.toContain("nobody can log in any more");
      expect(stdout.match(/Destroy these stacks\?/g)).toHaveLength(1);
      expect(stdout).toContain("Nothing was destroyed.");
      expect(code).toBe(1);
    });
    expect(writes).toEqual([]);
  },
);

atTerminal(
  "a yes to what the account is no longer like destroys nothing",
  async () => {
    const { applications } = world.account;
    const all = [...applications];
    const writes = await world.writes(async () => {
      const { code, screen } = await typed(
        "destroy.ts comfyui identity",
        world.env,
        [
          /Destroy these stacks\?.*does it: /,
          () => (applications.clear(), "yes\n"),
        ],
      );
      expect(screen).toContain("The account has changed since the review.");
      expect(screen).toContain("Nothing was destroyed.");
      expect(code).toBe(1);
    });
    for (const [id, application] of all) applications.set(id, application);
    expect(writes).toEqual([]);
  },
);

test("a destroy that fails says what is left, exits with 1 and stops there", async () => {
  const stop = world.api.onCall({
    before: ({ method, path }) =>
      method === "DELETE" && /service_tokens/.test(path)
        ? new ApiError(
            400,
            12130,
            "access.api.error.invalid_request",
          ).toResponse()
        : undefined,
  });
  const { code, stderr } = await world.script("destroy", [
    ...["comfyui", "identity", "--auto-approve", "--json"],
  ]);
  stop();
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^comfyui: still deployed: .*service_token.* Run again: npm run destroy -- comfyui identity$/m,
  );
  expect(world.account.identityProviders.size).toBeGreaterThan(0);
});

test("run again, it warns of applications left without a login method, and ends in the account as before", async () => {
  // Somebody lets people into theirs by our login method, and no other.
  const [theirs] = world.account.applications.values();
  const named = theirs!.allowed_idps;
  const [ours] = [...world.account.identityProviders.values()].filter(
    ({ id }) => !named.includes(id),
  );
  theirs!.allowed_idps = [ours!.id];
  const { code, stderr, stdout } = await world.script("destroy", [
    ...["comfyui", "identity", "--auto-approve", "--json"],
  ]);
  theirs!.allowed_idps = named;
  expect(stderr).toContain(
    `identity: warning: without ${ours!.name} nobody can log in any more to Grafana (grafana.datacrew.space). Give them another login method first, and rules`,
  );
  expect({ code, done: JSON.parse(stdout) as unknown }).toEqual({
    code: 0,
    done: { comfyui: "destroyed", identity: "destroyed" },
  });
  expect(differences(before, world.account.snapshot())).toEqual([]);
  expect(notes()).toEqual([]);
});

atLength("a destroy takes what a cut deploy left in no state", async () => {
  // The answer to the application gets lost, and Terraform's retries fail.
  const applications = world.account.applications.size;
  const stop = world.api.onCall({
    before: ({ method, path }) =>
      method === "POST" &&
      /access\/apps$/.test(path) &&
      world.account.applications.size > applications
        ? DROP
        : undefined,
  });
  await killNodeAt(
    /^POST .*\/access\/apps$/,
    ["scripts/deploy.ts", "comfyui", "--auto-approve"],
    DROP,
  );
  stop();
  expect(world.account.applications.size).toBe(applications + 1);

  const { code, stdout } = await world.script("destroy", [
    ...["comfyui", "identity", "--auto-approve"],
  ]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/has left application .*: imported/);
  expect(differences(before, world.account.snapshot())).toEqual([]);
});
