import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { AdoptableType, Own } from "./adoptable";
import { noteFolder, type ApplyNote } from "./apply-note";
import { hasPlannedContent } from "./planned-content";
import type { Leftover } from "./leftovers";

/**
 * How long after a run Cloudflare may still make what a call asked for whose
 * answer nobody got, in milliseconds: its own limit for an answer is 100 s.
 *
 * @see https://developers.cloudflare.com/fundamentals/reference/connection-limits/
 */
const LATEST = 120_000;

/** The clocks of this machine and of Cloudflare may differ, in milliseconds. */
export const CLOCKS = 60_000;

/** Of a run that has ended: what may still turn up. */
export interface LateNote extends Pick<ApplyNote, "creates" | "existing"> {
  /** In ISO 8601. */
  readonly until: string;
  /** Nobody has looked for what it has left by now. @default false */
  readonly unseen?: boolean;
}

const SUFFIX = ".late.json";

function fileOf(stack: string, env: NodeJS.ProcessEnv): string {
  return join(noteFolder(env), `${stack}${SUFFIX}`);
}

export function readLate(
  stack: string,
  env: NodeJS.ProcessEnv,
): LateNote | undefined {
  const file = fileOf(stack, env);
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8")) as LateNote;
  } catch {
    return undefined; // cut off while it was written: nothing is known
  }
}

/**
 * Notes what a run that ends now may still make.
 *
 * @param isUnseen whether nobody looks for what it has made
 */
export function noteLate(
  { creates, existing, stack }: ApplyNote,
  env: NodeJS.ProcessEnv,
  isUnseen = false,
): void {
  if (Object.keys(existing).length === 0) return;
  const earlier = readLate(stack, env);
  const note: LateNote = {
    creates: [...(earlier?.creates ?? []), ...creates],
    existing: { ...existing, ...earlier?.existing },
    until: new Date(Date.now() + LATEST).toISOString(),
    ...(isUnseen && { unseen: true }),
  };
  write(stack, note, env);
}

function write(stack: string, note: LateNote, env: NodeJS.ProcessEnv): void {
  writeFileSync(fileOf(stack, env), JSON.stringify(note), { mode: 0o600 });
}

/** To be called after a look at what has turned up. */
export function forgetLate(stack: string, env: NodeJS.ProcessEnv): void {
  const note = readLate(stack, env);
  if (note && isOver(note)) rmSync(fileOf(stack, env), { force: true });
  else if (note?.unseen) write(stack, { ...note, unseen: false }, env);
}

/**
 * Names of the stacks to look after: nobody has, or their last run can have
 * nothing more turn up.
 */
export function unsettled(env: NodeJS.ProcessEnv): string[] {
  const folder = noteFolder(env);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(SUFFIX))
    .map((name) => name.slice(0, -SUFFIX.length))
    .filter((stack) => {
      const note = readLate(stack, env);
      return note !== undefined && (note.unseen === true || isOver(note));
    });
}

function isOver({ until }: LateNote): boolean {
  return Date.now() > Date.parse(until) + CLOCKS;
}

/** Whether an object has turned up in time to be what a run has asked for. */
export function isLate(
  { creates, existing, until }: LateNote,
  type: AdoptableType,
  object: Leftover["object"],
): boolean {
  const created = Date.parse(String(object.created_at ?? object.created_on));
  return (
    existing[type]?.includes(object.id) === false &&
    (Number.isNaN(created) ? Date.now() : created) <=
      Date.parse(until) + CLOCKS &&
    creates.some((one) => one.type === type && isPlanned(one, object))
  );
}

function isPlanned({ values }: Own, object: Leftover["object"]): boolean {
  return hasPlannedContent(values, object);
}
