import type * as access from "../../access/model";
import { EXISTING_APPLICATION } from "../../base/existing-application";
import { quoted } from "../../base/quoted";
import { resourcesOf, type Policy } from "../change";
import type { Finding, Look } from "./finding";
import {
  approvals,
  demands,
  session,
  shorterSession,
  withDefault,
  type Lowered,
} from "./settings";
import { secondFactor } from "./ways-in";

type Listed = access.Application["policies"];

/**
 * What the policies of an application that is taken over, or given back, asked
 * of people and those in their place do not, or the other way round: a login of theirs goes by the
 * policy that lets them in, and not by the application's own settings.
 */
export const formerPolicies: Look = ({ change: { after, before, plans } }) =>
  resourcesOf(plans, "application")
    .filter(({ address }) => address.startsWith(`${EXISTING_APPLICATION}.`))
    .flatMap((one): Finding[] => {
      if (one.before === undefined || one.after === undefined) return [];
      const was = allowing(one.before.policies, before.access);
      const is = allowing(one.after.policies, after.access);
      const subject = one.after.name ?? one.before.name ?? one.address;
      const found = without(was, is).flatMap((former) =>
        without(is, was).flatMap((policy): Finding[] => {
          const [then, now] = [
            withDefault({
              session_duration:
                former.session_duration ?? one.before?.session_duration,
            }),
            withDefault({
              session_duration:
                policy.session_duration ?? one.after?.session_duration,
            }),
          ];
          return [
            ...[...session(then, now), ...demands(former, policy)].map(
              (lowered): Finding => ({
                ...lowered,
                severity: "warning",
                subject,
                remedy:
                  "make sure this is intended, or set it in main.ts: sessionDuration and policy",
              }),
            ),
            ...secondFactor(former, policy, subject),
            ...[...shorterSession(then, now), ...demanded(former, policy)].map(
              (raised): Finding => ({ ...raised, severity: "note", subject }),
            ),
          ];
        }),
      );
      return distinct(found);
    });

/** What a policy asks of people that a former one did not, or in other words. */
function demanded(former: Policy, policy: Policy): Lowered[] {
  const gains = (
    name: "isolation_required" | "purpose_justification_required",
  ) => policy[name] === true && former[name] !== true;
  const [was, is] = [approvals(former), approvals(policy)];
  const says = (isSo: boolean, text: string) =>
    isSo ? [{ id: "demand-gained", text }] : [];
  const [before, after] = [former, policy].map((one) =>
    one.purpose_justification_required === true
      ? one.purpose_justification_prompt || ""
      : undefined,
  );
  return [
    ...says(
      is > was,
      `sessions now need ${is} ${is === 1 ? "approval" : "approvals"} (was ${was})`,
    ),
    ...says(gains("isolation_required"), "browser isolation is now required"),
    ...says(
      gains("purpose_justification_required"),
      "people now have to give a reason for access",
    ),
    ...says(
      before !== undefined && after !== undefined && before !== after,
      `people are asked for their reason by ${quoted(after ?? "")} (was ${quoted(before ?? "")})`,
    ),
  ];
}

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

function distinct(found: readonly Finding[]): Finding[] {
  return found.filter(
    ({ text }, at) => found.findIndex((one) => one.text === text) === at,
  );
}
