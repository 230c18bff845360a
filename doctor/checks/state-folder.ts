import { statSync } from "node:fs";
import { resolve } from "node:path";
import { type DoctorCheck, ok, problem, warning } from "../check";
import type { MachineContext } from "../context";

export const stateFolderCheck: DoctorCheck<MachineContext> = {
  id: "state-folder",
  why: "State files hold the service token's secret and Google's client secret in clear.",
  page: "README.md, Secrets",
  async run({ env }) {
    const folder = resolve(env.ACCESS_STATE_DIR || ".state");
    const stat = statSync(folder, { throwIfNoEntry: false });
    if (!stat) return ok(`${folder} will be made, for its owner only`);
    if (!stat.isDirectory())
      return problem(
        `${folder} is not a folder`,
        "Move it away, or name another folder in ACCESS_STATE_DIR.",
      );
    if (stat.uid !== process.getuid?.())
      return problem(
        `${folder} belongs to another user`,
        `Take it over (chown), or name another folder in ACCESS_STATE_DIR.`,
      );
    const mode = (stat.mode & 0o777).toString(8);
    if (stat.mode & 0o077)
      return warning(
        `${folder} can be entered by others (mode ${mode})`,
        `chmod 700 ${folder} (each synth does so as well). If others use this machine, rotate the secrets that were deployed from it.`,
      );
    return ok(`${folder} is its owner's only (mode ${mode})`);
  },
};
