import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type Cloudflare from "cloudflare";
import { TUNNEL_RECORD } from "../base/tunnel-record";
import { accountOf, ADOPTABLE } from "./adoptable";
import { noteFolder } from "./apply-note";
import type { Leftover } from "./leftovers";
import { ownObjects } from "./own";
import { hasPlannedContent } from "./planned-content";
import type { Stack } from "./stacks";
import { readResources } from "./state";
import type { ResourceChange, TerraformOptions } from "./terraform";

const TYPE = "cloudflare_zero_trust_access_identity_provider";

/**
 * Notes what a stack lets go of and what stays in the account: login methods,
 * for the services that name them, and records that it only uses. Where the
 * state does not know them yet, or any more, nothing else tells that they are
 * not left behind.
 */
export function noteReleased(
  stack: string,
  changes: readonly ResourceChange[],
  env: NodeJS.ProcessEnv,
): void {
  const ids = changes.filter(stays).flatMap(({ after, before }) => {
    const id = (after ?? before)?.id;
    return id ? String(id) : [];
  });
  noteNotOurs(stack, ids, env);
}

/**
 * The same before a deploy of cdktf's, whose plan is not known here: of the
 * records that have a name of the stack's, those that its state does not know.
 */
export async function noteUsedRecords(
  stack: Pick<Stack, "dir" | "name">,
  existing: readonly string[],
  options: TerraformOptions,
): Promise<void> {
  const state = await readResources(stack, options);
  const made = new Set(
    state
      .filter(({ type, values }) => type === TUNNEL_RECORD && values.made)
      .map(({ values }) => String(values.id)),
  );
  const ids = existing.filter((id) => !made.has(id));
  noteNotOurs(stack.name, ids, options.env);
}

function noteNotOurs(
  stack: string,
  ids: readonly string[],
  env: NodeJS.ProcessEnv,
): void {
  if (ids.length === 0) return;
  mkdirSync(noteFolder(env), { recursive: true, mode: 0o700 });
  const all = [...new Set([...releasedBy(stack, env), ...ids])];
  writeFileSync(fileOf(stack, env), JSON.stringify(all), { mode: 0o600 });
}

function stays({ actions, after, before, type }: ResourceChange): boolean {
  return type === TUNNEL_RECORD
    ? (after ?? before)?.made === false
    : type === TYPE && actions.join() === "forget";
}

/**
 * The login methods that a stack has let go of and is about to make again, as
 * they are in the account.
 */
export async function wantedAgain(
  stack: Stack,
  client: Cloudflare,
  options: TerraformOptions,
): Promise<readonly Leftover[]> {
  const released = releasedBy(stack.name, options.env);
  if (released.length === 0) return [];
  const { alike, describe, kind, list } = ADOPTABLE[TYPE];
  const state = await readResources(stack, options);
  const wanted = ownObjects(stack, state).filter(
    ({ id, type }) => type === TYPE && id === undefined,
  );
  if (wanted.length === 0) return [];
  const known = new Set(state.map(({ values }) => String(values.id)));
  const accountId = accountOf(wanted);
  const objects = (await list(client, wanted)).filter(
    ({ id }) => released.includes(id) && !known.has(id),
  );
  return wanted.flatMap(({ address, values }): Leftover[] => {
    const object = objects.find(
      (one) => alike(values, one) && hasPlannedContent(values, one),
    );
    return object === undefined
      ? []
      : [
          {
            type: TYPE,
            kind,
            description: describe(object),
            createdAt: String(object.created_at ?? "unknown"),
            accountId,
            object,
            ours: true,
            released: true,
            action: { do: "import", address },
          },
        ];
  });
}

/** Ids of what a stack has let go of. */
export function releasedBy(
  stack: string,
  env: NodeJS.ProcessEnv,
): readonly string[] {
  const file = fileOf(stack, env);
  if (!existsSync(file)) return [];
  try {
    const ids: unknown = JSON.parse(readFileSync(file, "utf8"));
    return Array.isArray(ids) ? ids.map(String) : [];
  } catch {
    return []; // a person has changed it
  }
}

function fileOf(stack: string, env: NodeJS.ProcessEnv): string {
  return join(noteFolder(env), `${stack}.released.json`);
}
