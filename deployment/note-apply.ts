import { setTimeout as sleep } from "node:timers/promises";
import type Cloudflare from "cloudflare";
import { began } from "../base/process-start";
import { TUNNEL_RECORD } from "../base/tunnel-record";
import { ADOPTABLE, type AdoptableType, type Own } from "./adoptable";
import {
  markOf,
  readNote,
  writeNote,
  type ApplyNote,
  type ProcessMark,
} from "./apply-note";
import { isAdoptable, ownObjects } from "./own";
import { noteUsedRecords } from "./released";
import type { Stack } from "./stacks";
import { readResources } from "./state";
import type { ResourceChange, TerraformOptions } from "./terraform";

/**
 * Notes that Terraform is about to change an account: what it is to create, and
 * what there is of that kind already. What it makes besides can then be told
 * from what a person made before.
 *
 * @returns what to call with the id of Terraform's process
 */
export async function noteApply(
  stack: Stack,
  command: ApplyNote["command"],
  changes: readonly ResourceChange[],
  client: Cloudflare,
  options: TerraformOptions,
): Promise<(pid: number) => void> {
  const { env } = options;
  const creates = await createdBy(stack, changes, options);
  const existing = await existingIds(creates, client);
  const note: ApplyNote = {
    stack: stack.name,
    command,
    began: new Date().toISOString(),
    ended: false,
    processes: [markOf(process.pid)],
    creates,
    existing,
    orphans: readNote(stack.name, env)?.orphans ?? [],
  };
  writeNote(note, env);
  return (pid) => {
    const processes: ProcessMark[] = [...note.processes, markOf(pid)];
    writeNote({ ...note, processes }, env);
  };
}

/**
 * Adds to the note of a deploy of cdktf's what exists, but for what an earlier
 * one has noted.
 *
 * @param run the processes of cdktf, which writes the note, and of what becomes
 * Terraform, which the note names
 */
export async function noteExisting(
  stack: Pick<Stack, "dir" | "name">,
  run: { readonly pid: number; readonly cdktf: number },
  client: Cloudflare,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  let note = readNote(stack.name, env);
  while (!note?.processes.some(({ pid }) => pid === run.pid)) {
    if (began(run.cdktf) === "") return;
    await sleep(20);
    note = readNote(stack.name, env);
  }
  const existing = await existingIds(note.creates, client);
  writeNote({ ...note, existing: { ...existing, ...note.existing } }, env);
  // After a deploy that was cut off, one of them may be what that one made.
  if (note.existing[TUNNEL_RECORD] === undefined)
    await noteUsedRecords(stack, existing[TUNNEL_RECORD] ?? [], { env });
}

/** The objects that a plan creates, of the types that can be looked for. */
async function createdBy(
  stack: Stack,
  changes: readonly ResourceChange[],
  options: TerraformOptions,
): Promise<Own[]> {
  const created = new Map(
    changes
      .filter(
        (change) =>
          change.actions.includes("create") &&
          isAdoptable(change) &&
          // It is there, and is only used.
          change.after?.made !== false,
      )
      .map((change) => [change.address, change]),
  );
  if (created.size === 0) return [];
  const own = ownObjects(stack, await readResources(stack, options));
  return own.flatMap(({ address, type, values }) => {
    const change = created.get(address);
    if (change === undefined) return [];
    // The plan knows the tunnel; the rest of it may hold secrets.
    const content = change.after?.content;
    const isRecord = type === TUNNEL_RECORD;
    return [
      {
        address,
        type,
        values: { ...values, ...(isRecord && content ? { content } : {}) },
      },
    ];
  });
}

/** The ids of what exists of the types of these objects. */
async function existingIds(
  own: readonly Own[],
  client: Cloudflare,
): Promise<ApplyNote["existing"]> {
  const types = [...new Set(own.map(({ type }) => type as AdoptableType))];
  const listed = await Promise.all(
    types.map(async (type) => [type, await idsOf(type, client, own)] as const),
  );
  return Object.fromEntries(listed.filter(([, ids]) => ids !== undefined));
}

/** Undefined where the API does not tell: the deploy finds out why. */
async function idsOf(
  type: AdoptableType,
  client: Cloudflare,
  own: readonly Own[],
): Promise<string[] | undefined> {
  try {
    const objects = await ADOPTABLE[type].list(client, own);
    return objects.map(({ id }) => id);
  } catch {
    return undefined;
  }
}
