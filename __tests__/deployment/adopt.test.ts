import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cloudflareClient } from "../../account/client";
import { notesIn } from "../../deployment/apply-note";
import { destroyStack } from "../../deployment/deploy";
import type { Leftover } from "../../deployment/leftovers";
import { TerraformError } from "../../deployment/terraform";
import { differences } from "../../rehearsal/account-diff";
import { ALL, LostAnswers } from "./lost-answers";
import { shape } from "./shape";
import { processesOf } from "../rehearsal/processes";
import { TIMEOUT, World } from "./world";

jest.setTimeout(TIMEOUT);

const worlds: World[] = [];
async function open(file = "empty"): Promise<World> {
  const world = await World.open(file);
  worlds.push(world);
  return world;
}
afterAll(() => Promise.all(worlds.map((world) => world.close())));

/** What stands in the account where nothing went wrong. */
let undisturbed: object;
beforeAll(async () => {
  const world = await open();
  await world.deploy();
  undisturbed = shape(world.account);
});

/**
 * Deploys and, where that fails, adopts, until it is done.
 *
 * @returns what was done by the deploys themselves, and by adopting
 */
async function deployAtLast(world: World, onFailure = () => {}) {
  const done = {
    byItself: [] as string[],
    adopted: [] as string[],
    failures: [] as string[],
  };
  for (let rounds = 0; ; rounds++)
    try {
      await world.deploy({
        onLeftovers: (_, found) =>
          done.byItself.push(...found.done.map(inWords)),
      });
      return done;
    } catch (error) {
      if (!(error instanceof TerraformError) || rounds === ALL.length)
        throw error;
      onFailure();
      done.failures.push(error.output);
      done.adopted.push(...(await world.adopt()).map(inWords));
    }
}

const inWords = ({ action, kind }: Leftover) => `${action.do} ${kind}`;

async function expectUndisturbed(world: World, before: object) {
  expect(shape(world.account)).toEqual(undisturbed);
  expect(await world.deploy()).toEqual({
    identity: "unchanged",
    comfyui: "unchanged",
  });
  await world.destroy();
  expect(differences(before, world.account.snapshot())).toEqual([]);
}

test("a lost answer that the provider gets over leaves duplicates, which are told and go when asked", async () => {
  const world = await open();
  const before = world.account.snapshot();
  const answers = new LostAnswers(world.api, { givesUp: false });
  const { adopted, byItself, failures } = await deployAtLast(world);
  expect(failures.join()).toMatch(
    /More than one login method is named Google\.\s+There:\s+Cloudflare,\s+Google\.\s+The\s+stack\s+identity\s+makes\s+one\s+of\s+them\.\s+If\s+an\s+interrupted\s+deploy\s+made\s+another,\s+run:\s+npm\s+run\s+adopt\s+--\s+identity/,
  );
  const further = await world.adopt();
  const doubted = further.filter(({ action }) => action.do === "leave");
  expect(doubted.map(inWords)).toEqual(["leave service token"]);
  const settled = await world.adopt(doubted.map(({ object }) => object.id));
  adopted.push(...[...further, ...settled].map(inWords));
  expect(answers.lost.sort()).toEqual([...ALL].sort());
  expect(byItself).toEqual(["import application"]);
  expect(adopted.filter((one) => !one.startsWith("leave")).sort()).toEqual([
    "delete login method",
    "delete policy",
    "delete policy",
    "delete service token",
  ]);
  await expectUndisturbed(world, before);
});

test("a lost answer that it gives up on leaves one object, which is taken in without a word", async () => {
  const world = await open();
  const before = world.account.snapshot();
  const answers = new LostAnswers(world.api, { givesUp: true });
  const { adopted, byItself } = await deployAtLast(world, () => answers.goOn());
  answers.goOn();
  expect(answers.lost.sort()).toEqual([...ALL].sort());
  expect(adopted).toEqual([]);
  expect(byItself.sort()).toEqual([
    "delete service token",
    "import application",
    "import login method",
    "import policy",
    "import policy",
  ]);
  await expectUndisturbed(world, before);
});

test("what a person makes with the names of ours stays as it is", async () => {
  const world = await open();
  const client = cloudflareClient(world.env);
  const at = { account_id: world.account.id };
  const token = await client.zeroTrust.access.serviceTokens.create({
    ...at,
    name: "comfyui-api",
  });
  const before = world.account.snapshot();
  const byItself: unknown[] = [];
  const onLeftovers = (_: unknown, found: unknown) => byItself.push(found);
  await world.deploy({ onLeftovers });
  expect(byItself).toEqual([]);
  expect(await world.adopt()).toMatchObject([
    { kind: "service token", ours: false, action: { do: "leave" } },
  ]);
  // Somebody holds its secret: said to be the stack's, it stays, and no run is to blame.
  const id = token.id!;
  const made = world.account.serviceTokens.get(id)!;
  const last_seen_at = new Date().toISOString();
  world.account.serviceTokens.set(id, { ...made, last_seen_at });
  expect(await world.adopt([id])).toMatchObject([
    { named: true, action: { do: "leave" } },
  ]);
  expect(notesIn(world.env)).toEqual([]);
  world.account.serviceTokens.set(id, made);
  await world.destroy();
  expect(await world.adopt()).toMatchObject([{ object: { id: token.id } }]);
  expect(differences(before, world.account.snapshot())).toEqual([]);
});

