import type { Review } from "./review";
import { toTable } from "./to-table";

/** Whether two reviews of one change find the same people gain and lose, and the same faults. */
export function isSameReview(one: Review, other: Review): boolean {
  return asText(one) === asText(other);
}

function asText(review: Review): string {
  return toTable(review, { fold: true });
}
