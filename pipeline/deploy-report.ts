import { printable } from "../base/printable";
import type { StackOutcome } from "../gate/deploy-stacks";
import { REVIEW_AGAIN } from "../gate/objections";
import type { Findings } from "../probe/report";
import { code, codeBlock, table } from "../review/markdown";

export interface Outcome {
  readonly name: string;
  readonly outcome: StackOutcome["outcome"];
  /** Why it failed, or was left out. */
  readonly why?: string;
}

/**
 * What became of each stack, of its promises, and why.
 *
 * @param refused what plans would have done, for which they were not applied
 * @param reviewed whether they were held against a review that was made before
 */
export function deployReport(
  outcomes: readonly Outcome[],
  findings: Findings,
  refused: readonly string[] = [],
  reviewed = false,
): string {
  const failures = outcomes.filter(({ outcome }) => outcome === "failed");
  return [
    "## Deploy",
    table(
      ["stack", "outcome", "promises"],
      outcomes.map(({ name, outcome, why }) => [
        code(name),
        outcome === "left out" ? `left out: ${code(why ?? "")}` : outcome,
        promises(findings.get(name)),
      ]),
    ),
    ...(refused.length > 0
      ? [
          "### Refused",
          codeBlock(refused.map(printable).join("\n")),
          reviewed
            ? REVIEW_AGAIN
            : "The deploy's own review finds this wrong: fix it, or waive it in the code.",
        ]
      : []),
    ...failures.map(
      ({ name, why = "" }) => `### ${code(name)}\n\n${codeBlock(why)}`,
    ),
    ...[...findings].flatMap(([name, results]) => broken(name, results)),
  ].join("\n\n");
}

/** What deployed services promise, and what of it is broken, and why. */
export function promisesReport(findings: Findings): string {
  return [
    "## Promises",
    findings.size === 0
      ? "No service is deployed."
      : table(
          ["stack", "promises"],
          [...findings].map(([name, results]) => [
            code(name),
            promises(results),
          ]),
        ),
    ...[...findings].flatMap(([name, results]) => broken(name, results)),
  ].join("\n\n");
}

type Results = NonNullable<ReturnType<Findings["get"]>>;

function promises(results: Results = []): string {
  const counts = new Map<string, number>();
  for (const { finding } of results)
    counts.set(finding.status, (counts.get(finding.status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} ${status}`).join(", ");
}

function broken(name: string, results: Results): string[] {
  const rows = results.flatMap(({ check, finding }) =>
    finding.status === "broken"
      ? [[check.promise, finding.seen, finding.cause, finding.remedy].map(code)]
      : [],
  );
  return rows.length > 0
    ? [
        `### Broken promises of ${code(name)}`,
        table(["promise", "seen", "cause", "remedy"], rows),
      ]
    : [];
}
