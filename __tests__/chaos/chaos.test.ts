import { randomInt } from "node:crypto";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { atLength } from "../at-length";
import { randomNumbers } from "../providers/tunnel-route/random-numbers";
import { reportFailure } from "../seeds";
import { caseOf, nameOf, type Case, type Disturbance } from "./case";
import { FAULT_NAMES, FAULTS } from "./faults";
import { JOB_NAMES, JOBS, type JobName } from "./jobs";
import { Lives } from "./live";
import { Stage } from "./stage";
import { Table } from "./table";

/**
 * `CHAOS=all` runs every job with every fault at each of its calls, which takes
 * a day; a number, as many cases drawn by `CHAOS_SEED`, all of which count;
 * names of cases with `;` between them, those; `CHAOS=calls` lists the calls of each job that nothing disturbs.
 */
const { CHAOS, CHAOS_SEED } = process.env;
const LIMIT = 900_000;
/** The table as far as it has come, and what was printed. Git ignores both. */
const SAVED = join(__dirname, "../../.cache/chaos.txt");
const PRINTED = join(__dirname, "../../.cache/chaos-printed.txt");

/** What every run of the tests does: no seed, which would mean another case as soon as a job makes more calls. */
const FIXED =
  "destroy × 403, at DELETE.*dns_records + HTML, at PUT.*configurations, after it + kill provider, at PUT.*configurations, after it + 429, at DELETE.*policies + kill node, at DELETE.*groups, after it";

jest.setTimeout(LIMIT);

let stage: Stage;
let lives: Lives;
const table = new Table();
beforeAll(async () => {
  stage = await Stage.open();
  lives = new Lives(stage);
});
afterAll(async () => {
  if (CHAOS !== undefined) console.log(`${table}\nSaved in ${SAVED}`);
  await stage.close();
});

async function live(one: Case): Promise<void> {
  const lived = await lives.live(one);
  table.add(one, lived);
  mkdirSync(dirname(SAVED), { recursive: true });
  writeFileSync(SAVED, `${table}\n`);
  const printed = [`=== ${nameOf(one)}`, ...lived.told].join("\n---\n");
  appendFileSync(PRINTED, `${printed}\n`);
  // Else it would pass whatever the fault does.
  if (nameOf(one) === FIXED) expect(lived.met).not.toContain(false);
  if (lived.faults.length > 0)
    throw new Error(`${nameOf(one)}:\n- ${lived.faults.join("\n- ")}`);
}

/** Cases drawn by a seed: each fault meets each job before one does twice. */
function drawn(count: number, seed: number): Case[] {
  const random = randomNumbers(seed);
  const pairs = JOB_NAMES.flatMap((job) =>
    FAULT_NAMES.map((fault) => ({ job, fault, turn: random() })),
  ).sort((a, b) => a.turn - b.turn);
  return Array.from({ length: count }, (_, index) => {
    const { job, fault } = pairs[index % pairs.length]!;
    const { calls, writes } = JOBS[job];
    const onlyWrites = "writes" in FAULTS[fault];
    return caseOfOne(job, {
      fault,
      nth: 1 + Math.floor(random() * (onlyWrites ? writes : calls)),
      late: random() < 0.5,
      lasting: random() < 0.5,
    });
  });
}

function every(): Case[] {
  return JOB_NAMES.flatMap((job) =>
    FAULT_NAMES.flatMap((fault) => {
      const { calls, writes } = JOBS[job];
      const most = "writes" in FAULTS[fault] ? writes : calls;
      return Array.from({ length: most }, (_, index) => index + 1).flatMap(
        (nth) =>
          [false, true].map((other) =>
            caseOfOne(job, { fault, nth, late: other, lasting: other }),
          ),
      );
    }),
  );
}

function caseOfOne(job: JobName, one: Disturbance): Case {
  return { job, runs: [[one]] };
}

function named(names: string): Case[] {
  return names.split(";").map((name) => {
    const one = caseOf(name.trim());
    if (one === undefined) throw new Error(`CHAOS: there is no "${name}"`);
    return one;
  });
}

const cases = (all: readonly Case[]) =>
  all.map((one): [string, Case] => [nameOf(one), one]);

if (CHAOS === "calls")
  test.each(JOB_NAMES)("%s, undisturbed", async (job) => {
    const { calls, faults } = await lives.live({ job, runs: [[]] });
    const writes = calls.filter((call) => !call.startsWith("GET ")).length;
    console.log(
      `${job}: ${calls.length} calls, of which ${writes} write\n${calls.map((call, index) => `${index + 1} ${call}`).join("\n")}`,
    );
    expect(faults).toEqual([]);
    // Else no case ever meets the last of them.
    expect(JOBS[job]).toMatchObject({ calls: calls.length, writes });
  });
else if (CHAOS === "all")
  test.each(cases(every()))("%s", (_, one) => live(one));
else if (CHAOS?.includes("×"))
  test.each(cases(named(CHAOS)))("%s", (_, one) => live(one));
else if (CHAOS !== undefined)
  test.each(cases(drawn(Number(CHAOS), Number(CHAOS_SEED ?? 1))))(
    "%s",
    (_, one) => live(one),
  );
else {
  const NAME =
    "cut at a call, told, run again and destroyed, it leaves nothing";
  test.each(cases(named(FIXED)))(`${NAME}: %s`, (_, one) => live(one));

  const seed = randomInt(2 ** 31);
  atLength(
    `${NAME} (seed ${seed}, drawn for this run: a failure is only reported)`,
    () =>
      reportFailure(NAME, seed, async (seed) => {
        for (const one of drawn(1, seed)) await live(one);
      }),
  );
}
