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
 * Looks for what take-overs have left after its state was lost: no destroy can
 * give back what nobody remembers.
 *
 * @param known ids of what a state has known: that was given back
 * @param left what no state knows
 */
export async function lostTakeOvers(
  stack: Stack,
  known: ReadonlySet<string>,
  left: readonly Leftover[],
  client: Cloudflare,
  options: TerraformOptions,
): Promise<LostTakeOver[]> {
  const own = ownObjects(stack, await readResources(stack, options));
  const existing = own.filter(
    ({ id, type, values }) =>
      type === EXISTING_APPLICATION &&
      id === undefined &&
      !known.has(String(values.app_id)),
  );
  if (existing.length === 0) return [];
  const all = await ADOPTABLE[APPLICATION].list(client, own);
  return existing.flatMap(({ values }) => {
    const application = all.find(({ id }) => id === values.app_id);
    const listed = idsIn(application?.policies);
    const policies = left.filter(({ object }) => listed.includes(object.id));
    const names = textsIn(values.policy_names);
    const isListed = (name: string) =>
      policies.some(({ object }) => object.name === name);
    return application && names.length > 0 && names.every(isListed)
      ? {
          id: application.id,
          name: String(application.name),
          hostname: String(values.hostname),
          policies,
        }
      : [];
  });
}

function idsIn(policies: unknown): string[] {
  return (Array.isArray(policies) ? policies : []).map((one: unknown) =>
    typeof one === "string" ? one : String((one as { id?: unknown }).id),
  );
}

function textsIn(list: unknown): string[] {
  return (Array.isArray(list) ? list : []).map(String);
}
