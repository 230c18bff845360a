import pc from "picocolors";
import { printable, printableJson } from "../base/printable";
import type { ProbeOutcome } from "./check";
import type { Result } from "./probe";

/** What was found, by the name of each stack. */
export type Findings = ReadonlyMap<string, readonly Result[]>;

/** Whether a promise is broken anywhere. */
export function isBroken(findings: Findings): boolean {
  return [...findings.values()]
    .flat()
    .some(({ finding }) => finding.status === "broken");
}

/** Why promises were not checked for want of what their user has, each once. */
export function missingFor(findings: Findings): readonly string[] {
  const reasons = [...findings.values()].flatMap((results) =>
    results.flatMap(({ finding }) =>
      finding.status === "not checked" && finding.missing ? finding.why : [],
    ),
  );
  return [...new Set(reasons)];
}

/** For people: a table for each service, then how many promises are what. */
export function toTable(findings: Findings): string {
  const services = [...findings].map(([name, results]) =>
    [pc.bold(printable(name)), ...results.map(row)].join("\n"),
  );
  return [...services, summary(findings)].join("\n\n");
}

/** For programs: each stack's checks with id, promise and finding. */
export function toJson(findings: Findings): string {
  const plain = [...findings].map(([name, results]) => [
    name,
    results.map(({ check: { id, promise }, finding }) => ({
      id,
      promise,
      ...finding,
      // Of use to the next look only.
      passing: undefined,
      lasting: undefined,
    })),
  ]);
  return printableJson(Object.fromEntries(plain));
}

const MARKS: Readonly<Record<ProbeOutcome["status"], string>> = {
  kept: pc.green("kept       "),
  broken: pc.red("BROKEN     "),
  "not checked": pc.yellow("not checked"),
};

function row({ check, finding }: Result): string {
  const line = (seen: string) =>
    `  ${MARKS[finding.status]}  ${printable(`${check.promise}: ${seen}`)}`;
  if (finding.status === "not checked") return line(finding.why);
  if (finding.status === "kept") return line(finding.seen);
  const indent = " ".repeat(15);
  return [
    line(finding.seen),
    `${indent}cause: ${printable(finding.cause)}`,
    `${indent}remedy: ${printable(finding.remedy)}`,
  ].join("\n");
}

function summary(findings: Findings): string {
  const all = [...findings.values()].flat();
  const count = (status: ProbeOutcome["status"]) =>
    all.filter(({ finding }) => finding.status === status).length;
  return `${count("kept")} kept, ${count("broken")} broken, ${count("not checked")} not checked`;
}
