import { guestsIn, isOver } from "../contract/guests";
import type { Change, Plan } from "./change";
import { resourcesOf } from "./change";
import type { Finding } from "./findings/finding";

/** Guests that a change brings in or moves, and those whose day is over. */
export function guestFindings({ plans }: Change, now: Date): Finding[] {
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
                text: `a guest until ${said}: this deploy takes them out`,
                remedy: `end their sessions once it is deployed: npm run revoke -- ${plan.stack} --person ${email}`,
              },
            ]
          : [];
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

/** Whether the policies of a stack name an address, before and after. */
function namedIn(plan: Plan, email: string) {
  const policies = resourcesOf([plan], "policy");
  const names = (side: "before" | "after") =>
    policies.some((policy) =>
      policy[side]?.include?.some(
        (rule) =>
          (rule["email"] as { email?: unknown } | undefined)?.email === email,
      ),
    );
  return { before: names("before"), after: names("after") };
}
