import { printableJson } from "../base/printable";
import { newAccess } from "./new-access";
import type { Verdict } from "./verdict";
import { hasErrors, type Review } from "./review";
import { countsOf } from "./rows";

/**
 * For programs: every subject at every place with what comes of it before and
 * after, and all findings.
 *
 * @param all what stays as it is, too
 */
export function toJson(review: Review, all = false): string {
  const { findings, matrix } = review;
  return printableJson({
    failed: hasErrors(review),
    counts: countsOf(matrix),
    newAccess: newAccess(review).answer,
    access: matrix.cells
      .filter(({ turn }) => all || turn !== "same")
      .map(({ after, before, place, subject, turn }) => ({
        host: place.host,
        path: place.path,
        example: `https://${place.request.host}${place.request.path}`,
        subject: { id: subject.id, label: subject.label },
        turn,
        before: plain(before),
        after: plain(after),
      })),
    findings,
  });
}

function plain(verdict: Verdict) {
  const { application, outcome, policy, reason, rule, server, tunnel } =
    verdict;
  return {
    outcome,
    reason,
    policy,
    application: application?.name ?? undefined,
    service: rule?.service ?? undefined,
    tunnel,
    server,
    sessionSeconds: verdict.sessionSeconds,
  };
}
