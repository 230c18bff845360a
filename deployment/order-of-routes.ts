import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CONFIGURATION, synthesized } from "../base/synthesized";
import { TerraformError } from "./terraform";

interface Configuration {
  readonly resource?: {
    readonly tunnel_route?: Readonly<
      Record<string, { depends_on?: readonly string[] }>
    >;
  };
}

/**
 * Leaves the order of a destroy's routes to the state, which has the one that
 * they were made in. Where the code has turned it round since, as between a
 * token's path and an open one, Terraform would take both, and call that a cycle.
 */
export function orderByState(stack: { readonly dir: string }): void {
  const code = synthesized<Configuration>(stack);
  for (const route of Object.values(code.resource?.tunnel_route ?? {}))
    route.depends_on = route.depends_on?.filter(
      (address) => !address.startsWith("tunnel_route."),
    );
  writeFileSync(join(stack.dir, CONFIGURATION), JSON.stringify(code, null, 2));
}

/** Plans a destroy, by the state's order alone where the code's goes against it. */
export async function planInOrder<T>(
  stack: { readonly dir: string },
  plan: () => Promise<T>,
): Promise<T> {
  try {
    return await plan();
  } catch (error) {
    if (!(error instanceof TerraformError && /\bCycle: /.test(error.output)))
      throw error;
    // Not at once: what an import has just brought has no order in the state.
    orderByState(stack);
    return plan();
  }
}
