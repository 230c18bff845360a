import pc from "picocolors";
import { printableLines } from "../base/printable";
import type { DoctorFinding, Status } from "./check";

const COLOURS: Readonly<Record<Status, (text: string) => string>> = {
  ok: pc.green,
  warning: pc.yellow,
  problem: pc.red,
  "not checked": pc.dim,
};
const STATUS_WIDTH = "not checked".length;

/** The findings as a table, and under what is amiss why it matters and what to do. */
export function printFindings(findings: readonly DoctorFinding[]): string {
  const shown = folded(findings);
  const width = Math.max(...shown.map(({ id }) => id.length));
  const indent = " ".repeat(STATUS_WIDTH + width + 4);
  const lines = shown.flatMap((finding) => {
    const { about, id, page, status, todo, what, why } = finding;
    const text = about === undefined ? what : `${about}: ${what}`;
    const [first = "", ...rest] = printableLines(text).split("\n");
    return [
      `${COLOURS[status](status.padEnd(STATUS_WIDTH))}  ${id.padEnd(width)}  ${first}`,
      ...rest.map((line) => indent + line),
      ...(todo === undefined
        ? []
        : [
            `${indent}${pc.bold("Why:")} ${why}`,
            `${indent}${pc.bold("Do:")}  ${printableLines(todo).replaceAll("\n", `\n${indent}     `)}`,
            `${indent}${pc.bold("At:")}  ${page}`,
          ]),
    ];
  });
  return [...lines, "", summary(findings)].join("\n");
}

/** With one line for what follows each other and is not checked for one reason. */
function folded(findings: readonly DoctorFinding[]): DoctorFinding[] {
  const runs: DoctorFinding[][] = [];
  for (const finding of findings) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (
      last?.status === "not checked" &&
      last.status === finding.status &&
      last.what === finding.what &&
      last.about === finding.about
    )
      run?.push(finding);
    else runs.push([finding]);
  }
  return runs.flatMap((run) => {
    const [first] = run;
    return first && run.length > 2
      ? [
          {
            ...first,
            id: `${run.length} checks`,
            what: `${first.what}: ${run.map(({ id }) => id).join(", ")}`,
          },
        ]
      : run;
  });
}

function summary(findings: readonly DoctorFinding[]): string {
  const count = (status: Status, noun?: string) => {
    const { length } = findings.filter((finding) => finding.status === status);
    return noun ? `${length} ${noun}${length === 1 ? "" : "s"}` : length;
  };
  return `${count("problem", "problem")}, ${count("warning", "warning")}, ${count("not checked")} not checked, ${count("ok")} in order.`;
}
