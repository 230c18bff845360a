import { setTimeout as sleep } from "node:timers/promises";
import type Cloudflare from "cloudflare";
import { EXISTING_APPLICATION } from "../base/existing-application";
import { UsageError } from "../base/usage-error";
import { ADOPTABLE, type Own } from "./adoptable";
import { DOUBTED, doubtedTokens } from "./doubted-tokens";
import {
  atWork,
  closeNote,
  isNoted,
  noteOrphans,
  readNote,
  type ApplyNote,
} from "./apply-note";
import {
  APPLICATION,
  findLeftovers,
  type IsOurs,
  type Leftover,
} from "./leftovers";
import {
  CLOCKS,
  forgetLate,
  isLate,
  noteLate,
  readLate,
  type LateNote,
} from "./late-note";
import { idsElsewhere } from "./elsewhere";
import { listedAgain } from "./listed-again";
import { importToReplace, markReplaced } from "./mark-replaced";
import { isAdoptable, ownObjects } from "./own";
import { hasPlannedContent } from "./planned-content";
import { releasedBy } from "./released";
import type { Stack } from "./stacks";
import { readResources } from "./state";
import { Terraform, type TerraformOptions } from "./terraform";

/**
 * What of a stack is in the account without its state knowing it.
 *
 * @param ids what a person says is the stack's
 * @param stacks all of the app
 */
export async function leftoversOf(
  stack: Stack,
  client: Cloudflare,
  options: TerraformOptions,
  ids: readonly string[] = [],
  stacks: readonly Stack[] = [],
): Promise<Leftover[]> {
  const terraform = new Terraform(stack.dir, options);
  await terraform.init();
  await terraform.saveErrored();
  const note = readNote(stack.name, options.env);
  await markReplaced(stack, note, options);
  const state = await readResources(stack, options);
  const theirs = listedAgain(state, options.env);
  refuseTheirs(ids.filter((id) => theirs.includes(id)));
  const known = new Set([
    ...state.map(({ values }) => String(values.id)),
    ...theirs,
    ...releasedBy(stack.name, options.env).filter((id) => !ids.includes(id)),
  ]);
  const own = ownObjects(stack, state);
  const late = readLate(stack.name, options.env);
  const noted = notedBy(note, own, late);
  const found = await findIn(
    stack,
    own,
    known,
    client,
    (type, object) => ids.includes(object.id) || noted(type, object),
    options,
    undefined,
    stacks
      .filter(({ name }) => name !== stack.name)
      .flatMap((other) => ownObjects(other, [])),
  );
  return found.map((one) => ({
    ...one,
    ...(one.ours && !noted(one.type, one.object) && { named: true }),
    ...(isDoubtful(one, own, note, late) && { isSinceRun: true }),
  }));
}

/** What of a stack's names is in no state of the app's. */
function findIn(
  stack: Pick<Stack, "dir">,
  own: readonly Own[],
  known: ReadonlySet<string>,
  client: Cloudflare,
  isOurs: IsOurs,
  options: TerraformOptions,
  only?: readonly string[],
  siblings?: readonly Own[],
): Promise<Leftover[]> {
  const elsewhere = () => idsElsewhere(stack, options);
  const which = [only, siblings, elsewhere] as const;
  return findLeftovers(own, known, client, isOurs, ...which);
}

/** Whether nobody knows if a run that was cut off has made something. */
function isDoubtful(
  leftover: Leftover,
  own: readonly Own[],
  note: ApplyNote | undefined,
  late: LateNote | undefined,
): boolean {
  return Boolean(
    !leftover.ours &&
    ((note && isSince(note, leftover, own)) ||
      (late && isLate(late, leftover.type, leftover.object))),
  );
}

/** @param ids what a person says is the stack's, and a destroy gives back */
function refuseTheirs(ids: readonly string[]): void {
  if (ids.length > 0)
    throw new UsageError(
      "--ours",
      ids.map(
        (id) =>
          `${id} is a policy that the application listed before a deploy took it over, and that a destroy has it list again: it is not the stack's`,
      ),
    );
}

/**
 * New since the note, with the planned content. A token that was used is none
 * whose answer got lost: somebody has its secret. One that is younger than the
 * run may be a person's, and its deletion would be felt.
 */
function notedBy(
  note: ApplyNote | undefined,
  own: readonly Own[],
  late: LateNote | undefined,
): IsOurs {
  return (type, object) =>
    (late && ADOPTABLE[type].usable && isLate(late, type, object)) ||
    (note !== undefined &&
      isNoted(note, type, object.id) &&
      !object.last_seen_at &&
      (note.orphans.includes(object.id) ? own : note.creates).some(
        (one) =>
          one.type === type &&
          ADOPTABLE[type].alike(one.values, object) &&
          hasPlannedContent(one.values, object),
      ));
}

/**
 * Forgets what was noted of a stack, but for what is still there. What a person
 * alone called the stack's, and others use, would be told of for ever.
 */
