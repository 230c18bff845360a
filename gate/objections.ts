import type { Change, Plan } from "../review/change";
import { weakened } from "../review/findings/all";
import { mergePlans } from "../review/merge";
import type { Review } from "../review/review";
import { checkRules, type Violation } from "../rules/check";
import { asError } from "../rules/house-findings";
import { notReviewed } from "./access";
import { errorText, errorsOf, type Reviewed } from "./reviewed";

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
  const found = [...errorsOf(own), ...weakened(own.change)].filter(
    (one) => !known.has(one),
  );
  const waived =
    found.length > 0
      ? waivedAsAWhole(reviewed.change, own.change, later)
      : new Set<string>();
  return [
    ...access.map(
      (one) =>
        `${one.who} at ${one.url}: reviewed as "${one.reviewed}", and this deploy makes it "${one.deploy}"`,
    ),
    ...new Set(found.filter((one) => !waived.has(one))),
  ];
}

/**
 * What breaks a house rule only in a part of what was reviewed, once the rest
 * is applied, though it is waived in all of it together: a login method is new
 * in the stack that makes it, and then there for the next one that accepts it.
 */
function waivedAsAWhole(
  reviewed: Change,
  own: Change,
  later: ReadonlySet<string>,
): ReadonlySet<string> {
  const now = new Set(own.plans.map(({ stack }) => stack));
  const isNow = ({ stack }: Plan) => now.has(stack);
  const done = reviewed.plans.filter(
    (plan) => !isNow(plan) && !later.has(plan.stack),
  );
  if (done.length === 0) return new Set();
  const { after: then } = mergePlans(reviewed.before, done);
  const part = mergePlans(then, reviewed.plans.filter(isNow));
  const waived = new Set(checkRules(reviewed).waived.map(placeOf));
  return new Set(
    checkRules(part)
      .broken.filter((one) => waived.has(placeOf(one)))
      .map((one) => errorText(asError(one))),
  );
}

function placeOf({ about, rule }: Violation): string {
  return JSON.stringify([rule, about]);
}

/** What to do about them. */
export const REVIEW_AGAIN =
  "Nothing of these plans was applied. Either the code does something else in a deploy than in a review, or the account has changed since: review again, and look at what is new.";
