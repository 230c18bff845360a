import { rmSync } from "node:fs";
import { join } from "node:path";

/**
 * Removes the plans that `cdktf diff` has left in the stacks' folders: nothing
 * reads them again, and they hold every secret of the state.
 */
export function removeOldPlans(stackDirectories: readonly string[]): void {
  for (const directory of stackDirectories)
    rmSync(join(directory, "plan"), { force: true });
}
