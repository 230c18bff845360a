import { rmSync } from "node:fs";
import { planFileOf } from "../deployment/remains";
import type { Stack } from "../deployment/stacks";
import { Terraform } from "../deployment/terraform";
import { readStackPlan } from "../gate/stack-plan";
import { eachOf } from "../probe/each-of";
import type { Plan } from "../review/change";
import type { StepOptions } from "./step";

/** Terraforms that plan side by side: each starts providers of its own. */
const AT_A_TIME = 4;

/**
 * Plans stacks, to be read. Neither the plan files, which hold secrets, nor
 * what Terraform shows of them outlasts this.
 *
 * @throws TerraformError where a stack can't be planned
 */
export function planAll(
  stacks: readonly Stack[],
  options: StepOptions,
): Promise<Plan[]> {
  return eachOf(stacks, AT_A_TIME, async (stack) => {
    const { dir, name } = stack;
    const terraform = new Terraform(dir, options);
    const planFile = planFileOf({ dir }, process.pid);
    try {
      await terraform.init();
      await terraform.plan(planFile);
      options.say(`${name}: planned`);
      return readStackPlan(stack, await terraform.show(planFile));
    } finally {
      rmSync(planFile, { force: true });
    }
  });
}
