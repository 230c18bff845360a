import { printableLines, printableName } from "../base/printable";

/** A table in Markdown; cells may hold anything. */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(header),
    line(header.map(() => "---")),
    ...rows.map((cells) => line(cells.map(cell))),
  ].join("\n");
}

/**
 * Text as it is, within a line: addresses such as `@example.com` would
 * otherwise notify somebody on GitHub, and `<` begin a tag.
 */
export function code(text: string): string {
  const flat = printableName(text.replace(/\s+/g, " ").trim());
  const fence = "`".repeat(longestRun(flat) + 1);
  const pad = fence.length > 1 ? " " : "";
  return `${fence}${pad}${flat}${pad}${fence}`;
}

/** Text as it is, of several lines. */
export function codeBlock(text: string): string {
  const plain = printableLines(text).trimEnd();
  const fence = "`".repeat(Math.max(3, longestRun(plain) + 1));
  return `${fence}text\n${plain}\n${fence}`;
}

/**
 * The beginning of a text, cut after a line, with a last line that says so.
 *
 * @param limit in bytes of UTF-8
 */
export function shortened(text: string, limit: number, note: string): string {
  if (Buffer.byteLength(text) <= limit) return text;
  const end = `\n\n${note}\n`;
  const bytes = Buffer.from(text).subarray(0, limit - Buffer.byteLength(end));
  const kept = bytes.subarray(0, bytes.lastIndexOf("\n")).toString();
  return kept + end;
}

function cell(text: string): string {
  return text.replace(/\s*\n\s*/g, "<br>").replaceAll("|", "\\|");
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
}
