import { rmSync, writeFileSync } from "node:fs";
import { ADOPTABLE } from "./adoptable";
import type { Leftover } from "./leftovers";
import { importsFileOf } from "./remains";
import type { Stack } from "./stacks";
import { TerraformError } from "./terraform";

/**
 * Has a plan import what is the stack's: its state stays as it is unless the plan
 * is approved and applied.
 *
 * @param due what a deploy does with what was left, or let go of
 */
export async function withDueImports<T>(
  stack: Pick<Stack, "dir">,
  due: readonly Leftover[],
  plan: () => Promise<T>,
): Promise<T> {
  const blocks = importsIn(due);
  if (blocks.length === 0) return plan();
  const file = importsFileOf(stack, process.pid);
  try {
    writeFileSync(file, JSON.stringify({ import: blocks }), { mode: 0o600 });
    return await plan();
  } catch (error) {
    // One may be gone by now.
    if (!(error instanceof TerraformError)) throw error;
    rmSync(file, { force: true });
    return await plan();
  } finally {
    rmSync(file, { force: true });
  }
}

/**
 * What Terraform shows of such a plan, as it will show it once the state has
 * what was imported: a review warns of imports that are in the code.
 *
 * @param json it holds secrets
 */
export function asImported(json: string, due: readonly Leftover[]): string {
  const addresses = new Set(importsIn(due).map(({ to }) => to));
  if (addresses.size === 0) return json;
  const plan = JSON.parse(json) as {
    resource_changes?: { address: string; change: { importing?: object } }[];
  };
  for (const { address, change } of plan.resource_changes ?? [])
    if (addresses.has(address)) delete change.importing;
  return JSON.stringify(plan);
}

function importsIn(due: readonly Leftover[]) {
  return due.flatMap(({ accountId, action, object, type }) =>
    action.do === "import"
      ? { to: action.address, id: ADOPTABLE[type].importId(accountId, object) }
      : [],
  );
}
