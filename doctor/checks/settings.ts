import { UsageError } from "../../base/usage-error";
import { checkDeploySettings } from "../../settings";
import { type DoctorCheck, ok, problem } from "../check";
import type { MachineContext } from "../context";
import { PAGES } from "../pages";

export const settingsCheck: DoctorCheck<MachineContext> = {
  id: "settings",
  why: "They name the account, zone, tunnel and login method that a deploy works on.",
  page: PAGES.apiTokens,
  async run({ env }) {
    try {
      checkDeploySettings(env);
      return ok("all settings are there and well formed");
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      const { faults } = error;
      return problem(
        faults.join("\n"),
        "Fix them in .env; .env.example describes each.",
      );
    }
  },
};
