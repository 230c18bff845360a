import { checkTerraform } from "../../deployment/terraform";
import { UsageError } from "../../base/usage-error";
import { type DoctorCheck, ok, problem, warning } from "../check";
import type { MachineContext } from "../context";
import { isOver } from "../node-releases";
import { PAGES } from "../pages";
import { AS_OF, PROGRAMS } from "../releases";

export const terraformVersionCheck: DoctorCheck<MachineContext> = {
  id: "terraform",
  why: "It runs providers and reads what registries answer: faults in it are open to them.",
  page: PAGES.terraform,
  async run({ env, now }) {
    let found;
    try {
      found = await checkTerraform(env);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return problem(
        error.faults.join("; "),
        "Install it, or name another one in TERRAFORM_BINARY_NAME.",
      );
    }
    const { product, version } = found;
    const { maintained, rule, tried } = PROGRAMS[product];
    const [minor = ""] = /^\d+\.\d+/.exec(version) ?? [];
    const name = `${product} ${version}, tried with ${tried.join(" and ")}`;
    const known = Object.keys(maintained);
    const end = maintained[minor];
    if (Object.hasOwn(maintained, minor) && (!end || !isOver(end, now)))
      return ok(
        `${name}: ${minor} gets fixes ${end ? `until ${end}` : `(${rule})`}`,
      );
    if (compare(minor, known.at(-1) ?? "") > 0)
      return ok(`${name}: ${minor} is newer than what was known on ${AS_OF}`);
    return warning(
      `${name}: ${minor} gets no more fixes${end ? ` since ${end}` : ""}; ${rule}, on ${AS_OF} ${known.join(", ")}`,
      `Install ${product} ${known.at(-1)}, run npm start with it, then deploy with it.`,
    );
  },
};

/** Compares two minor versions of one major. */
function compare(a: string, b: string): number {
  return Number(a.split(".")[1]) - Number(b.split(".")[1]);
}