test("a state that was lost is put together again when a person says that the application is ours; its token goes the same way", async () => {
  const world = await open();
  const before = world.account.snapshot();
  await world.deploy();
  const [token = ""] = world.account.serviceTokens.keys();
  for (const name of ["comfyui.tfstate", "comfyui.late.json"])
    rmSync(join(world.env.ACCESS_STATE_DIR ?? "", name));

  const [app = ""] = [...world.account.applications.values()]
    .filter(({ domain }) => domain === "comfyui.datacrew.space")
    .map(({ id }) => id);
  // A person can have made it: told that it is ours, all that it uses is as well.
  expect((await world.adopt()).map(inWords).sort()).toEqual([
    "leave DNS record",
    "leave application",
    "leave policy",
    "leave policy",
    "leave service token",
  ]);
  expect((await world.adopt([app])).map(inWords).sort()).toEqual([
    "import application",
    "import policy",
    "import policy",
    "leave DNS record",
    "leave service token",
  ]);
  // The tunnel's provider has a note that the record is its own.
  expect((await deployAtLast(world)).adopted).toEqual([]);
  expect((await world.adopt([token])).map(inWords)).toEqual([
    "delete service token",
  ]);
  await expectUndisturbed(world, before);
});

test("what a killed deploy wrote into the tunnel is given back by a destroy, though no state knows it", async () => {
  const world = await open("guide");
  const before = world.account.snapshot();
  const stop = world.api.onCall({
    async after({ method, path }) {
      if (method !== "PUT" || !path.endsWith("/configurations")) return;
      stop();
      for (const line of processesOf(world.workspace.dir))
        if (/terraform apply/.test(line))
          process.kill(Number.parseInt(line), "SIGKILL");
    },
  });
  await expect(world.deploy()).rejects.toThrow("ended by SIGKILL");
  expect(differences(before, world.account.snapshot())).not.toEqual([]);
  for (const stack of (await world.stacks()).reverse())
    await destroyStack(stack, {
      env: world.env,
      approve: async () => true,
      waits: [],
    });
  expect(differences(before, world.account.snapshot())).toEqual([]);
  const journal = join(world.env.ACCESS_STATE_DIR ?? "", "journal");
  expect(readdirSync(journal)).toEqual([]);
});

test("a plan tells what a killed deploy has left, and takes in nothing of it", async () => {
  const world = await open();
  const stateOf = (stack: string) =>
    join(world.env.ACCESS_STATE_DIR ?? "", `${stack}.tfstate`);
  const stop = world.api.onCall({
    after({ method, path }, { ok }) {
      if (!ok || method !== "POST" || !path.endsWith("/policies"))
        return undefined;
      stop();
      for (const line of processesOf(world.workspace.dir))
        if (/scripts\/deploy\.ts|terraform apply/.test(line))
          process.kill(Number.parseInt(line), "SIGKILL");
      return undefined;
    },
  });
  const args = ["comfyui", "--auto-approve"];
  expect(await world.script("deploy", args)).toMatchObject({ code: null });
  const [before, state] = [
    world.account.snapshot(),
    readFileSync(stateOf("comfyui"), "utf8"),
  ];
  let stdout = "";
  const plan = async () =>
    ({ stdout } = await world.script("plan", ["comfyui"]));
  expect(await world.writes(plan)).toEqual([]);
  expect(stdout).toMatch(
    /^comfyui: an interrupted run, or a lost answer, has left policy .*: the next deploy imports it$/m,
  );
  // What is imported is none that it creates.
  expect(stdout.match(/^ +create .*access_policy\./gm)).toHaveLength(1);
  expect(differences(before, world.account.snapshot())).toEqual([]);
  expect(readFileSync(stateOf("comfyui"), "utf8")).toBe(state);

  const [, { dir } = { dir: "" }] = await world.stacks();
  const unsaved = join(dir, "errored.tfstate");
  writeFileSync(unsaved, state);
  const { code, stderr } = await world.script("plan", ["comfyui"]);
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining("npm run deploy -- comfyui saves it"),
  ]);
  expect(readFileSync(unsaved, "utf8")).toBe(state);
  rmSync(unsaved);

  expect((await world.script("deploy", args)).stdout).toMatch(
    /^comfyui: .* has left policy .*: imported$/m,
  );
});
