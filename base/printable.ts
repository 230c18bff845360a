/** What moves a cursor, colours a screen, or shows text in another order than it is in. */
const UNSAFE = "\\p{Cc}\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069";
const ANY = new RegExp(`[${UNSAFE}]+`, "gu");
const ANY_IN_LINES = new RegExp(`(?:(?![\\n\\t])[${UNSAFE}])+`, "gu");

/**
 * Text for one line of a terminal. Names in an account come from others: none
 * of them moves the cursor, colours the screen or starts a line.
 */
export function printable(text: string): string {
  return text.replace(ANY, " ");
}

/** The same for text of several lines. */
export function printableLines(text: string): string {
  return text.replace(ANY_IN_LINES, " ");
}
