import {
  EXISTING_APPLICATION,
  returnUnnoted,
  TAKEN_OVER_UNNOTED,
  unnotedIn,
} from "../base/existing-application";
import { printable } from "../base/printable";
import type { Stack } from "../deployment/stacks";
import type { ResourceChange } from "../deployment/terraform";

/** Tells, before a plan is approved, where nobody knows what a destroy has to give back. */
export function tellTakenBefore(
  { name }: Pick<Stack, "name">,
  changes: readonly ResourceChange[],
  say: (line: string) => void,
): void {
  for (const { actions, after, before, type } of changes) {
    if (type !== EXISTING_APPLICATION || actions.length > 1) continue;
    const isDestroy = actions.includes("delete");
    const previous = unnotedIn(isDestroy ? before : after);
    if (previous === undefined || (!isDestroy && before !== null)) continue;
    const words = isDestroy
      ? returnUnnoted(previous.policies?.length === 0)
      : TAKEN_OVER_UNNOTED;
    say(
      printable(`${name}: warning: application "${previous.name}": ${words}`),
    );
  }
}
