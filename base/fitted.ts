import { stripVTControlCharacters } from "node:util";

/** Narrower than this, text goes on below its label and not beside it. */
const NARROWEST = 36;

/**
 * Rows of a table in lines of at most so many characters, cut between words:
 * what does not fit goes on below the row's last column.
 *
 * @param width of the terminal @default - the lines stay as they are
 */
export function fitted(rows: string, width?: number): string {
  // Some terminals say 0.
  if (!width) return rows;
  return rows
    .split("\n")
    .map((row) => fit(row, width))
    .join("\n");
}

function fit(row: string, width: number): string {
  const plain = stripVTControlCharacters(row);
  if (plain.length <= width) return row;
  const [label = ""] = /^(?:.*\S {2,}| *(?:\w+: )?)/.exec(plain) ?? [];
  const column = label.length;
  const indent = " ".repeat(column + NARROWEST > width ? 4 : column);
  const lines: string[] = [];
  let line = "";
  for (const [at, word] of row.split(" ").entries()) {
    const next = at === 0 ? word : `${line} ${word}`;
    const begun = lines.length === 0 ? column : indent.length;
    if (lengthOf(next) <= width || lengthOf(line) < begun + 1) line = next;
    else {
      lines.push(line);
      line = indent + word;
    }
  }
  return [...lines, line].join("\n");
}

function lengthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}
