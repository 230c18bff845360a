import { printable } from "../base/printable";
import { countsOf, wordOf } from "../deployment/plan-words";
import type { Stack } from "../deployment/stacks";
import type { ResourceChange } from "../deployment/terraform";
import type { Foresight } from "../gate/foresee";

interface Planned {
  readonly stack: Stack;
  readonly changes: readonly ResourceChange[];
}

export const NOTHING_FORESEEN: Foresight = {
  foreseen: [],
  unforeseen: new Map(),
};

/** What becomes of one object, for programs. */
export function described(change: ResourceChange) {
  return { address: change.address, what: wordOf(change) };
}

/** Prints what becomes of each object. */
export function tellObjects(
  plans: readonly Planned[],
  { foreseen, unforeseen }: Foresight,
  say: (line: string) => void,
): void {
  const before = plans.map(({ stack }) => stack.name).join(", ");
  for (const one of plans) tell(one, "", say);
  for (const one of foreseen)
    tell(
      one,
      `, planned as if ${before} were deployed; planned again after that`,
      say,
    );
  for (const [{ name }, why] of unforeseen)
    say(
      printable(
        `${name}: can be planned only once ${before} is deployed: ${why}`,
      ),
    );
}

function tell(
  { changes, stack }: Planned,
  how: string,
  say: (line: string) => void,
): void {
  say(`${stack.name}: ${countsOf(changes)}${how}`);
  for (const { address, what } of changes.map(described))
    say(printable(`  ${what.replace(/^to /, "").padEnd(15)} ${address}`));
}

/** `identity: 1 to create; comfyui: 9 to create`. */
export function countsBy(plans: readonly Planned[]): string {
  return plans
    .map(({ changes, stack }) => `${stack.name}: ${countsOf(changes)}`)
    .join("; ");
}
