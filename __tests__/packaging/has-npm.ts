import { execFileSync } from "node:child_process";

/** Whether npm can be asked for packages here. */
export const HAS_NPM = (() => {
  try {
    execFileSync("npm", ["view", "cdktn@0.24.0", "version"], {
      stdio: "ignore",
      timeout: 30_000,
    });
    return true;
  } catch {
    return false;
  }
})();
