import type { Severity } from "../base/severity";
import pc from "picocolors";
import { printable } from "../base/printable";
import { listOf, nameOf } from "./findings/finding";
import { grouped, type FindingGroup } from "./findings/grouped";
import type { Verdict } from "./verdict";
import type { Turn } from "./matrix";
import type { Review } from "./review";
import { rowsOf, summaryOf, turnWord, WORDS, type Row } from "./rows";

export interface TableOptions {
  /** What stays as it is, too. @default false */
  readonly all?: boolean;
  /** Gives what the change has no part in by its number alone. @default false */
  readonly fold?: boolean;
  /** Characters in a line. @default 100 */
  readonly width?: number;
}

/** For people at a terminal: who gains and loses what, then what else matters. */
export function toTable(review: Review, options: TableOptions = {}): string {
  const { all = false, fold = false } = options;
  // Some terminals say 0.
  const width = options.width || 100;
  const rows = rowsOf(review.matrix, all);
  const places = [...new Set(rows.map(({ place }) => place))];
  const blocks = places.map((place) =>
    [
      pc.bold(printable(nameOf(place))),
      ...rows
        .filter((row) => row.place === place)
        .flatMap((row) => printRow(row, width, all)),
    ].join("\n"),
  );
  const folded = fold
    ? review.findings.filter(({ untouched }) => untouched)
    : [];
  const shown = review.findings.filter((one) => !folded.includes(one));
  const findings = [
    ...grouped(shown).map((group) => print(group, width)),
    ...(folded.length > 0 ? [foldedLine(folded.length, width)] : []),
  ];
  return [
    ...blocks,
    ...(findings.length > 0 ? [findings.join("\n")] : []),
    // The folded ones are one line of the list, and count as one.
    summaryOf(review.matrix, [...shown, ...folded.slice(0, 1)]),
  ].join("\n\n");
}

const COLORS: Readonly<Record<Turn, (text: string) => string>> = {
  gains: pc.green,
  loses: pc.red,
  otherwise: pc.yellow,
  same: pc.dim,
};

/** `  gains    no -> by login   ann@example.com` and below it why, where a line is too short. */
function printRow(row: Row, width: number, all: boolean): string[] {
  const turn = COLORS[row.turn](turnWord(row).padEnd(7));
  const way = `${WORDS[row.before.outcome]} -> ${WORDS[row.after.outcome]}`;
  // Nobody new is summed up.
  const isNew = row.turn === "gains" || row.turn === "otherwise";
  const who = listOf(
    row.subjects.map(({ label }) => label),
    all || isNew ? Infinity : undefined,
  );
  const indent = 11;
  const head = `  ${turn}  ${emphasized(row.after, way.padEnd(22))} `;
  const [first = "", ...rest] = wrap(`${who}: ${row.reason}`, width - 34);
  return [head + first, ...rest.map((line) => " ".repeat(indent + 23) + line)];
}

function emphasized({ outcome }: Verdict, text: string): string {
  return outcome === "public" ? pc.bold(pc.red(text)) : text;
}

const MARKS: Readonly<Record<Severity, string>> = {
  error: pc.bold(pc.red("error    ")),
  warning: pc.yellow("warning  "),
  note: pc.dim("note     "),
};

/** What a finding is about: its text speaks of one. */
function subjectOf(subjects: readonly string[]): string {
  return `${subjects.length > 1 ? "each of " : ""}${listOf(subjects)}`;
}

function print(group: FindingGroup, width: number): string {
  const { remedy, severity, subjects, text } = group;
  const lines = [
    ...wrap(`${subjectOf(subjects)}: ${text}`, width - 11),
    ...(remedy ? wrap(`what to do: ${remedy}`, width - 11) : []),
  ];
  return lines
    .map((line, index) =>
      index === 0 ? `  ${MARKS[severity]}${line}` : `           ${line}`,
    )
    .join("\n");
}

/** What was open before and is not of this change, where all else is of it. */
function foldedLine(count: number, width: number): string {
  const what =
    count === 1
      ? "1 place outside this change is"
      : `${count} places outside this change are`;
  return wrap(
    `${what} open to everyone without a login, as before: npm run review lists ${count === 1 ? "it" : "them"}`,
    width - 11,
  )
    .map((line, at) => `  ${at === 0 ? MARKS.warning : " ".repeat(9)}${line}`)
    .join("\n");
}

/** A text in lines of at most so many characters, cut between words. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of printable(text).split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > Math.max(width, 20)) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
