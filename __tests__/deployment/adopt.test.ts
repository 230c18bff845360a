import { rmSync } from "node:fs";
import { join } from "node:path";
import { TerraformError } from "../../deployment/terraform";
import { differences } from "../../rehearsal/account-diff";
import { ALL, LostAnswers } from "./lost-answers";
import { shape } from "./shape";
import { TIMEOUT, World } from "./world";

jest.setTimeout(TIMEOUT);

const worlds: World[] = [];
async function open(): Promise<World> {
  const world = await World.open("empty");
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

/** Deploys and, where that fails, adopts, until it is done. */
async function deployAtLast(world: World): Promise<string[]> {
  const done: string[] = [];
  for (let rounds = 0; ; rounds++)
    try {
      await world.deploy();
      return done;
    } catch (error) {
      if (!(error instanceof TerraformError) || rounds === ALL.length)
        throw error;
      const leftovers = await world.adopt();
      done.push(...leftovers.map(({ fate, kind }) => `${fate.do} ${kind}`));
    }
}

async function expectUndisturbed(world: World, before: object) {
  expect(shape(world.account)).toEqual(undisturbed);
  expect(await world.deploy()).toEqual({
    identity: "unchanged",
    comfyui: "unchanged",
  });
  await world.destroy();
  expect(differences(before, world.account.snapshot())).toEqual([]);
}

test("a lost answer that the provider gets over leaves duplicates, which go", async () => {
  const world = await open();
  const before = world.account.snapshot();
  const answers = new LostAnswers(world.api, { givesUp: false });
  const done = await deployAtLast(world);
  done.push(
    ...(await world.adopt()).map(({ fate, kind }) => `${fate.do} ${kind}`),
  );
  expect(answers.lost.sort()).toEqual([...ALL].sort());
  expect(done.sort()).toEqual([
    "delete login method",
    "delete policy",
    "delete policy",
    "delete service token",
    "import DNS record",
    "import application",
  ]);
  await expectUndisturbed(world, before);
});

test("a lost answer that it gives up on leaves one object, which is taken in", async () => {
  const world = await open();
  const before = world.account.snapshot();
  const answers = new LostAnswers(world.api, { givesUp: true });
  const adopt = world.adopt.bind(world);
  world.adopt = () => {
    answers.goOn();
    return adopt();
  };
  const done = await deployAtLast(world);
  expect(answers.lost.sort()).toEqual([...ALL].sort());
  expect(done.sort()).toEqual([
    "delete service token",
    "import DNS record",
    "import application",
    "import login method",
    "import policy",
    "import policy",
  ]);
  await expectUndisturbed(world, before);
});

test("a state that was lost is put together again, with another token", async () => {
  const world = await open();
  const before = world.account.snapshot();
  await world.deploy();
  const [token] = world.account.serviceTokens.keys();
  rmSync(join(world.env.ACCESS_STATE_DIR ?? "", "comfyui.tfstate"));

  const fates = (await world.adopt()).map(({ fate, kind }) => [fate.do, kind]);
  expect(fates.sort()).toEqual([
    ["import", "application"],
    ["import", "policy"],
    ["import", "policy"],
    ["replace", "service token"],
  ]);
  expect(await deployAtLast(world)).toEqual(["import DNS record"]);
  expect([...world.account.serviceTokens.keys()]).not.toContain(token);
  await expectUndisturbed(world, before);
});