export function settled(
  stack: Stack,
  left: readonly Leftover[],
  { env }: TerraformOptions,
): void {
  const open = left.filter(({ isInUse, named }) => !(isInUse && named));
  closeNotes(stack, readNote(stack.name, env), open, env);
}

/** @param note what was looked after; one of a run that is at work stays */
function closeNotes(
  stack: Pick<Stack, "name">,
  note: ApplyNote | undefined,
  left: readonly Leftover[],
  env: NodeJS.ProcessEnv,
): void {
  const orphans = left
    .filter(({ ours }) => ours)
    .map(({ object }) => object.id);
  if (note && !note.ended) noteLate(note, env);
  if (note) closeNote(note, orphans, env);
  else if (orphans.length > 0 && readNote(stack.name, env) === undefined)
    noteOrphans(stack.name, orphans, env);
  forgetLate(stack.name, env);
}

/**
 * Looks for what the last run of a stack has made without its state knowing it,
 * and puts right what is certain: objects whose place is free are imported; a
 * service token is deleted, as its secret is lost.
 *
 * @returns what was found; the caller tells of it. Whatever `action` is left
 * to do has to be approved: `npm run adopt`.
 */
export async function reconcile(
  stack: Stack,
  client: Cloudflare,
  options: TerraformOptions,
): Promise<Reconciled> {
  const note = await lastRun(stack, options);
  await markReplaced(stack, note, options);
  const late = readLate(stack.name, options.env);
  const { certain, left } = await lookFor(stack, note, late, client, options);
  for (const leftover of certain)
    await settle(stack, leftover, client, options);
  closeNotes(stack, note, left, options.env);
  return { done: certain, left };
}

/**
 * The same look, for a run that is not to change more than it says: nothing is
 * taken in, and the notes stay for the next one.
 */
export async function lookOnly(
  stack: Pick<Stack, "dir" | "name">,
  client: Cloudflare,
  options: TerraformOptions,
): Promise<Reconciled> {
  const note = readNote(stack.name, options.env);
  if (note && atWork(note).some(({ pid }) => pid !== process.pid))
    return { done: [], left: [] };
  const open = note?.ended && note.orphans.length === 0 ? undefined : note;
  const late = readLate(stack.name, options.env);
  const { certain, left } = await lookFor(stack, open, late, client, options);
  return { done: [], due: certain, left };
}

/**
 * Looks for what turned up late of stacks that no run has looked after since,
 * and changes nothing: it is noted for their next run.
 */
export async function lookForLate(
  stack: Pick<Stack, "dir" | "name">,
  client: Cloudflare,
  options: TerraformOptions,
): Promise<Reconciled> {
  const { env } = options;
  const note = readNote(stack.name, env);
  // The next run looks after one that never ended.
  if (note && !note.ended) return { done: [], left: [] };
  const late = readLate(stack.name, env);
  const found = await lookFor(stack, note, late, client, options);
  const left = [...found.certain, ...found.left];
  closeNotes(stack, note, left, env);
  return { done: [], left };
}

/** What runs have left, and whether it is certain what to do with it. */
async function lookFor(
  stack: Pick<Stack, "dir" | "name">,
  note: ApplyNote | undefined,
  late: LateNote | undefined,
  client: Cloudflare,
  options: TerraformOptions,
): Promise<{
  readonly certain: readonly Leftover[];
  readonly left: readonly Leftover[];
}> {
  if (note === undefined && late === undefined)
    return { certain: [], left: [] };
  const state = await readResources(stack, options);
  const known = new Set([
    ...state.map(({ values }) => String(values.id)),
    ...releasedBy(stack.name, options.env),
  ]);
  const ids = new Map(
    state
      .filter(({ deposed_key: deposed }) => deposed === undefined)
      .map(({ address, values }) => [address, String(values.id)]),
  );
  // Terraform imports nothing to a place that the code has no more.
  const places = new Set(
    ownObjects(stack, state).map(({ address }) => address),
  );
  const own = [
    ...(note?.creates ?? []),
    ...(late?.creates ?? []),
    ...(note?.orphans.length ? ownObjects(stack, state) : []),
  ]
    .filter(isAdoptable)
    .map((one) => ({
      ...one,
      id: ids.get(one.address) ?? (places.has(one.address) ? undefined : ""),
    }));
  const noted = notedBy(note, own, late);
  const alike = await findIn(stack, own, known, client, noted, options);
  const doubted = doubtedTokens(alike, own);
  const found = alike.filter(
    (leftover) => leftover.ours && !doubted.includes(leftover),
  );
  const isCertain = ({ action, type }: Leftover) =>
    action.do === "import" ||
    action.do === "replace" ||
    (action.do === "delete" && !ADOPTABLE[type].usable);
  const left = [
    ...found.filter((leftover) => !isCertain(leftover)),
    ...alike.filter((leftover) => isDoubtful(leftover, own, note, late)),
    ...doubted.map((leftover): Leftover => ({ ...leftover, ...DOUBTED })),
  ];
  return { certain: found.filter(isCertain), left };
}

