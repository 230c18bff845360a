import { checkTerraform } from "../../deployment/terraform";
import { UsageError } from "../../base/usage-error";
import { type DoctorCheck, ok, problem } from "../check";
import type { MachineContext } from "../context";
import { PAGES } from "../pages";
import { PROGRAMS } from "../releases";

export const terraformCheck: DoctorCheck<MachineContext> = {
  id: "terraform",
  why: "cdktf deploys with it.",
  page: PAGES.terraform,
  async run({ env }) {
    try {
      const { product, version } = await checkTerraform(env);
      const { tried } = PROGRAMS[product];
      return ok(
        `${product} ${version}${tried.includes(version) ? "" : `; tried with ${tried.join(" and ")}`}`,
      );
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return problem(
        error.faults.join("; "),
        "Install it, or name another one in TERRAFORM_BINARY_NAME.",
      );
    }
  },
};
