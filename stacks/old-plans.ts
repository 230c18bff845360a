import { rmSync, statSync } from "node:fs";
import { join } from "node:path";

/** A `cdktf deploy` may wait so long for its user's answer, in milliseconds. */
const AT_WORK = 3_600_000;

/**
 * Removes the plans that cdktf has left in the stacks' folders: it deletes none,
 * and they hold every secret of the state.
 */
export function removeOldPlans(stackDirectories: readonly string[]): void {
  for (const directory of stackDirectories) {
    const plan = join(directory, "plan");
    const made = statSync(plan, { throwIfNoEntry: false })?.mtimeMs;
    if (made !== undefined && Date.now() - made > AT_WORK) rmSync(plan);
  }
}
