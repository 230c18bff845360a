import { readFileSync } from "node:fs";
import { type DoctorCheck, ok, warning } from "../check";
import type { MachineContext } from "../context";

/** Which package is installed under the name `cdktf`. */
function installed(): { readonly name: string; readonly version: string } {
  const file = require.resolve("cdktf/package.json");
  return JSON.parse(readFileSync(file, "utf8")) as {
    name: string;
    version: string;
  };
}

export const cdktfVersionCheck: DoctorCheck<Pick<MachineContext, "env">> = {
  id: "cdktf",
  why: "Nobody fixes what was archived.",
  page: "docs/cdktn.md",
  async run() {
    const { name, version } = installed();
    return name === "cdktf"
      ? warning(
          `${name} ${version}, tried with 0.21.0: archived in December 2025, and gets no more fixes`,
          "It works as it is. Move to its successor when something of it breaks, or when your rules want maintained packages: npm run use-cdktn.",
        )
      : ok(`${name} ${version}, tried with 0.24.0`);
  },
};
