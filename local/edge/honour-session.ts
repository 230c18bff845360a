import type { SettledDecision } from "../../access/decision";
import type { Presented } from "./sessions";

/**
 * What a person's session at an application makes of a decision. Policies look
 * at who someone is when they log in and not again: a policy that would refuse
 * them today does so when the session is over, or revoked.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/access-settings/session-management/#session-durations
 */
export function honourSession(
  decision: SettledDecision,
  session: Presented | undefined,
): SettledDecision {
  const { application, outcome } = decision;
  const refusesPerson = outcome === "identity_denied" || outcome === "login";
  if (session?.kind !== "person" || !refusesPerson) return decision;
  return {
    outcome: "pass",
    how: "identity",
    ...(application && { application }),
    reason: `a session of ${session.session.team.identity.email} is still good`,
    dependsOn: [],
  };
}
