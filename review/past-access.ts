import type { AccessAccount, Application, Policy } from "../access/model";
import type { Cell } from "./matrix";
import { reaches } from "./verdict";

/**
 * The Bypass that lets a request past Access, so that it has no JWT, where the
 * tunnel's rule refuses it for that. Undefined where there is none.
 *
 * @param account has the policies that applications name by id
 */
export function refusingBypass(
  { after }: Pick<Cell, "after">,
  account: Pick<AccessAccount, "policies"> = {},
): Policy | undefined {
  return after.outcome === "refused"
    ? policiesOf(after.application, account).find(
        ({ decision, id, name }) =>
          decision === "bypass" && (name ?? id) === after.policy,
      )
    : undefined;
}

/** The same for a service token that gets in today, and has a policy of its own in the application. */
export function cuttingBypass(
  { after, before, subject }: Cell,
  account: Pick<AccessAccount, "policies"> = {},
): Policy | undefined {
  return subject.kind === "token" &&
    reaches(before) &&
    policiesOf(after.application, account).some(
      ({ decision, include }) =>
        decision === "non_identity" &&
        include?.some(
          ({ service_token: token }) =>
            token && Reflect.get(token, "token_id") === subject.tokenId,
        ),
    )
    ? refusingBypass({ after }, account)
    : undefined;
}

function policiesOf(
  application: Application | undefined,
  { policies: all }: Pick<AccessAccount, "policies">,
): Policy[] {
  return (application?.policies ?? []).flatMap((one) => {
    const given: Policy = typeof one === "string" ? { id: one } : one;
    return given.decision
      ? given
      : (all?.find(({ id }) => id === given.id) ?? []);
  });
}
