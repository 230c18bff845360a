import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { faults as apiFaults, PASSING_FAULTS } from "../../local/faults";
import { accountReader } from "../../account/account-reader";
import { CHECKLIST } from "../../probe/checklist";
import { probe, type Result } from "../../probe/probe";
import { eachOf } from "../../probe/each-of";
import type { Answer, Ask, World } from "../../probe/world";
import { fullWorld } from "./full-world";
import { testWithSeeds } from "../seeds";
import { Service } from "./world";

const RUNS = 100;
const AT_A_TIME = 20;

/** Faults of the way to the edge, which pass. */
const EDGE = { latencyMs: 5, cut: 0.02, unavailable: 0.02, notYet: 0.01 };

let service: Service;
let faults: number;
beforeEach(async () => {
  service = await Service.deploy();
  await service.open("/queue");
  faults = 0;
});
afterEach(() => service.close());

/** Numbers from 0 to 1 that hang on the seed and on what is asked, not on what is asked beside it. */
function draws(seed: string): (key: string) => (what: string) => number {
  const seen = new Map<string, number>();
  return (key) => {
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return (what) =>
      createHash("sha256")
        .update(`${seed} ${key} ${count} ${what}`)
        .digest()
        .readUInt32BE() /
      2 ** 32;
  };
}

/** Without what is drawn anew in each run: states of logins, unused names. */
function keyOf(url: string, { headers, method, target }: Ask = {}): string {
  const { host, pathname } = new URL(url);
  const place = host.replace(/^probe-[0-9a-f]+/, "probe") + pathname;
  return [method, target ?? place, ...Object.keys(headers ?? {})].join(" ");
}

/** The way to the edge as it is on some days. */
function weathered(world: World, seed: number, run: number): World {
  const drawsFor = draws(`${seed} ${run}`);
  const ask: World["ask"] = async (url, options): Promise<Answer> => {
    const draw = drawsFor(keyOf(url, options));
    await sleep(draw("latency") * EDGE.latencyMs);
    if (draw("cut") < EDGE.cut) {
      faults += 1;
      throw new Error("socket hang up");
    }
    const status =
      draw("unavailable") < EDGE.unavailable
        ? 502
        : draw("not yet") < EDGE.notYet
          ? 404
          : undefined;
    if (status === undefined) return world.ask(url, options);
    faults += 1;
    return { status, headers: new Headers(), text: "" };
  };
  return { ...world, ask };
}

testWithSeeds(
  `${RUNS} runs on a healthy account, and no alarm`,
  1,
  async (seed) => {
    const { account, cloudflare } = service;
    cloudflare.api.onCall(apiFaults(account, seed, PASSING_FAULTS));
    // People stay logged in, as they do; each run has its own look at the account.
    const world = fullWorld(service);
    const runs = Array.from({ length: RUNS }, (_, run) => run);
    const results = await eachOf(runs, AT_A_TIME, (run) =>
      probe(
        service.deployed,
        {
          ...weathered(world, seed, run),
          account: accountReader(service.client, service.account.id),
        },
        { checks: CHECKLIST, retryFor: 60_000, pause: 20 },
      ),
    );
    const count = (status: string): Result[] =>
      results.flat().filter(({ finding }) => finding.status === status);
    console.log(
      `seed ${seed}: ${faults} faults of the edge; ${count("kept").length} kept, ${count("not checked").length} not checked`,
    );
    expect(count("broken")).toEqual([]);
    expect(faults).toBeGreaterThan(RUNS / 2);
    // The API's faults are few in a row: nearly everything is looked at.
    expect(count("kept").length).toBeGreaterThan(
      0.98 * RUNS * CHECKLIST.length,
    );
  },
  120_000,
);
