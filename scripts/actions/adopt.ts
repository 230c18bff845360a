import { checkApiToken } from "../../account/api-token";
import { cloudflareClient } from "../../account/client";
import { survey, together, type Survey } from "../../adoption/look";
import { printSurvey, tellGains } from "../../adoption/print";
import { printable, printableJson } from "../../base/printable";
import { leftoversOf, settle, settled } from "../../deployment/adopt";
import { describe, unsureLines } from "../../deployment/leftover-words";
import type { Leftover } from "../../deployment/leftovers";
import {
  synthesize,
  withDependencies,
  type Stack,
} from "../../deployment/stacks";
import { brokenBeforePlan } from "../../rules/synthesized";
import { checkTerraform } from "../../deployment/terraform";
import {
  checkDeploySettings,
  environmentWithFile,
  loadSettings,
} from "../../settings";
import type { AdoptOptions } from "../adopt";
import { approved } from "../approved";
import { patientInterruption } from "../command";
import { deploy } from "./deploy";

/** A stack with what is in the account without its state knowing it. */
interface Left {
  readonly stack: Stack;
  readonly leftovers: readonly Leftover[];
}

export async function run(
  names: string[],
  { autoApprove, gains, json, ours = [], yes = autoApprove }: AdoptOptions,
): Promise<void> {
  const env = environmentWithFile();
  const interruption = patientInterruption();
  const { signal } = interruption;
  checkDeploySettings(env);
  await checkTerraform(env);
  const client = cloudflareClient(env);
  const app = await synthesize({ env, signal });
  const stacks = withDependencies(app, names);
  const settings = loadSettings(env);
  await checkApiToken(client, settings.accountId);
  const options = { env, ...interruption };
  const say = json ? console.error : console.log;

  const all: Left[] = [];
  for (const stack of stacks)
    all.push({
      stack,
      leftovers: await leftoversOf(stack, client, options, ours, [
        ...app.values(),
      ]),
    });
  const taken = new Set(
    all.flatMap(({ leftovers }) =>
      leftovers.filter(isToDo).map(({ object }) => object.id),
    ),
  );
  const look = () => survey(stacks, taken, settings, env);
  const surveys = await look();
  for (const one of surveys) {
    say(`${printSurvey(one, process.stdout.columns)}\n`);
    tellRules(one, stacks, say);
  }
  const surveyed = new Set(
    surveys.flatMap(({ rows }) => rows.map(({ id }) => id)),
  );
  for (const { leftovers, stack } of all) {
    const shown = leftovers.filter(
      (one) => isToDo(one) || (one.ours && !surveyed.has(one.object.id)),
    );
    // The table has said what becomes of the others.
    const unsure = leftovers.filter(
      (one) =>
        !isToDo(one) &&
        !one.ours &&
        (one.isSinceRun || !surveyed.has(one.object.id)),
    );
    say(
      `${stack.name}: ${shown.length > 0 ? shown.length : unsure.length > 0 ? "nothing for certain" : "nothing"} left behind`,
    );
    for (const leftover of shown) say(`  ${describe(leftover)}`);
    for (const line of unsureLines(stack.name, unsure)) say(`  ${line}`);
  }
  const toDo = all.some(({ leftovers }) => leftovers.some(isToDo));
  const found = all.flatMap(({ leftovers }) => leftovers);
  const unlike = ours.filter(
    (id) => !found.some(({ object }) => object.id === id),
  );
  if (unlike.length > 0)
    say(
      printable(
        `--ours: ${unlike.join(", ")}: nothing is done, as a state knows it, or these stacks would make none like it.`,
      ),
    );
  const gaining = surveys.filter(
    (one) => (isReady(one) || isToDeploy(one)) && gainsOf(one) > 0,
  );
  for (const one of gaining) say(tellGains(one));
  const isRefused = (one: Survey) =>
    // At a terminal the question comes after the table has named them.
    !gains && (yes || !isReady(one)) && gaining.includes(one);
  const ready = surveys.filter((one) => isReady(one) && !isRefused(one));
  const isIdle = !toDo && ready.length === 0;
  if (surveys.some(isRefused)) process.exitCode = 1;
  const goesOn = isIdle || yes || (await approved(env, signal));
  let shown = surveys;
  let isBegun = false;
  const isAsShown = async (names: readonly string[] = []) => {
    const found = await look();
    // Once some of the stacks are deployed, the table is another one.
    const seen = (tables: readonly Survey[]) =>
      JSON.stringify(
        isBegun
          ? tables
              .filter(({ stack }) => names.includes(stack))
              .map(({ fingerprint }) => fingerprint)
          : tables,
      );
    if (seen(found) === seen(shown)) return true;
    say(changedSince(found, isBegun ? ` of ${names.join(", ")}` : ""));
    process.exitCode = 1;
    return false;
  };
  if (goesOn && (ready.length === 0 || (await isAsShown()))) {
    for (const { leftovers, stack } of all) {
      for (const leftover of leftovers.filter(isToDo)) {
        await settle(stack, leftover, client, options);
        say(`  ${leftover.kind} ${printable(leftover.description)}: done`);
      }
      settled(
        stack,
        leftovers.filter((one) => !isToDo(one)),
        options,
      );
    }
    if (ready.length > 0) {
      if (toDo) shown = await look();
      await deploy(
        ready.map(({ stack }) => stack),
        { autoApprove: true, json },
        interruption,
        async (names) => {
          const isSame = await isAsShown(names);
          isBegun = true;
          return isSame;
        },
      );
    }
  }
  // A deploy that was refused, or failed, has said so.
  const isDone = goesOn && process.exitCode === undefined;
  const unready = surveys.filter(isUnready);
  for (const one of unready) say(nextStep(one));
  if (isDone)
    for (const one of surveys
      .filter(isToDeploy)
      .filter((one) => !isRefused(one)))
      say(
        `${one.stack}: nothing is in the way: npm run deploy -- ${one.stack}`,
      );
  const isLeft = ours.some((id) => !taken.has(id));
  const isCut = surveys.some((one) => one.inPart && !ready.includes(one));
  if (!goesOn || unready.length > 0 || isCut || isLeft) process.exitCode ??= 1;
  if (json)
    console.log(
      printableJson({
        hosts: surveys.map((one) => ({ ...one, fingerprint: undefined })),
        leftovers: all.flatMap(({ leftovers, stack }) =>
          leftovers.map((one) => asJson(stack.name, one)),
        ),
        done: isDone,
      }),
    );
}

