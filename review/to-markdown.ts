import type { Severity } from "../base/severity";
import { code, table } from "./markdown";
import { nameOf, type Finding } from "./findings/finding";
import { grouped } from "./findings/grouped";
import { hasErrors, type Review } from "./review";
import { rowsOf, summaryOf, turnWord, WORDS, type Row } from "./rows";

const HEADINGS: Readonly<Record<Severity, string>> = {
  error: "Errors",
  warning: "Warnings",
  note: "Notes",
};

/** So many names are shown of those that are alike. */
const MOST_NAMES = 8;

/**
 * For a pull request's comment.
 *
 * @param all what stays as it is, too
 */
export function toMarkdown(review: Review, all = false): string {
  const { findings, matrix } = review;
  const rows = rowsOf(matrix, all);
  return [
    `## ${hasErrors(review) ? "Access review: failed" : "Access review"}`,
    summaryOf(matrix, findings),
    ...(["error", "warning"] as const).flatMap((severity) =>
      section(severity, findings),
    ),
    ...(rows.length > 0
      ? [
          "### Who can reach what",
          table(["Where", "Who", "Before", "After", "Why"], rows.map(cells)),
        ]
      : []),
    ...section("note", findings),
  ].join("\n\n");
}

function cells(row: Row): string[] {
  const { after, before, place, reason, subjects, turn } = row;
  const word = turnWord(row);
  const way = `${word ? `**${word}**: ` : ""}${emphasized(WORDS[after.outcome])}`;
  return [
    code(nameOf(place)),
    // Nobody new is summed up.
    namesOf(
      subjects.map(({ label }) => label),
      turn === "gains" || turn === "otherwise" ? Infinity : MOST_NAMES,
    ),
    WORDS[before.outcome],
    way,
    code(reason),
  ];
}

function namesOf(names: readonly string[], most = MOST_NAMES): string {
  const rest = names.length - most;
  return [
    ...names.slice(0, most).map(code),
    ...(rest > 0 ? [`${rest} more`] : []),
  ].join(", ");
}

function emphasized(word: string): string {
  return word === word.toUpperCase() ? `**${word}**` : word;
}

function section(
  severity: Finding["severity"],
  findings: readonly Finding[],
): string[] {
  const own = findings.filter((finding) => finding.severity === severity);
  if (own.length === 0) return [];
  const lines = grouped(own).map(
    ({ remedy, subjects, text }) =>
      `- ${namesOf(subjects)}: ${code(text)}${remedy ? `  \n  _What to do:_ ${code(remedy)}` : ""}`,
  );
  return [`### ${HEADINGS[severity]}`, lines.join("\n")];
}
