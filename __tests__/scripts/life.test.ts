import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { differences } from "../../rehearsal/account-diff";
import { cast } from "../../rehearsal/cast";
import { run, TIMEOUT, World, type Outcome } from "../deployment/world";
import {
  ArgumentWatch,
  filesBelow,
  filesWith,
  SEES_ARGUMENTS,
} from "./secrets";

jest.setTimeout(TIMEOUT);

const CDKTF = resolve(__dirname, "../../node_modules/.bin/cdktf");

let world: World;
let before: object;
let secrets: string[];
let watch: ArgumentWatch | undefined;
const outcomes: Outcome[] = [];

beforeAll(async () => {
  world = await World.open("guide");
  before = world.account.snapshot();
  watch = SEES_ARGUMENTS ? new ArgumentWatch() : undefined;
});
afterAll(async () => {
  watch?.stop();
  await world.close();
});

async function script(...[name, ...args]: [string, ...string[]]) {
  const outcome = await world.script(name, args);
  outcomes.push(outcome);
  return outcome;
}

/** Files that hold a secret, from the workspace's folder on. */
function leaks(): string[] {
  const files = filesBelow(world.workspace.dir);
  return filesWith(secrets, files).map((file) =>
    file.slice(world.workspace.dir.length + 1),
  );
}

// Each test goes on where the one before it ended.

test("deploy asks before it changes anything, and so needs someone to ask", async () => {
  const writes = await world.writes(async () => {
    const { code, stderr } = await script("deploy", "comfyui");
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /cannot ask for confirmation without a terminal: .*pass --auto-approve/,
    );
  });
  expect(writes).toEqual([]);
});

// `script` of other systems takes other options.
const atTerminal = process.platform === "linux" ? test : test.skip;

atTerminal("deploy changes nothing where the answer is no", async () => {
  const writes = await world.writes(async () => {
    const command = `printf 'no\\n' | script -qec 'node --require ./typescript.js scripts/deploy.ts comfyui' /dev/null`;
    const { code, stdout } = await run("sh", ["-c", command], world.env);
    expect(stdout).toMatch(
      /identity: 2 to create; comfyui: .*\. Deploy these stacks\?/,
    );
    expect(stdout).toMatch(/identity: declined/);
    expect(code).toBe(1);
  });
  expect(writes).toEqual([]);
});

test("deploy makes the login method first, then the service", async () => {
  const writes = await world.writes(async () => {
    const outcome = await script("deploy", "comfyui", "--auto-approve");
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    expect(outcome.stdout).toMatch(
      /^identity: planning$[^]*^identity: deployed$\n^comfyui: planning$[^]*^comfyui: deployed$\n^comfyui: https:\/\/comfyui\.datacrew\.space$\n^Next, .*: npm run probe -- comfyui$/m,
    );
  });
  expect(writes[0]).toMatch(/^POST .*\/identity_providers$/);
  expect(writes.at(-1)).toMatch(/^PUT .*\/configurations$/);
  const { apiToken, google } = cast(world.account);
  const tokens = [...world.account.serviceTokens.values()];
  secrets = [
    apiToken,
    google.clientSecret,
    ...tokens.map(({ client_secret: secret }) => secret),
  ];
});

test("no file but the state, in a folder of the owner's, holds a secret", () => {
  expect(leaks().sort()).toEqual([
    // What the user would have as .env.
    "environment",
    "state/comfyui.tfstate",
    "state/identity.tfstate",
  ]);
  expect(statSync(join(world.workspace.dir, "state")).mode & 0o777).toBe(0o700);
});

test("deploy finds nothing to do the second time, and says so as JSON", async () => {
  const writes = await world.writes(async () => {
    const { code, stdout } = await script(
      ...(["deploy", "comfyui", "--auto-approve", "--json"] as const),
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      identity: "unchanged",
      comfyui: "unchanged",
    });
  });
  expect(writes).toEqual([]);
});

