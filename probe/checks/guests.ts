import { stillAdmitted } from "../../account/still-admitted";
import { isOver } from "../../contract/guests";
import {
  broken,
  kept,
  NO_ACCOUNT,
  notChecked,
  type ProbeCheck,
} from "../check";
import type { Deployed } from "../world";

/** That guests are out once their day is over; no check where there are none. */
export function guestChecks({ guests = [] }: Deployed): readonly ProbeCheck[] {
  if (guests.length === 0) return [];
  const check: ProbeCheck = {
    id: "guests",
    promise: "Guests are out once their day is over",
    lasting: true,
    async run({ hostname, name }, { account }) {
      if (!account) return notChecked(NO_ACCOUNT);
      const now = new Date();
      const over = guests.filter((guest) => isOver(guest, now));
      const inside = stillAdmitted(
        await account.applications(),
        hostname,
        over.map(({ email }) => email),
      );
      const overdue = over.filter(({ email }) => inside.includes(email));
      if (overdue.length > 0)
        return broken(
          overdue
            .map(
              ({ email, said }) => `${email} is admitted still, until ${said}`,
            )
            .join("; "),
          "nothing was deployed since their day was over",
          `npm run deploy -- ${name}, then for each: npm run revoke -- ${name} --person ADDRESS`,
        );
      const here = guests.filter((guest) => !isOver(guest, now));
      return kept(
        here.length === 0
          ? "all days are over, and no policy names them"
          : here.map(({ email, said }) => `${email} until ${said}`).join("; "),
      );
    },
  };
  return [check];
}
