import pc from "picocolors";
import { printable } from "../base/printable";
import type { Group } from "./group";
import { minute } from "./minute";
import type { LogSummary } from "./summarize";

const COLOURS: Readonly<Record<Group["result"], (text: string) => string>> = {
  allowed: pc.green,
  denied: pc.red,
  "logged out": pc.dim,
};

/** More than a screen or two nobody reads; `--json` has all. */
const MOST_ROWS = 50;
const MOST_LINES = 20;

const HEADINGS = [
  ...["result", "who", "login", "country", "times", "last (UTC)", "reason"],
];

/** For people: who came, what stands out, and what the log can't show. */
export function toText({
  groups,
  hostname,
  notes,
  since,
  standsOut,
}: LogSummary): string {
  const sum = (some: readonly Group[]) =>
    some.reduce((all, { times }) => all + times, 0);
  const count = (result: Group["result"]) =>
    sum(groups.filter((group) => group.result === result && !group.own));
  const own = sum(groups.filter((group) => group.own));
  return [
    pc.bold(
      `${hostname} since ${minute(since)} UTC: ${count("allowed")} allowed, ${count("denied")} denied${own > 0 ? `; ${own} more by npm run probe on this machine` : ""}`,
    ),
    ...(groups.length === 0
      ? []
      : [
          "",
          table(groups.slice(0, MOST_ROWS)),
          ...more(groups.length - MOST_ROWS),
        ]),
    ...(standsOut.length === 0
      ? []
      : [
          "",
          pc.bold("Unusual"),
          ...standsOut
            .slice(0, MOST_LINES)
            .map(({ text }) => `- ${printable(text)}`),
          ...more(standsOut.length - MOST_LINES),
        ]),
    "",
    ...notes.map((note) => pc.dim(printable(note))),
  ].join("\n");
}

function more(count: number): string[] {
  return count > 0 ? [pc.dim(`and ${count} more (see --json)`)] : [];
}

function table(groups: readonly Group[]): string {
  const rows = groups.map((group) =>
    [
      group.result,
      group.kind === "machine" ? `${group.who} (machine)` : group.who,
      group.kind === "machine" ? "token" : (group.login ?? ""),
      group.country,
      String(group.times),
      minute(group.last),
      group.reason,
    ].map(printable),
  );
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]!.length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        HEADINGS[column] === "times"
          ? cell.padStart(widths[column]!)
          : cell.padEnd(widths[column]!),
      )
      .join("  ")
      .trimEnd();
  return [
    pc.dim(line(HEADINGS)),
    ...rows.map((row, index) => {
      const { own, result } = groups[index]!;
      const colour = own ? pc.dim : COLOURS[result];
      return colour(result) + line(row).slice(result.length);
    }),
  ].join("\n");
}