test("adopt finds nothing after a good deploy", async () => {
  const { code, stdout } = await script("adopt", "comfyui");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ {2}application {4}the stack's own {2}ComfyUI/m);
  expect(stdout).not.toMatch(
    /^Needed|^ {2}\S.* {2}(in the way|taken over|made) /m,
  );
  expect(stdout).toMatch(
    /\nidentity: nothing left behind\ncomfyui: nothing left behind\n$/,
  );
});

test("adopt leaves a token of our name alone; told that it is ours, it asks and removes it", async () => {
  const tokens = world.account.serviceTokens;
  const own = [...tokens.values()].find(({ name }) => name === "comfyui-api");
  const left = { ...own!, id: world.account.newId() };
  const standing = [...tokens.keys()];
  tokens.set(left.id, left);

  const writes = await world.writes(async () => {
    const unsure = await script("adopt", "comfyui", "--auto-approve");
    expect(unsure.code).toBe(0);
    const token = `    service token comfyui-api, id ${left.id}, created ${left.created_at}\n`;
    expect(unsure.stdout).toContain(
      `or somebody by hand:\n${token}  If that run made one, a destroy deletes it after: npm run adopt -- comfyui --ours ${left.id}\n`,
    );
    const { code, stdout, stderr } = await script(
      ...(["adopt", "comfyui", "--ours", left.id] as const),
    );
    expect(code).toBe(2);
    expect(stdout).toContain(
      `service token comfyui-api, id ${left.id}, created ${left.created_at}: delete\n`,
    );
    expect(stderr).toMatch(/nobody can be asked .*pass --yes/);
  });
  expect(writes).toEqual([]);

  const { code, stdout } = await script(
    "adopt",
    ...["comfyui", "--auto-approve", "--json", "--ours", left.id],
  );
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    done: true,
    hosts: [{ stack: "comfyui", lines: [], notChecked: [] }],
    leftovers: [
      {
        stack: "comfyui",
        kind: "service token",
        description: "comfyui-api",
        id: left.id,
        createdAt: left.created_at,
        do: "delete",
      },
    ],
  });
  expect([...tokens.keys()]).toEqual(standing);
});

test("plan changes nothing, and says that there is nothing to change", async () => {
  const writes = await world.writes(async () => {
    const { code, stdout } = await script("plan", "comfyui", "--json");
    expect({ code, plan: JSON.parse(stdout) as unknown }).toEqual({
      code: 0,
      plan: { identity: [], comfyui: [] },
    });
  });
  expect(writes).toEqual([]);
});

test("cdktf itself sees no change, and destroys", async () => {
  for (const args of [
    ["diff", "comfyui"],
    ["destroy", "identity", "comfyui", "--auto-approve"],
  ])
    outcomes.push(await run(CDKTF, args, world.env));
  const [diff, destroy] = outcomes.slice(-2);
  expect(diff).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("No changes."),
  });
  expect(destroy).toMatchObject({ code: 0 });
  expect(differences(before, world.account.snapshot())).toEqual([]);
});

test("the state's backup is all that was added to what holds a secret", () => {
  const added = leaks().filter((file) => !/^state\/\w+\.tfstate/.test(file));
  expect(added).toEqual(["environment"]);
  // Plans are compressed, so a secret in one is not found: they lie here.
  const out = world.env.CDKTF_OUTPUT ?? "";
  expect(statSync(out).mode & 0o777).toBe(0o700);
  expect(
    filesBelow(world.workspace.dir).filter(
      (file) => /plan$/.test(file) && !file.startsWith(`${out}/`),
    ),
  ).toEqual([]);
});

test("nothing that was printed holds a secret", () => {
  const printed = outcomes.map(({ stdout, stderr }) => stdout + stderr).join();
  expect(printed).toContain("comfyui");
  expect(secrets.filter((secret) => printed.includes(secret))).toEqual([]);
});

(SEES_ARGUMENTS ? test : test.skip)(
  "no process had a secret among its arguments (needs /proc)",
  () => {
    const seen = [...(watch?.seen ?? [])].join("\n");
    expect(/terraform\0(-no-color\0)?apply/.test(seen)).toBe(true);
    expect(secrets.filter((secret) => seen.includes(secret))).toEqual([]);
  },
);
