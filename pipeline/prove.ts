import { CHECKLIST } from "../probe/checklist";
import { probeAll } from "../probe/probe-all";
import type { Findings } from "../probe/report";
import type { Stack } from "../deployment/stacks";
import { deployedServices } from "./deployed-services";
import { fromOutside } from "./outside-world";
import type { StepOptions } from "./step";

export interface ProveOptions extends StepOptions {
  /** How long a broken promise is tried again, in milliseconds. @default 60000 */
  readonly retryFor?: number;
}

/** Tries from outside what each deployed service promises. */
export async function prove(
  stacks: readonly Stack[],
  { env, retryFor = 60_000, signal }: ProveOptions,
): Promise<Findings> {
  const services = await deployedServices(stacks, { env, signal });
  const results = await fromOutside(env, (world) =>
    probeAll([...services.values()], world, {
      checks: CHECKLIST,
      retryFor,
      signal,
    }),
  );
  return new Map(
    [...services.keys()].map((name, index) => [name, results[index] ?? []]),
  );
}
