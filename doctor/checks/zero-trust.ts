import { type DoctorCheck, ok, problem } from "../check";
import type { AccountContext } from "../context";
import { PAGES } from "../pages";

export const zeroTrustCheck: DoctorCheck<AccountContext> = {
  id: "zero-trust",
  why: "Access exists in an account only after someone chose a team name and a plan; Terraform can't.",
  page: PAGES.zeroTrust,
  async run({ account }) {
    const organization = await account.organization();
    if (!organization)
      return problem(
        "Zero Trust was never switched on in this account",
        "Open the page, choose a team name and a plan (Free will do).",
      );
    return ok(`switched on, team domain ${organization.auth_domain}`);
  },
};