function isToDo({ action }: Leftover): boolean {
  return action.do !== "leave";
}

/** Whether a deploy would be refused, or would not do as the table says. */
function isUnready({ lines, notChecked, rows }: Survey): boolean {
  return (
    lines.some(({ does }) => does === "needed") ||
    rows.some(({ becomes }) => becomes === "in the way") ||
    notChecked.length > 0
  );
}

/** Whether something made by hand waits to be taken over, and nothing is in the way. */
function isReady(one: Survey): boolean {
  return !isUnready(one) && one.rows.some(({ isNew }) => isNew);
}

/** Whether there is nothing to take over, and a deploy has something to do. */
function isToDeploy(one: Survey): boolean {
  return (
    !isUnready(one) &&
    !isReady(one) &&
    one.rows.some(
      ({ becomes, kind }) => becomes === "made" || kind === "access",
    )
  );
}

/** What the review of the deploy will refuse, where the table would have it deployed. */
function tellRules(
  one: Survey,
  stacks: readonly Stack[],
  say: (line: string) => void,
): void {
  if (!isReady(one)) return;
  const broken = brokenBeforePlan(
    together(stacks, one.stack),
    new Date(),
    one.taken,
  );
  if (broken.length === 0) return;
  say("The deploy is refused unless the code waives this, or changes it:");
  for (const { remedy, rule, what } of broken)
    say(`  house rule ${rule}: ${printable(what)}. ${printable(remedy)}`);
  say("  A waiver is written as docs/house-rules.md shows.\n");
}

/** How many get in who do not today. */
function gainsOf({ rows }: Survey): number {
  return rows.filter(({ becomes }) => becomes === "gets in").length;
}

/**
 * @param found what there is now, and is not what was shown
 * @param of what it was not taken over of, where a part is deployed
 */
function changedSince(found: readonly Survey[], of: string): string {
  const [why] = found.flatMap(({ notChecked }) => notChecked);
  return why === undefined
    ? `The account has changed since the table; nothing${of} was taken over. Run the same command again.`
    : printable(
        `Nothing${of} was taken over: whether the account has changed since the table was not checked, because ${why}`,
      );
}

function nextStep({ lines, stack }: Survey): string {
  return lines.some(({ does }) => does === "needed")
    ? `${stack}: write what is needed, then run again: npm run adopt -- ${stack}`
    : `${stack}: put right what is in the way, then run again: npm run adopt -- ${stack}`;
}

function asJson(stack: string, leftover: Leftover): object {
  const { action, createdAt, description, kind, object } = leftover;
  return { stack, kind, description, id: object.id, createdAt, ...action };
}
