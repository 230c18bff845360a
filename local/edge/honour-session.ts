import type { SettledDecision } from "../../access/decision";
import type { AccessRequest } from "../../access/request";
import type { Account } from "../account";
import { decideFor } from "./decide";
import type { Presented } from "./sessions";

/**
 * What a person's session at an application makes of a decision. Policies look
 * at who someone is when they log in and not again: a policy that would refuse
 * them today does so when the session is over, or revoked. At addresses they
 * look with each request, so that a refusal which another address could have
 * changed stands.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/policies/#selectors
 */
export function honourSession(
  decision: SettledDecision,
  request: AccessRequest,
  account: Account,
  session: Presented | undefined,
): SettledDecision {
  if (session?.kind !== "person" || !refusesPerson(decision)) return decision;
  const fromAnywhere = decideFor(account, {
    ...request,
    ip: undefined,
    country: undefined,
  });
  if (!refusesPerson(fromAnywhere)) return decision;
  const { application } = decision;
  return {
    outcome: "pass",
    how: "identity",
    ...(application && { application }),
    reason: `a session of ${session.session.team.identity.email} is still good`,
    dependsOn: [],
  };
}

function refusesPerson({ outcome }: SettledDecision): boolean {
  return outcome === "identity_denied" || outcome === "login";
}
