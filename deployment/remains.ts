import { readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { began } from "../base/process-start";
import { atWork, noteFolder, notesIn, type ApplyNote } from "./apply-note";
import type { Stack } from "./stacks";

/** The plan that a process makes of a stack. It holds the stack's secrets. */
export function planFileOf({ dir }: Pick<Stack, "dir">, pid: number): string {
  return join(dir, `${pid}.plan`);
}

const PLAN = /^(\d+)\.plan$/;

/** Begins the name of a folder with the copy of a state, which holds secrets. */
export function movingPrefix(pid: number): string {
  return `moving-${pid}-`;
}

const MOVING = /^moving-(?:(\d+)-)?/;

/**
 * Removes the copies of plans and states that killed runs have left: nobody
 * needs them, and they hold secrets.
 */
export function removeCopies(env: NodeJS.ProcessEnv): void {
  const stacks = resolve(env.CDKTF_OUTPUT ?? "cdktf.out", "stacks");
  for (const stack of list(stacks)) removeOf(join(stacks, stack), PLAN);
  removeOf(noteFolder(env), MOVING);
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

/** What runs that were cut off, and that nobody looked after, are to be told of. */
export function unfinishedRuns(env: NodeJS.ProcessEnv): string[] {
  return notesIn(env)
    .filter((note) => atWork(note).length === 0)
    .map(inWords);
}

function inWords({ began, command, ended, orphans, stack }: ApplyNote): string {
  return ended
    ? `A run of ${stack} has left ${orphans.length} objects in the account that Terraform does not know. Run: npm run adopt -- ${stack}`
    : `A ${command} of ${stack} that began at ${began} never ended. Run: npm run ${command} -- ${stack}`;
}
