import { guestsIn, isOver } from "../contract/guests";
import type { Group, Rule } from "../access/model";
import type { Change, Plan } from "./change";
import { resourcesOf } from "./change";
import type { Finding } from "./findings/finding";

/** Guests that a change brings in or moves, and those whose day is over. */
export function guestFindings(
  { after: account, plans }: Change,
  now: Date,
): Finding[] {
  return plans.flatMap((plan) => {
    const before = guestsIn(plan.outputsBefore ?? {});
    return guestsIn(plan.outputs).flatMap((guest): Finding[] => {
      const { email, said } = guest;
      const subject = `${plan.stack}: ${email}`;
      const { after, before: named } = namedIn(plan, email);
      if (isOver(guest, now))
        return named && !after
          ? [
              {
                id: "guest-over",
                severity: "note",
                subject,
                text: `a guest until ${said}: this deploy removes them`,
                remedy: `end their sessions once it is deployed: npm run revoke -- ${plan.stack} --person ${email}`,
              },
            ]
          : [];
      const groups = groupsOf(plan, email, account.access.groups ?? []);
      if (groups.length > 0)
        return [
          {
            id: "guest",
            severity: "warning",
            subject,
            text: `a guest until ${said}, but still allowed after that as a member of ${groups.join(", ")}`,
            remedy: "remove them from the group or from guests",
          },
        ];
      const known = before.find((one) => one.email === email);
      if (known?.ends.getTime() === guest.ends.getTime() && named) return [];
      return [
        {
          id: "guest",
          severity: "note",
          subject,
          text: `a guest until ${said}${known && known.said !== said ? `, before until ${known.said}` : ""}`,
        },
      ];
    });
  });
}

/** Names of the groups by which somebody gets in who is named as a guest as well. */
function groupsOf(
  plan: Plan,
  email: string,
  groups: readonly Group[],
): string[] {
  const admitting = resourcesOf([plan], "policy").flatMap(({ after }) =>
    after?.decision === "allow" &&
    after.include?.some((rule) => names(rule, email))
      ? after.include
      : [],
  );
  return admitting.flatMap(({ group }) => {
    const id = (group as { id?: unknown } | undefined)?.id;
    const one = groups.find((other) => other.id === id);
    return one && isMember(one, email, groups) ? [one.name ?? String(id)] : [];
  });
}

/** Whether somebody is in a group for certain, whatever else they are. */
function isMember(
  { exclude, include, require }: Group,
  email: string,
  groups: readonly Group[],
  seen: readonly Group[] = [],
): boolean {
  const fits = (rule: Rule): boolean => {
    const domain = (rule["email_domain"] as { domain?: unknown } | undefined)
      ?.domain;
    const id = (rule["group"] as { id?: unknown } | undefined)?.id;
    return (
      names(rule, email) ||
      email.endsWith(`@${String(domain).toLowerCase()}`) ||
      groups.some(
        (group) =>
          group.id === id &&
          !seen.includes(group) &&
          isMember(group, email, groups, [...seen, group]),
      )
    );
  };
  return (
    !exclude?.length &&
    (require ?? []).every(fits) &&
    (include ?? []).some(fits)
  );
}

function names(rule: Rule, address: string): boolean {
  const { email } = (rule["email"] ?? {}) as { email?: unknown };
  return String(email).toLowerCase() === address;
}

/** Whether the policies of a stack name an address, before and after. */
function namedIn(plan: Plan, email: string) {
  const policies = resourcesOf([plan], "policy");
  const isNamed = (side: "before" | "after") =>
    policies.some((policy) =>
      policy[side]?.include?.some((rule) => names(rule, email)),
    );
  return { before: isNamed("before"), after: isNamed("after") };
}
