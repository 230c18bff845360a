import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { began } from "../base/process-start";
import type { AdoptableType, Own } from "./adoptable";

/** A process that can't be mistaken for a later one with the same id. */
export interface ProcessMark {
  readonly pid: number;
  readonly start: string;
}

/**
 * What is noted in the state folder before Terraform changes an account, until
 * everything that it may have made is accounted for. It holds no secrets.
 */
export interface ApplyNote {
  readonly stack: string;
  readonly command: "deploy" | "destroy";
  /**
   * Who ran Terraform.
   *
   * @default - a command of ours
   */
  readonly by?: "cdktf";
  /** When it began, in ISO 8601. */
  readonly began: string;
  /** Whether it has ended, well or not, and what it left was looked for. */
  readonly ended: boolean;
  /** Whether a later run of cdktf's did what this one could not finish. */
  readonly completed?: boolean;
  /** Who was at work: our process, and Terraform's. */
  readonly processes: readonly ProcessMark[];
  /** What it was to create. */
  readonly creates: readonly Own[];
  /**
   * The ids that existed before. A type that could not be listed is absent, and
   * nothing of it can be told to be new.
   */
  readonly existing: Partial<Record<AdoptableType, readonly string[]>>;
  /** Made by earlier runs of the stack, in no state, and still there. */
  readonly orphans: readonly string[];
  /**
   * What is imported only to be replaced, until the state says so: its secret is
   * lost, which nothing else tells.
   *
   * @default - nothing
   */
  readonly replaces?: readonly Replaced[];
}

/** An object in a stack's state, by its address there. */
export interface Replaced {
  readonly address: string;
  readonly id: string;
}

/** The folder of states and notes, which is no setting that a note waits for. */
export function noteFolder(env: NodeJS.ProcessEnv): string {
  return resolve(env.ACCESS_STATE_DIR || ".state");
}

const SUFFIX = ".apply.json";

/** A note that is just being written, by the process that it names. */
export const DRAFT = /\.apply\.json\.(\d+)\.new$/;

function noteFile(stack: string, env: NodeJS.ProcessEnv): string {
  return join(noteFolder(env), `${stack}${SUFFIX}`);
}

/** The note of a stack; undefined where there is none that can be read. */
export function readNote(
  stack: string,
  env: NodeJS.ProcessEnv,
): ApplyNote | undefined {
  const file = noteFile(stack, env);
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8")) as ApplyNote;
  } catch {
    return undefined; // never half written; a person has changed it
  }
}

/** The notes of all stacks. */
export function notesIn(env: NodeJS.ProcessEnv): ApplyNote[] {
  const folder = noteFolder(env);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(SUFFIX))
    .flatMap((name) => readNote(name.slice(0, -SUFFIX.length), env) ?? []);
}

export function writeNote(note: ApplyNote, env: NodeJS.ProcessEnv): void {
  const file = noteFile(note.stack, env);
  mkdirSync(noteFolder(env), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, JSON.stringify(note, null, 2), { mode: 0o600 });
  renameSync(draft, file);
}

/**
 * Ends a note, unless a further run has made its own by now; what is left of
 * the run stays on record.
 */
export function closeNote(
  note: ApplyNote,
  orphans: readonly string[],
  env: NodeJS.ProcessEnv,
): void {
  if (readNote(note.stack, env)?.began !== note.began) return;
  if (orphans.length === 0) rmSync(noteFile(note.stack, env), { force: true });
  else noteOrphans(note.stack, orphans, env, note);
}

/** Ends the note of a run that has left nothing; an earlier one is put back. */
export function endNote(
  stack: string,
  earlier: ApplyNote | undefined,
  env: NodeJS.ProcessEnv,
): void {
  if (earlier) writeNote(earlier, env);
  else rmSync(noteFile(stack, env), { force: true });
}

/** Notes what runs that have ended have left. */
export function noteOrphans(
  stack: string,
  orphans: readonly string[],
  env: NodeJS.ProcessEnv,
  { began, command }: Pick<ApplyNote, "began" | "command"> = {
    began: new Date().toISOString(),
    command: "deploy",
  },
): void {
  writeNote(
    {
      stack,
      command,
      began,
      ended: true,
      processes: [],
      creates: [],
      existing: {},
      orphans,
    },
    env,
  );
}

/** Notes that an object is about to be imported in order to be replaced. */
export function noteReplaced(
  stack: string,
  replaced: Replaced,
  env: NodeJS.ProcessEnv,
): void {
  if (readNote(stack, env) === undefined) noteOrphans(stack, [], env);
  const note = readNote(stack, env)!;
  const { orphans, replaces = [] } = note;
  writeNote(
    {
      ...note,
      orphans: [...new Set([...orphans, replaced.id])],
      replaces: [...replaces, replaced],
    },
    env,
  );
}

export function markOf(pid: number): ProcessMark {
  return { pid, start: began(pid) };
}

/** The processes of a note that still run. */
export function atWork({ processes }: ApplyNote): readonly ProcessMark[] {
  return processes.filter(
    ({ pid, start }) => start !== "" && began(pid) === start,
  );
}

/** Whether an object was made by the runs that a note tells of. */
export function isNoted(
  { existing, orphans }: ApplyNote,
  type: AdoptableType,
  id: string,
): boolean {
  const before = existing[type];
  return orphans.includes(id) || (before !== undefined && !before.includes(id));
}
