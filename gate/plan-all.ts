import { rmSync } from "node:fs";
import { cloudflareClient } from "../account/client";
import { lookOnly } from "../deployment/adopt";
import { readNote } from "../deployment/apply-note";
import { asImported, withDueImports } from "../deployment/due-imports";
import { tellLeftovers, tellUnknown } from "../deployment/leftover-words";
import type { Leftover } from "../deployment/leftovers";
import { planFileOf } from "../deployment/remains";
import type { Stack } from "../deployment/stacks";
import {
  changesIn,
  Terraform,
  type ResourceChange,
  type TerraformOptions,
} from "../deployment/terraform";
import { eachOf } from "../probe/each-of";
import type { Plan } from "../review/change";
import { readStackPlan } from "./stack-plan";

/** Terraforms that plan side by side: each starts providers of its own. */
export const AT_A_TIME = 4;

interface PlanAllOptions extends TerraformOptions {
  readonly say: (line: string) => void;
}

/** What a plan says that is not applied. */
export interface ReadPlan {
  readonly plan: Plan;
  readonly changes: readonly ResourceChange[];
}

/**
 * Plans stacks, to be read.
 *
 * @throws TerraformError where a stack can't be planned
 */
export function planAll(
  stacks: readonly Stack[],
  options: PlanAllOptions,
): Promise<Plan[]> {
  return eachOf(stacks, AT_A_TIME, async (stack) => {
    const { plan } = await planToRead(stack, options);
    options.say(`${stack.name}: planned`);
    return plan;
  });
}

/** What the next deploy takes in of a run that was cut off. */
async function dueIn(
  stack: Stack,
  options: TerraformOptions & Partial<PlanAllOptions>,
): Promise<readonly Leftover[]> {
  const { env, say = () => {} } = options;
  if (readNote(stack.name, env)?.ended !== false) return [];
  try {
    const found = await lookOnly(stack, cloudflareClient(env), options);
    tellLeftovers(stack.name, found, say);
    return found.due ?? [];
  } catch (error) {
    tellUnknown(stack.name, error, say);
    return [];
  }
}

/**
 * Plans a stack, to be read. Neither the plan file, which holds secrets, nor
 * what Terraform shows of it outlasts this.
 *
 * @throws TerraformError where it can't be planned
 */
export async function planToRead(
  stack: Stack,
  options: TerraformOptions & Partial<PlanAllOptions>,
): Promise<ReadPlan> {
  const { dir } = stack;
  const due = await dueIn(stack, options);
  const terraform = new Terraform(dir, options);
  const planFile = planFileOf({ dir }, process.pid);
  try {
    await terraform.prepare();
    await withDueImports(stack, due, () => terraform.plan(planFile));
    const json = asImported(await terraform.show(planFile), due);
    return { plan: readStackPlan(stack, json), changes: changesIn(json) };
  } finally {
    rmSync(planFile, { force: true });
  }
}
