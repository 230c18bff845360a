import { type Check, ok, problem } from "../check";
import type { MachineContext } from "../context";
import { PAGES } from "../pages";

/** As `engines` in package.json. */
const OLDEST = [20, 19] as const;

/** @param version for example `20.19.0` */
export function nodeCheck(version: string): Check<MachineContext> {
  return {
    id: "node",
    why: "The stacks, the commands and the tunnel route's provider run on it.",
    page: PAGES.node,
    async run() {
      const [major = 0, minor = 0] = version.split(".").map(Number);
      const old =
        major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
      return old
        ? problem(
            `Node.js ${version} is too old`,
            `Install Node.js ${OLDEST.join(".")} or newer.`,
          )
        : ok(`Node.js ${version}`);
    },
  };
}
