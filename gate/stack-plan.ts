import type { Stack } from "../deployment/stacks";
import type { Plan, Unread } from "../review/change";
import { readPlan } from "../review/plan";
import { codeOf } from "./code";

/**
 * A stack's plan, as `terraform show -json` prints it, with what its code does
 * and no plan shows: a `removed` block can run programs when it destroys.
 *
 * @see https://developer.hashicorp.com/terraform/language/block/removed
 */
export function readStackPlan(stack: Stack, text: string): Plan {
  const plan = readPlan(stack.name, text);
  const code = codeOf([stack])[stack.name];
  return { ...plan, unread: [...plan.unread, ...programsIn(code)] };
}

function programsIn(code: unknown): Unread[] {
  const { removed = [] } = (code ?? {}) as { readonly removed?: unknown };
  return [removed].flat().flatMap((one: unknown) => {
    const { from, provisioner } = (one ?? {}) as Readonly<
      Record<string, unknown>
    >;
    return provisioner === undefined
      ? []
      : [
          {
            address: `removed.${String(from)}`,
            what: "its provisioner runs whatever it says, with the credentials of the deploy",
          },
        ];
  });
}
