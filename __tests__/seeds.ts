import { randomInt } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { inspect } from "node:util";

const ROOT = join(__dirname, "..");
/** Git ignores it. */
const SAVED = join(ROOT, ".cache", "failed-seeds");

/** What a test is given. */
type Property = (seed: number) => unknown;

/**
 * A test of what must hold for every seed. It runs with a fixed seed, which
 * decides, and with one drawn for this run: where that one fails, the failure
 * is printed and saved, and the test passes, so that nobody's change is red for
 * a fault that it has not made. Such a fault is real: make its smallest case a
 * test of its own.
 *
 * `SEED=n npx jest …` runs with n alone, and fails where n does.
 *
 * @param fixed A seed for which the property holds.
 * @param timeout Milliseconds for each seed. @default - jest's own
 */
export function testWithSeeds(
  name: string,
  fixed: number,
  property: Property,
  timeout?: number,
): void {
  const given = process.env["SEED"];
  const seed = given === undefined ? fixed : Number(given);
  test(`${name} (seed ${seed})`, () => property(seed) as void, timeout);
  if (given !== undefined) return;
  const drawn = randomInt(2 ** 31);
  test(
    `${name} (seed ${drawn}, drawn for this run: a failure is only reported)`,
    () => reportFailure(name, drawn, property),
    timeout,
  );
}

/** Runs a property with a drawn seed; a failure is printed and saved. */
export async function reportFailure(
  name: string,
  seed: number,
  property: Property,
  folder = SAVED,
): Promise<void> {
  try {
    await property(seed);
  } catch (error) {
    const { testPath = "" } = expect.getState();
    const again = `SEED=${seed} npx jest ${relative(ROOT, testPath)}`;
    const text = `${name}\nFAILED with seed ${seed}, which was drawn for this run. Again: ${again}\n\n${inspect(error)}\n`;
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${seed}.txt`);
    writeFileSync(file, text);
    console.error(`${text}\nSaved in ${file}`);
  }
}
