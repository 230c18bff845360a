import type Cloudflare from "cloudflare";
import { EXISTING_APPLICATION } from "../base/existing-application";
import { ADOPTABLE } from "./adoptable";
import { APPLICATION, type Leftover } from "./leftovers";
import { ownObjects } from "./own";
import type { Stack } from "./stacks";
import { readResources } from "./state";
import type { TerraformOptions } from "./terraform";

/** An application that a stack takes over, and that lists its policies without a state that knows it. */
export interface LostTakeOver {
  readonly id: string;
  readonly name: string;
  readonly hostname: string;
  /** The policies that it lists by the names of the stack's. */
  readonly policies: readonly Leftover[];
}

/**
 * Looks for what a take-over has left after its state was lost: no destroy can
 * give back what nobody remembers.
 *
 * @param known ids of what a state has known: that was given back
 * @param left what no state knows
 */
export async function lostTakeOver(
  stack: Stack,
  known: ReadonlySet<string>,
  left: readonly Leftover[],
  client: Cloudflare,
  options: TerraformOptions,
): Promise<LostTakeOver | undefined> {
  const own = ownObjects(stack, await readResources(stack, options));
  const existing = own.find(({ type }) => type === EXISTING_APPLICATION);
  const id = String(existing?.values.app_id);
  if (existing === undefined || existing.id !== undefined || known.has(id))
    return undefined;
  const all = await ADOPTABLE[APPLICATION].list(client, own);
  const application = all.find((one) => one.id === id);
  const listed = idsIn(application?.policies);
  const policies = left.filter(({ object }) => listed.includes(object.id));
  const names = textsIn(existing.values.policy_names);
  const isListed = (name: string) =>
    policies.some(({ object }) => object.name === name);
  return application && names.length > 0 && names.every(isListed)
    ? {
        id,
        name: String(application.name),
        hostname: String(existing.values.hostname),
        policies,
      }
    : undefined;
}

function idsIn(policies: unknown): string[] {
  return (Array.isArray(policies) ? policies : []).map((one: unknown) =>
    typeof one === "string" ? one : String((one as { id?: unknown }).id),
  );
}

function textsIn(list: unknown): string[] {
  return (Array.isArray(list) ? list : []).map(String);
}
