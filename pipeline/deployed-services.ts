import { NotDeployed } from "../deployment/deployed-service";
import { readDeployed } from "../probe/deployed";
import type { Stack } from "../deployment/stacks";
import { eachOf } from "../probe/each-of";
import type { Deployed } from "../probe/world";
import type { StepOptions } from "./step";

/** Terraform may be started for each: more at a time only wait for the processor. */
const AT_A_TIME = 4;

/** Those of the stacks that have a service deployed, by their names. */
export async function deployedServices(
  stacks: readonly Stack[],
  options: Pick<StepOptions, "env" | "signal">,
): Promise<Map<string, Deployed>> {
  const found = await eachOf(stacks, AT_A_TIME, (stack) =>
    readDeployed(stack, options).catch((error: unknown) => {
      if (error instanceof NotDeployed) return undefined;
      throw error;
    }),
  );
  return new Map(
    stacks.flatMap(({ name }, index) => {
      const service = found[index];
      return service ? [[name, service] as const] : [];
    }),
  );
}
