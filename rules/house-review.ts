import type { Change } from "../review/change";
import { reviewOf, type Review } from "../review/review";
import { houseFindings } from "./house-findings";

/**
 * The review of a change by everything there is, house rules among it.
 *
 * @param env for the place that the settings name for secrets
 */
export function houseReview(change: Change, env: NodeJS.ProcessEnv): Review {
  const secretStore = env["ACCESS_GOOGLE_PROJECT"]?.trim();
  return reviewOf(change, {
    further: (matrix) =>
      houseFindings(change, { matrix, ...(secretStore && { secretStore }) }),
  });
}
