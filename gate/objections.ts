import { weakened } from "../review/findings/all";
import type { Review } from "../review/review";
import { notReviewed } from "./access";
import { errorsOf, type Reviewed } from "./reviewed";

/**
 * Why plans must not be applied, one line for each reason: what they change of
 * who reaches what, or what is wrong with them, was not in the review that was
 * made before. Empty where all of it was.
 *
 * @param own the review of these plans, on the account as it is now
 * @param later names of the stacks that follow in the same deploy
 */
export function objections(
  reviewed: Pick<Reviewed, "change" | "errors">,
  own: Review,
  later: ReadonlySet<string>,
  now = new Date(),
): string[] {
  const access = notReviewed(reviewed.change, own.change, later, now);
  const known = new Set([...reviewed.errors, ...weakened(reviewed.change)]);
  return [
    ...access.map(
      (one) =>
        `${one.who} at ${one.url}: reviewed as "${one.reviewed}", and this deploy makes it "${one.deploy}"`,
    ),
    ...new Set(
      [...errorsOf(own), ...weakened(own.change)].filter(
        (one) => !known.has(one),
      ),
    ),
  ];
}

/** What to do about them. */
export const REVIEW_AGAIN =
  "Nothing of these plans was applied. Either the code does something else in a deploy than in a review, or the account has changed since: review again, and look at what is new.";
