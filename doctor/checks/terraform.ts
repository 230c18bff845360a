import { checkTerraform } from "../../deployment/terraform";
import { UsageError } from "../../settings";
import { type Check, ok, problem } from "../check";
import type { MachineContext } from "../context";
import { PAGES } from "../pages";

export const terraformCheck: Check<MachineContext> = {
  id: "terraform",
  why: "cdktf deploys with it.",
  page: PAGES.terraform,
  async run({ env }) {
    try {
      return ok(`Terraform ${await checkTerraform(env)}`);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return problem(
        error.faults.join("; "),
        "Install it, or name another one in TERRAFORM_BINARY_NAME.",
      );
    }
  },
};
