import { synthesize, withDependencies, type Stack } from "../deployment/stacks";
import type { StepOptions } from "./step";

/** Every stack of main.ts, those first that others depend on. */
export async function allStacks(
  options: Pick<StepOptions, "env" | "signal">,
): Promise<Stack[]> {
  const stacks = await synthesize(options);
  return withDependencies(stacks, [...stacks.keys()]);
}
