import type { Cell } from "./matrix";
import type { Review } from "./review";
import { arrivalOf, reaches } from "./verdict";

/** Whether a change lets anybody reach what they did not before. */
export interface NewAccess {
  readonly answer: "no" | "yes" | "undecided";
  readonly gained: readonly Cell[];
  /** What can't be told, each in a sentence. */
  readonly undecided: readonly string[];
}

/**
 * Findings of what was not understood, or lets somebody in in a way that no
 * request shows. A waiver lets them pass a review and answers nothing.
 */
const UNDECIDED: ReadonlySet<string> = new Set([
  ...["unread-change", "path-undecided", "promise-undecided"],
  ...["hosts-undecided", "open-meanwhile", "login-method-trust"],
  ...["approvers-changed", "dotted-host"],
]);

/** Answers for every request to the account; a session that goes on is no new access. */
export function newAccess({ findings, matrix }: Review): NewAccess {
  const gained = matrix.cells.filter(isNew);
  const undecided = [
    ...matrix.cells
      .filter(
        ({ after, turn }) => turn !== "same" && after.outcome === "depends",
      )
      .map(
        ({ after, place, subject }) =>
          `${subject.label} at ${place.host}${place.path}: ${after.reason}`,
      ),
    ...findings
      .filter(({ id }) => UNDECIDED.has(id))
      .map(({ subject, text }) => `${subject}: ${text}`),
  ];
  const answer =
    gained.length > 0 ? "yes" : undecided.length > 0 ? "undecided" : "no";
  return { answer, gained, undecided };
}

/** Comes to a service now that did not, or to another. */
function isNew({ after, before, turn }: Cell): boolean {
  if (turn === "same" || !reaches(after)) return false;
  return !reaches(before) || arrivalOf(before) !== arrivalOf(after);
}
