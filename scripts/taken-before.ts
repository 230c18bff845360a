import {
  alikeIn,
  EXISTING_APPLICATION,
  returnAlike,
  returnUnnoted,
  TAKEN_OVER_UNNOTED,
  takenOverAlike,
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
    if (!isDestroy && before !== null) continue;
    const values = isDestroy ? before : after;
    const unnoted = unnotedIn(values);
    const alike = unnoted ? undefined : alikeIn(values);
    const words = unnoted
      ? isDestroy
        ? returnUnnoted(unnoted.policies?.length === 0)
        : TAKEN_OVER_UNNOTED
      : alike && (isDestroy ? returnAlike(alike) : takenOverAlike(alike));
    if (words !== undefined)
      say(
        printable(
          `${name}: warning: application "${(unnoted ?? alike)?.name}": ${words}`,
        ),
      );
  }
}
