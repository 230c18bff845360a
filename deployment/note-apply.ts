import type Cloudflare from "cloudflare";
import {
  ADOPTABLE,
  accountOf,
  type AdoptableType,
  type Own,
} from "./adoptable";
import {
  markOf,
  readNote,
  writeNote,
  type ApplyNote,
  type ProcessMark,
} from "./apply-note";
import { ownObjects } from "./own";
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
  const types = [...new Set(creates.map(({ type }) => type as AdoptableType))];
  const existing: ApplyNote["existing"] = {};
  for (const type of types) {
    const ids = await idsOf(type, client, creates);
    if (ids) existing[type] = ids;
  }
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

/** The objects that a plan creates, of the types that can be looked for. */
async function createdBy(
  stack: Stack,
  changes: readonly ResourceChange[],
  options: TerraformOptions,
): Promise<Own[]> {
  const created = new Map(
    changes
      .filter(
        ({ actions, type }) =>
          actions.includes("create") && Object.hasOwn(ADOPTABLE, type),
      )
      .map((change) => [change.address, change]),
  );
  if (created.size === 0) return [];
  const own = ownObjects(stack, await readResources(stack, options));
  // A record belongs to a zone; it is looked for in the account of the others.
  const account_id = accountOf(own);
  return own.flatMap(({ address, type, values }) => {
    const change = created.get(address);
    if (change === undefined) return [];
    // The plan knows the tunnel; the rest of it may hold secrets.
    const content = change.after?.content;
    const isRecord = type === "cloudflare_dns_record";
    return [
      {
        address,
        type,
        values: {
          account_id,
          ...values,
          ...(isRecord && content ? { content } : {}),
        },
      },
    ];
  });
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
