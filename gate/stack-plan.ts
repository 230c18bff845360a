import type { Stack } from "../deployment/stacks";
import type { Plan, Unread } from "../review/change";
import { readPlan } from "../review/plan";
import { isObject } from "../review/references";
import { readNotes } from "../contract/service-notes";
import { codeOf } from "./code";
import { runsIn } from "./runs";

/**
 * A stack's plan, as `terraform show -json` prints it, with what its code does
 * and no plan shows: a `removed` block can run programs when it destroys, and
 * functions read files or uncover secrets.
 *
 * @see https://developer.hashicorp.com/terraform/language/block/removed
 */
export function readStackPlan(stack: Stack, text: string): Plan {
  const plan = readPlan(stack.name, text);
  const code = codeOf([stack])[stack.name];
  const notes = readNotes(commentOf(code));
  return {
    ...plan,
    unread: [...plan.unread, ...unreadIn(code)],
    ...(code !== undefined && {
      stated: {
        existingTokens: notes?.existingTokens ?? [],
        ...(notes?.people && { people: notes.people }),
      },
    }),
  };
}

function commentOf(code: unknown): Record<string, unknown> | undefined {
  const comment = isObject(code) ? code["//"] : undefined;
  return isObject(comment) ? comment : undefined;
}

function unreadIn(code: unknown): Unread[] {
  return runsIn(code)
    .filter(({ at, calls }) => calls !== undefined || !OF_PLANS.test(at))
    .map(({ at, calls }) => ({
      address: at,
      what:
        calls === undefined
          ? "it runs whatever it says, with the credentials of the deploy"
          : `the function ${calls} may look at more than its arguments, or show a secret`,
    }));
}

/** Provisioners of resources, which plans tell. */
const OF_PLANS = /^resource\.[^.]+\.[^.]+\.provisioner$/;
