import type * as access from "../../access/model";
import { EXISTING_APPLICATION } from "../../base/existing-application";
import { resourcesOf, type Policy } from "../change";
import type { Finding, Look } from "./finding";
import { demands, session, withDefault, type Lowered } from "./settings";

type Listed = access.Application["policies"];

/**
 * What the policies of an application that is taken over, or given back, asked
 * of people and those in their place do not: a login of theirs goes by the
 * policy that lets them in, and not by the application's own settings.
 */
export const formerPolicies: Look = ({ change: { after, before, plans } }) =>
  resourcesOf(plans, "application")
    .filter(({ address }) => address.startsWith(`${EXISTING_APPLICATION}.`))
    .flatMap((one): Finding[] => {
      if (one.before === undefined || one.after === undefined) return [];
      const was = allowing(one.before.policies, before.access);
      const is = allowing(one.after.policies, after.access);
      const lowered = without(was, is).flatMap((former) =>
        without(is, was).flatMap((policy) => [
          ...session(
            withDefault({
              session_duration:
                former.session_duration ?? one.before?.session_duration,
            }),
            withDefault({
              session_duration:
                policy.session_duration ?? one.after?.session_duration,
            }),
          ),
          ...demands(former, policy),
        ]),
      );
      return distinct(lowered).map((found) => ({
        ...found,
        severity: "warning",
        subject: one.after?.name ?? one.before?.name ?? one.address,
        remedy:
          "make sure this is intended, or set it in main.ts: sessionDuration and policy",
      }));
    });

/** Those that let people in by a login, each with all that the account or a plan says of it. */
function allowing(
  listed: Listed,
  { policies = [] }: access.AccessAccount,
): readonly Policy[] {
  return (listed ?? [])
    .flatMap((one): readonly Policy[] => {
      const given = typeof one === "string" ? { id: one } : one;
      return [policies?.find(({ id }) => id === given.id) ?? given];
    })
    .filter(({ decision }) => decision === "allow");
}

/** Those of one list that the other has not. */
function without(some: readonly Policy[], others: readonly Policy[]) {
  return some.filter(({ id }) => others.every((other) => other.id !== id));
}

function distinct(lowered: readonly Lowered[]): Lowered[] {
  return lowered.filter(
    ({ text }, at) => lowered.findIndex((one) => one.text === text) === at,
  );
}
