import { type DoctorCheck, problem, type Seen } from "../check";
import type { AccountContext } from "../context";
import type { Plans } from "../planned";

/** Says nothing where every state can be read. */
export const stateVersionsCheck: DoctorCheck<AccountContext> = {
  id: "state-versions",
  why: "Of Cloudflare's provider an older version refuses the state that a newer one wrote, even for a destroy.",
  page: "docs/state.md",
  run: async ({ plans }) => statesSeen(plans),
};

/** The states that a deploy or destroy can't read. */
export function statesSeen(plans: Pick<Plans, "newerStates"> = {}): Seen[] {
  return (plans.newerStates ?? []).map(({ from, stack, to }) =>
    problem(
      `its state was written by Cloudflare's provider ${from}, and the code names ${to}: a deploy or destroy would be refused`,
      `Set CLOUDFLARE_PROVIDER_VERSION=${from}; or go back, where nothing was applied since: npm run restore-state -- ${stack}.`,
      stack,
    ),
  );
}
