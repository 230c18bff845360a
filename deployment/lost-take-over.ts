import type Cloudflare from "cloudflare";
import {
  deployedNames,
  EXISTING_APPLICATION,
} from "../base/existing-application";
import { ADOPTABLE } from "./adoptable";
import { APPLICATION, type Leftover } from "./leftovers";
import { ownObjects } from "./own";
import type { Stack } from "./stacks";
import { readResources } from "./state";
import type { TerraformOptions } from "./terraform";

/** An application that a stack takes over, and that lists policies of its names which no state knows. */
export interface LostTakeOver {
  readonly id: string;
  readonly name: string;
  readonly hostname: string;
  /** The policies that it lists by the names of the stack's. */
  readonly policies: readonly Leftover[];
  /** Whether a destroy gave it back as its state had found it. */
  readonly isGivenBack: boolean;
}

/**
 * Looks for what take-overs have left after its state was lost: no destroy can
 * give back what nobody remembers.
 *
 * @param known ids of what a state has known: it is given back as found then
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
    ({ id, type }) => type === EXISTING_APPLICATION && id === undefined,
  );
  if (existing.length === 0) return [];
  const all = await ADOPTABLE[APPLICATION].list(client, own);
  return existing.flatMap(({ values }) => {
    const application = all.find(({ id }) => id === values.app_id);
    const listed = idsIn(application?.policies);
    const policies = left.filter(({ object }) => listed.includes(object.id));
    const names = policies.map(({ object }) => String(object.name));
    return application && deployedNames(names, values.policy_names).length > 0
      ? {
          id: application.id,
          name: String(application.name),
          hostname: String(values.hostname),
          policies,
          isGivenBack: known.has(application.id),
        }
      : [];
  });
}

function idsIn(policies: unknown): string[] {
  return (Array.isArray(policies) ? policies : []).map((one: unknown) =>
    typeof one === "string" ? one : String((one as { id?: unknown }).id),
  );
}
