/** Control characters of both sets, what ends lines and what turns the direction of writing. */
const ENDS = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+/gu;
/** What nobody sees, and what is no character. Joiners and variants belong to what they stand beside. */
const UNSEEN =
  /\u034f|\u17b4|\u17b5|[\u180b-\u180f]|[\u00ad\u061c\u115f\u1160\u2800\u3164\uffa0\u200b\u200e\u200f\u2060-\u2064\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\p{Cs}\p{Noncharacter_Code_Point}\u{e0000}-\u{e007f}]/gu;
/** What leaves nothing to see where it is all there is: blanks, fillers, joiners, selectors. */
const BLANK = /^(\s|\p{Default_Ignorable_Code_Point}|\u2800|\p{Cf}|\p{M})*$/u;

/**
 * Names, comments and messages come from others, in an account, a plan or a
 * pull request: within a line, none of them moves the cursor, colours the
 * screen, begins a line, turns the text around or is a command to a CI runner.
 */
export function printable(text: string): string {
  const plain = text.replace(ENDS, " ").replace(UNSEEN, "\ufffd");
  return withoutCommands(plain);
}

/**
 * Who somebody is, where a letter of another alphabet makes one address or name
 * look like another: each that is not ASCII is named by its code point.
 *
 * @see https://www.unicode.org/reports/tr39/
 */
export function withCodePoints(text: string): string {
  const others = new Set(text.match(/\P{ASCII}/gu));
  if (others.size === 0) return text;
  const points = [...others].map(
    (letter) =>
      `U+${letter.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`,
  );
  return `${text} (with ${points.join(", ")})`;
}

/** Printable text for a name that is alone in its place, where an empty one would look as if there were none. */
export function printableName(name: string): string {
  return BLANK.test(name.replace(ENDS, " ")) ? "(no name)" : printable(name);
}

/** Text of others that may have lines: each of them is printable. */
export function printableLines(text: string): string {
  return text
    .split(/(\n|\t)/)
    .map((part, at) => (at % 2 === 1 ? part : printable(part)))
    .join("");
}

/** The same where it is part of a message of ours: none of its further lines looks like one of ours. */
export function printableBelow(text: string): string {
  return printableLines(text).replace(/\n(?=[^\n])/g, "\n  ");
}

/** The same in one line, for commands that print one document. */
export function printableJsonLine(value: unknown): string {
  return printableJson(value, 0);
}

/** JSON whose strings are as they were, with all that could speak for us escaped. */
export function printableJson(value: unknown, indent = 2): string {
  return JSON.stringify(value, null, indent)
    .replace(UNSEEN, escaped)
    .replace(/[\x7f-\x9f\u2028\u2029]/g, escaped)
    .replaceAll("##[", "#\\u0023[");
}

function escaped(text: string): string {
  return text
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}

/** What we write into lines ourselves: colours neither move nor hide anything. */
const ESCAPE = "\u001b";
const OURS = new RegExp(`(\\t|${ESCAPE}\\[(?:0|1|2|22|3[1-9]|9[0-7])m)`);

/** A whole output, of which the lines and the colours are ours. */
export function disarmed(text: string): string {
  return text
    .split("\n")
    .map((line) =>
      withoutCommands(
        line
          .split(OURS)
          .map((part, at) => (at % 2 === 1 ? part : printable(part)))
          .join(""),
      ),
    )
    .join("\n");
}

/**
 * Text that GitHub's runner does not take for a command.
 *
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
function withoutCommands(line: string): string {
  return line
    .replace(/^(\s*):(?=:[a-z].*?::)/i, "$1:\u00a0")
    .replaceAll("##[", "##\u00a0[");
}
