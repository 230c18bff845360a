import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CONFIGURATION, synthesized } from "../base/synthesized";
import { TerraformError } from "./terraform";

interface Configuration {
  moved?: readonly { readonly from: string }[];
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
function orderByState(stack: { readonly dir: string }): void {
  const code = synthesized<Configuration>(stack);
  for (const route of Object.values(code.resource?.tunnel_route ?? {}))
    route.depends_on = route.depends_on?.filter(
      (address) => !address.startsWith("tunnel_route."),
    );
  writeFileSync(join(stack.dir, CONFIGURATION), JSON.stringify(code, null, 2));
}

/**
 * Has a destroy take routes as the state has them. One that the code makes in
 * another order by now has another address, and by both orders Terraform would
 * call it a cycle.
 */
export function withoutMovedRoutes(stack: { readonly dir: string }): void {
  const code = synthesized<Configuration>(stack);
  if (!code.moved?.some(isRoute)) return;
  code.moved = code.moved.filter((one) => !isRoute(one));
  writeFileSync(join(stack.dir, CONFIGURATION), JSON.stringify(code, null, 2));
}

function isRoute({ from }: { readonly from: string }): boolean {
  return from.startsWith("tunnel_route.");
}

/** Plans a destroy, by the state's order alone where the code's goes against it. */
export async function planInOrder<T>(
  stack: { readonly dir: string },
  plan: () => Promise<T>,
): Promise<T> {
  withoutMovedRoutes(stack);
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