/**
 * Whether something has the planned content and is not older than a run that
 * could not note what existed, or is a token that was used. A person has to say
 * whose it is.
 */
function isSince(
  { began, ended, existing }: ApplyNote,
  { createdAt, object, type }: Leftover,
  own: readonly Own[],
): boolean {
  return (
    !ended &&
    !existing[type]?.includes(object.id) &&
    !(Date.parse(createdAt) < Date.parse(began) - CLOCKS) &&
    own.some(
      (one) => one.type === type && hasPlannedContent(one.values, object),
    )
  );
}

/**
 * The note of a run of the stack that has ended without being looked after. One
 * that is still at work, as Terraform is after the death of its parent, is
 * waited for as long as for a lock; undefined where it goes on.
 */
async function lastRun(
  { name }: Stack,
  { env, lockTimeout = 60_000, signal }: TerraformOptions,
): Promise<ApplyNote | undefined> {
  const end = Date.now() + lockTimeout;
  for (;;) {
    const note = readNote(name, env);
    if (note === undefined) return undefined;
    if (note.ended) return note.orphans.length > 0 ? note : undefined;
    if (atWork(note).every(({ pid }) => pid === process.pid)) return note;
    if (Date.now() >= end) return undefined;
    await sleep(200, undefined, { signal });
  }
}

/**
 * What is still there after a destroy and like the stack's objects, though no
 * note tells who made it: on another machine, or with a note that was lost.
 *
 * @param deleted ids of what the destroy has deleted: a list may still have it
 */
export async function leftAfter(
  stack: Stack,
  deleted: ReadonlySet<string>,
  client: Cloudflare,
  options: TerraformOptions,
): Promise<readonly Leftover[]> {
  const state = await readResources(stack, options);
  const all = ownObjects(stack, state);
  const own = all.filter(isAdoptable);
  const known = new Set([...deleted, ...releasedBy(stack.name, options.env)]);
  // They were there before, and use what was: the destroy gave them back.
  for (const id of takenOver(all)) known.delete(id);
  return findIn(stack, own, known, client, () => false, options);
}

/** Ids of the applications that a stack takes over. */
function takenOver(own: readonly Own[]): string[] {
  return own
    .filter(({ type }) => type === EXISTING_APPLICATION)
    .map(({ values }) => String(values.app_id));
}

/**
 * What a person says is the stack's, with what a destroy does with it. An
 * application stays: what only it protects would be open, and no state would
 * know what leads there.
 */
export async function namedOf(
  stack: Stack,
  ids: readonly string[],
  client: Cloudflare,
  options: TerraformOptions,
): Promise<Leftover[]> {
  const state = await readResources(stack, options);
  const all = ownObjects(stack, state);
  const own = all.filter(isAdoptable);
  // One that the stack takes over lists its policies: no use by somebody else.
  const known = new Set([
    ...state.map(({ values }) => String(values.id)),
    ...takenOver(all),
  ]);
  const named = await findIn(
    ...([stack, own, known, client, () => true, options, ids] as const),
  );
  return named
    .filter(({ action, type }) => type !== APPLICATION && action.do !== "leave")
    .map((one) => ({ ...one, named: true }));
}

/**
 * Does with it what a destroy needs: it imports what has a free place, to delete
 * it with the rest, and deletes the others once the rest is gone.
 *
 * @returns what was done
 */
export async function settleNamed(
  stack: Stack,
  ids: readonly string[],
  step: "import" | "delete",
  client: Cloudflare,
  options: TerraformOptions,
): Promise<Leftover[]> {
  const named = await namedOf(stack, ids, client, options);
  const now = named.filter(
    ({ action }) => (action.do === "delete") === (step === "delete"),
  );
  for (const leftover of now) await settle(stack, leftover, client, options);
  return now;
}

/** What became of what a run has left behind. */
export interface Reconciled {
  readonly done: readonly Leftover[];
  /** What the next deploy does by itself. @default - nothing */
  readonly due?: readonly Leftover[];
  /** For a person to decide about. */
  readonly left: readonly Leftover[];
}

/** Does with what was found as its action says. */
export async function settle(
  stack: Stack,
  { accountId, action, object, type }: Leftover,
  client: Cloudflare,
  options: TerraformOptions,
): Promise<void> {
  const terraform = new Terraform(stack.dir, options);
  const { importId, remove } = ADOPTABLE[type];
  switch (action.do) {
    case "import":
      await terraform.import(action.address, importId(accountId, object));
      return;
    case "replace": {
      const replaced = { address: action.address, id: object.id };
      const from = importId(accountId, object);
      return importToReplace(stack, replaced, from, options);
    }
    case "delete":
      await remove(client, accountId, object);
      return;
    case "leave":
  }
}
