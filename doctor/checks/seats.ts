import { type DoctorCheck, ok, warning } from "../check";
import type { AccountContext } from "../context";
import { PAGES } from "../pages";

/** Of the Free plan. @see https://www.cloudflare.com/plans/zero-trust-services/ */
const FREE_SEATS = 50;
/** Time to act before the next person is turned away. */
const NEARLY = 45;

/** Which plan an account has is not told to a token with a deploy's permissions. */
export const seatsCheck: DoctorCheck<AccountContext> = {
  id: "seats",
  why: "Each person who logs in takes a seat of the plan; with none free, the next one is turned away.",
  page: PAGES.seats,
  async run({ account }) {
    const users = await account.users();
    const seats = users.filter(({ access_seat }) => access_seat).length;
    const what = `${seats} seats taken; Free includes ${FREE_SEATS}; your plan's limit is not checked`;
    return seats >= NEARLY
      ? warning(
          what,
          "Compare with your plan: remove people who left, or buy seats.",
        )
      : ok(what);
  },
};
