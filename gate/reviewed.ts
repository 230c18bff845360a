import { readFileSync } from "node:fs";
import { z } from "zod/mini";
import { writeWhole } from "../base/write-whole";
import type { Change } from "../review/change";
import type { Finding } from "../review/findings/finding";
import { hasErrors, type Review } from "../review/review";
import { UsageError } from "../base/usage-error";
import { twoFaced } from "./two-faced";
import { comparable, differences, type Code } from "./code";

/** What a review has found, kept for the deploy that follows it. It holds no secret. */
export interface Reviewed {
  readonly version: typeof VERSION;
  readonly accountId: string;
  /** When it was made, in ISO 8601. */
  readonly at: string;
  /** Whether something becomes public or a house rule is broken. */
  readonly failed: boolean;
  /** Of each stack, without what may differ in a deploy. */
  readonly code: Code;
  readonly change: Change;
  /** What fails it, each as one text that a deploy can compare. */
  readonly errors: readonly string[];
}

const VERSION = 1;

const FORM = z.looseObject({
  version: z.literal(VERSION),
  accountId: z.string(),
  at: z.string(),
  failed: z.boolean(),
  code: z.record(z.string(), z.unknown()),
  change: z.looseObject({
    before: z.looseObject({}),
    after: z.looseObject({}),
    plans: z.array(z.looseObject({})),
  }),
  errors: z.array(z.string()),
});

/** @param code what was synthesized for it */
export function reviewedOf(
  review: Review,
  code: Code,
  accountId: string,
  now = new Date(),
): Reviewed {
  return {
    version: VERSION,
    accountId,
    at: now.toISOString(),
    failed: hasErrors(review),
    code: Object.fromEntries(
      Object.entries(code).map(([stack, one]) => [stack, comparable(one)]),
    ),
    change: review.change,
    errors: errorsOf(review),
  };
}

/** What fails a review, each as one text. */
export function errorsOf({ findings }: Review): string[] {
  return findings.filter(({ severity }) => severity === "error").map(errorText);
}

/** A finding as one text that a deploy can compare. */
export function errorText({ id, subject, text }: Finding): string {
  return `${id} ${subject}: ${text}`;
}

/** Keeps it in a file that is its owner's only: it names hosts and people. */
export function writeReviewed(file: string, reviewed: Reviewed): void {
  writeWhole(file, JSON.stringify(reviewed), { mode: 0o600 });
}

/** @throws UsageError where the file is none of ours */
export function readReviewed(file: string): Reviewed {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError("--reviewed", [
      `${file} can't be read (${(error as NodeJS.ErrnoException).code}): give the file that "npm run review -- --save FILE" wrote`,
    ]);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  if (!FORM.safeParse(json).success)
    throw new UsageError("--reviewed", [
      `${file} is no saved review of this version: give the file that "npm run review -- --save FILE" wrote`,
    ]);
  return json as Reviewed;
}

/**
 * Checks that what is to be deployed is what was reviewed.
 *
 * @param code what was synthesized for the deploy
 * @throws UsageError naming each difference
 */
export function checkReviewed(
  reviewed: Reviewed,
  code: Code,
  accountId: string,
): void {
  const faults = [
    ...(reviewed.accountId === accountId
      ? []
      : [
          `it is a review of the account ${reviewed.accountId}, and the settings name ${accountId}`,
        ]),
    ...(reviewed.failed
      ? ["the review has failed: fix or waive what it found, and review again"]
      : []),
    ...differences(reviewed.code, code).map(
      (one) =>
        `${one}: the code is not as it was reviewed. Review again; if it differs again, it does something else in a deploy than in a review`,
    ),
    ...Object.entries(code).flatMap(([stack, one]) =>
      twoFaced(one).map((fault) => `${stack}: ${fault}`),
    ),
  ];
  if (faults.length > 0) throw new UsageError("--reviewed", faults);
}
