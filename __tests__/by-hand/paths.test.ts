import { differences } from "../../rehearsal/account-diff";
import { atLength } from "../at-length";
import { faults } from "../stacks/faults";
import { TIMEOUT, World, type Visitor } from "../stacks/world";
import { accountWith, HOST, TOKEN } from "./accounts";
import { configByHand } from "./config";
import { BY, callerOf, HOOK, openHook, queue } from "./paths";
import type { Config, ServiceConfig } from "../stacks/app";

jest.setTimeout(TIMEOUT);

const URL = `https://${HOST}/`;

const configOf = (more: Partial<ServiceConfig> = {}): Config =>
  configByHand({
    openPaths: ["/hook"],
    existingPathApplications: { "/hook": HOOK },
    ...more,
  });

let world: World;
afterEach(() => world.close());

/** Nobody gets in but the token and callers of the hook, at every moment. */
const watch = () => ({
  urls: [URL, `${URL}hooks`],
  admitted: [
    world.machine(TOKEN.name),
    ...["/hook", "/hook/a.b"].map((path) => callerOf(world, path)),
  ],
});

async function live(isInside: boolean, by: string): Promise<void> {
  world = await World.open(
    accountWith((it) => {
      openHook(it, isInside);
      BY[by]!(it);
    }),
  );
  const before = world.account.snapshot();
  const done = await world.deploy(configOf(), watch());
  expect(faults(done)).toEqual([]);
  expect(world.account.applications.get(HOOK)).toMatchObject({
    ...{ id: HOOK, name: "Webhooks of ours", session_duration: "6h" },
    custom_deny_message: "ask Ada",
  });
  const changed = await world.deploy(
    configOf({ origin: { noTLSVerify: true } }),
    watch(),
  );
  expect(faults(changed)).toEqual([]);
  const back = await world.destroy(configOf(), watch());
  expect(faults(back)).toEqual([]);
  expect(differences(before, world.account.snapshot())).toEqual([]);
}

for (const by of Object.keys(BY))
  for (const isInside of [true, false])
    atLength(
      `the application of an open path by ${by}, with a policy ${isInside ? "in" : "out"}side, is taken over and given back, and its callers come in at every moment`,
      () => live(isInside, by),
    );

atLength(
  "the application of a token's path is taken over and given back, and its token works at every moment",
  async () => {
    world = await World.open(accountWith(queue));
    const before = world.account.snapshot();
    const machine = world.machine(TOKEN.name);
    const atQueue: Visitor = {
      name: "the token at the queue",
      reach: () => machine.reach(`${URL}queue/one`),
    };
    // The rest of the host takes no token of the path's application.
    const watching = {
      urls: [URL, `${URL}queues`],
      visitors: [...world.outsiders(), machine],
      admitted: [atQueue],
    };
    const config = configOf({
      openPaths: [],
      tokens: [{ existing: TOKEN.id, name: "bot", paths: ["/queue"] }],
      existingPathApplications: { "/queue": HOOK },
    });
    const done = await world.deploy(config, watching);
    expect(faults(done)).toEqual([]);
    expect(world.account.applications.get(HOOK)).toMatchObject({
      ...{ name: "Queue of ours", path_cookie_attribute: true },
    });
    const ada = world.person("ada@datacrew.space");
    expect(await ada.reach(`${URL}queue`)).toBeDefined();
    const back = await world.destroy(config, watching);
    expect(faults(back)).toEqual([]);
    expect(differences(before, world.account.snapshot())).toEqual([]);
  },
);

atLength(
  "a path's application is exchanged neither for one of the stack's own nor the other way round",
  async () => {
    world = await World.open(accountWith((it) => openHook(it, false)));
    await world.deploy(configOf(), { urls: [URL] });
    const taken = world.account.snapshot();
    const own = configOf({ existingPathApplications: {} });
    await expect(world.deploy(own, { urls: [URL] })).rejects.toThrow(
      /"Webhooks of ours" is taken over, and existingPathApplications\["\/hook"\] no longer names it/,
    );
    expect(differences(taken, world.account.snapshot())).toEqual([]);
    await world.destroy(configOf(), { urls: [URL] }, "comfyui");
    world.account.applications.delete(HOOK);
    await world.deploy(own, { urls: [URL] });
    const made = [...world.account.applications.values()].find(
      ({ domain }) => domain === `${HOST}/hook`,
    )!;
    await expect(
      world.deploy(
        configOf({ existingPathApplications: { "/hook": made.id } }),
        { urls: [URL] },
      ),
    ).rejects.toThrow(/is the stack's own: taking it over/);
  },
);

atLength(
  "a path that is taken out of the code gives its application back",
  async () => {
    world = await World.open(accountWith((it) => openHook(it, false)));
    const before = world.account.snapshot();
    const urls = [URL, `${URL}hooks`];
    const admitted = [world.machine(TOKEN.name)];
    const asGiven = { ...world.account.applications.get(HOOK)! };
    await world.deploy(configOf(), { urls, admitted });
    const closed = await world.deploy(
      configOf({ openPaths: [], existingPathApplications: {} }),
      { urls, admitted },
    );
    expect(faults(closed)).toEqual([]);
    expect(world.account.applications.get(HOOK)).toEqual({
      ...asGiven,
      updated_at: expect.anything() as unknown,
    });
    const back = await world.destroy(
      configOf({ openPaths: [], existingPathApplications: {} }),
      { urls, admitted },
    );
    expect(faults(back)).toEqual([]);
    expect(differences(before, world.account.snapshot())).toEqual([]);
  },
);
