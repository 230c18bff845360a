import fc from "fast-check";
import { mismatches, type Looked } from "./agrees";
import { World } from "./cloudflare";
import { cases, type Case } from "./code";
import { Stack } from "./terraform";

const CASES = Number(process.env.REVIEW_CASES ?? 40);
const SEED = Number(process.env.REVIEW_SEED ?? 20261124);

let world: World | undefined;

beforeAll(async () => {
  world = await World.open();
}, 120_000);

afterAll(() => world?.close());

test(
  `says of ${CASES} generated accounts and changes what the edge does before and after the deploy (seed ${SEED})`,
  async () => {
    const looked: Looked = { asked: 0, depends: 0, changed: 0 };
    const agrees = async ({ after, before, byHand, tainted }: Case) => {
      if (world === undefined) throw new Error("the world did not open");
      await world.reset(byHand);
      const stack = new Stack(world.call, world.setting.accountId);
      await stack.plan(before);
      await stack.apply();
      const plan = await stack.plan(after, tainted);
      const found = await mismatches(world, plan, () => stack.apply(), looked);
      expect(found).toEqual([]);
    };
    // fast-check prints the seed and the case where one fails.
    // Logins with methods that a case makes take their time.
    const { google, ...setting } = world!.setting;
    const drawn = process.env.REVIEW_CASES ? { ...setting, google } : setting;
    await fc.assert(fc.asyncProperty(cases(drawn), agrees), {
      numRuns: CASES,
      seed: SEED,
      endOnFailure: true,
    });
    // Little is left open, and a good part of what is asked changes.
    expect(looked.depends).toBeLessThan(looked.asked / 10);
    expect(looked.changed).toBeGreaterThan(CASES);
  },
  3_000 * CASES,
);
