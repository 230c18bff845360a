import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { isOfEndedPlan } from "../base/plan-note";
import { began } from "../base/process-start";
import {
  readRotations,
  rotationsFile,
  type Rotations,
} from "../contract/rotations";
import {
  atWork,
  DRAFT,
  noteFolder,
  notesIn,
  type ApplyNote,
} from "./apply-note";
import type { Stack } from "./stacks";

/** The plan that a process makes of a stack. It holds the stack's secrets. */
export function planFileOf({ dir }: Pick<Stack, "dir">, pid: number): string {
  return join(dir, `${pid}.plan`);
}

/** What Terraform prints of the apply that a process runs. */
export function outputFileOf({ dir }: Pick<Stack, "dir">, pid: number): string {
  return join(dir, `${pid}.apply.log`);
}

/** What a plan that a process makes only to read it imports. */
export function importsFileOf(
  { dir }: Pick<Stack, "dir">,
  pid: number,
): string {
  return join(dir, `${pid}.imports.tf.json`);
}

/** Ours, and those of `cdktf diff`, which nothing reads again. */
const PLAN = /^(?:(\d+)\.)?(?:plan|apply\.log|imports\.tf\.json)$/;

/** Has Terraform use another backend than the stack's while its state is moved. */
export function overrideOf({ dir }: Pick<Stack, "dir">): string {
  return join(dir, "backend_override.tf.json");
}

/** Begins the name of a folder with the copy of a state, which holds secrets. */
export function movingPrefix(pid: number): string {
  return `moving-${pid}-`;
}

const MOVING = /^moving-(?:(\d+)-)?/;

/**
 * Removes what killed runs have left that nobody needs: the copies of plans and
 * states, which hold secrets, the notes of routes' plans, what told of a lock
 * that has ended, and the backend of a move of states that was cut off.
 */
export function removeCopies(env: NodeJS.ProcessEnv): void {
  const stacks = resolve(env.CDKTF_OUTPUT ?? "cdktf.out", "stacks");
  for (const stack of list(stacks)) removeOf(join(stacks, stack), PLAN);
  const folder = noteFolder(env);
  removeOf(folder, MOVING);
  removeOf(folder, DRAFT);
  if (!list(folder).some((name) => MOVING.test(name)))
    for (const stack of list(stacks))
      removeOverride({ dir: join(stacks, stack) });
  removePlanNotes(env);
  for (const name of list(folder)) {
    const [, state] = LOCK_INFO.exec(name) ?? [];
    if (state !== undefined && isUnlocked(join(folder, state)))
      rmSync(join(folder, name), { force: true });
  }
}

/** Removes the notes that routes' plans have left for an apply that has ended. */
export function removePlanNotes(env: NodeJS.ProcessEnv): void {
  const journal = join(noteFolder(env), "journal");
  for (const name of list(journal))
    if (isOfEndedPlan(join(journal, name)))
      rmSync(join(journal, name), { force: true });
}

/** Has Terraform use the stack's own backend again. */
export function removeOverride(stack: Pick<Stack, "dir">): void {
  if (!existsSync(overrideOf(stack))) return;
  // It names the other backend: the next init would find that it has changed.
  rmSync(join(stack.dir, ".terraform", "terraform.tfstate"), { force: true });
  rmSync(overrideOf(stack), { force: true });
}

/** Terraform's file beside a state, which tells who holds its lock. */
const LOCK_INFO = /^\.(.*)\.lock\.info$/;

/**
 * Whether nobody holds the lock of a file. Only Linux lists them; elsewhere
 * Terraform's next run removes what it finds.
 */
function isUnlocked(file: string): boolean {
  try {
    const inode = String(statSync(file).ino);
    return !readFileSync("/proc/locks", "utf8")
      .split("\n")
      .some((line) => line.includes(`:${inode} `));
  } catch {
    return false;
  }
}

function removeOf(folder: string, names: RegExp): void {
  for (const name of list(folder)) {
    const found = names.exec(name);
    const [, pid] = found ?? [];
    if (found && (pid === undefined || began(Number(pid)) === ""))
      rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // there is none, or it is not ours to look into
  }
}

/**
 * What runs that were cut off, and that nobody looked after, are to be told of:
 * rotations too, whose machines have the secret that lapses.
 */
export function unfinishedRuns(
  env: NodeJS.ProcessEnv,
  now = new Date(),
): string[] {
  const cut = notesIn(env).filter((note) => atWork(note).length === 0);
  const rotations = unfinishedRotations(env, now);
  const told = (stack: string) =>
    cut.some((note) => note.stack === stack && isOpenDeploy(note));
  return [
    ...cut.map((note) => {
      const rotation =
        isOpenDeploy(note) &&
        rotations.find(({ stack }) => stack === note.stack);
      return rotation ? inWords(note, rotation.command) : inWords(note);
    }),
    ...rotations
      .filter(({ stack }) => !told(stack))
      .map(
        ({ command, stack, token, until }) =>
          `A rotation of ${token} of ${stack} has not ended, and the secret before may lapse at ${until}. Unless one is at work, run it again, with its --store and --file if it had any: ${command}`,
      ),
  ];
}

function isOpenDeploy({ command, completed, ended }: ApplyNote): boolean {
  return command === "deploy" && !ended && !completed;
}

interface UnfinishedRotation {
  readonly stack: string;
  readonly token: string;
  /** When the secret before lapses. */
  readonly until: string;
  /** What goes on with it, with the overlap that is left. */
  readonly command: string;
}

function unfinishedRotations(
  env: NodeJS.ProcessEnv,
  now: Date,
): UnfinishedRotation[] {
  let all: Rotations;
  try {
    all = readRotations(rotationsFile(env)) ?? {};
  } catch {
    return []; // whoever needs the file says what is wrong with it
  }
  return Object.entries(all).flatMap(([stack, tokens]) =>
    Object.entries(tokens).flatMap(
      ([token, { previousExpiresAt: until, unfinished }]) => {
        if (unfinished === undefined) return [];
        const hours = Math.ceil(
          (Date.parse(until) - now.getTime()) / 3_600_000,
        );
        const overlap = hours > 0 ? ` --overlap ${hours}h` : "";
        const command = `npm run rotate -- ${stack} --token ${token}${overlap}`;
        return [{ stack, token, until, command }];
      },
    ),
  );
}

/**
 * What to tell of a run that was cut off.
 *
 * @param again what goes on with it
 */
export function inWords(
  { began, by, command, completed, ended, orphans, stack }: ApplyNote,
  again = `npm run ${command} -- ${stack}`,
): string {
  if (completed)
    return `A ${command} of ${stack} that began at ${began} was cut off before a later one succeeded. To see what it left in the account: npm run adopt -- ${stack}`;
  return ended
    ? `A run of ${stack} has left ${orphans.length === 1 ? "an object" : `${orphans.length} objects`} in the account that Terraform does not know. Run: npm run adopt -- ${stack}`
    : `A ${command} of ${stack}${by ? ` by ${by}` : ""} that began at ${began} never ended. Run: ${again}`;
}
