import { type DoctorCheck, ok, problem, warning } from "../check";
import type { MachineContext } from "../context";
import { isOver, maintained, NODE_RELEASES } from "../node-releases";
import { PAGES } from "../pages";

export const nodeCheck: DoctorCheck<MachineContext> = {
  id: "node",
  why: "The stacks, the commands and the tunnel route's provider run on it.",
  page: PAGES.node,
  async run({ nodeVersion, now }) {
    const [major = 0, minor = 0] = nodeVersion.split(".").map(Number);
    const release = NODE_RELEASES.find((one) => one.major === major);
    const good = new Intl.ListFormat("en", { type: "disjunction" });
    const install = `Install Node.js ${good.format(maintained(now).map(String))}, then run npm ci.`;
    const newest = NODE_RELEASES.at(-1)?.major ?? 0;
    if (major > newest)
      return ok(`Node.js ${nodeVersion}; tested up to ${newest}`);
    if (!release || minor < release.firstMinor)
      return problem(`Node.js ${nodeVersion} does not work here`, install);
    if (isOver(release.end, now))
      return warning(
        `Node.js ${nodeVersion} works, but has had no security fixes since ${release.end}`,
        install,
      );
    return ok(`Node.js ${nodeVersion}`);
  },
};
