import type { Change } from "./change";
import { findingsOf } from "./findings/all";
import type { Finding } from "./findings/finding";
import { matrixOf, type Matrix } from "./matrix";
import { guestFindings } from "./guests";
import { promiseFindings } from "./promises";

/** All there is to say of a change before it is deployed. */
export interface Review {
  readonly change: Change;
  readonly matrix: Matrix;
  /** The worst first. */
  readonly findings: readonly Finding[];
}

export interface ReviewOptions {
  /** For the expiry of tokens. @default - the present time */
  readonly now?: Date;
  /** Finds what else there is, by who reaches what. @default - nothing */
  readonly further?: (matrix: Matrix) => readonly Finding[];
}

/** Asks who reaches what before and after a change, and what else matters about it. */
export function reviewOf(
  change: Change,
  { further = () => [], now = new Date() }: ReviewOptions = {},
): Review {
  const matrix = matrixOf(change, now);
  const more = [
    ...further(matrix),
    ...promiseFindings(change, matrix, now),
    ...guestFindings(change, now),
  ];
  return { change, matrix, findings: findingsOf({ change, matrix }, more) };
}

/** Whether something becomes public, or a house rule is broken. */
export function hasErrors({ findings }: Review): boolean {
  return findings.some(({ severity }) => severity === "error");
}
