import { printableLines } from "./printable";

/** HTML or XML in which every text was escaped. */
export class Markup {
  constructor(private readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

/** What a template takes: text is escaped, `undefined` and `false` are left out. */
type Part = string | number | Markup | undefined | false | readonly Part[];

/**
 * Writes HTML or XML; whatever is put in is escaped unless it is markup itself.
 *
 * @example markup`<b title="${name}">${name}</b>`
 */
export function markup(
  strings: TemplateStringsArray,
  ...parts: readonly Part[]
): Markup {
  return new Markup(
    strings.reduce(
      (text, string, index) => text + render(parts[index - 1]) + string,
    ),
  );
}

/** Several pieces of markup as one, with something in between. */
export function join(pieces: readonly Markup[], between = ""): Markup {
  return new Markup(pieces.join(between));
}

/** Text that is markup already, such as a style sheet of this project. */
export function verbatim(text: string): Markup {
  return new Markup(text);
}

function render(part: Part): string {
  if (part === undefined || part === false) return "";
  if (part instanceof Markup) return part.toString();
  if (Array.isArray(part)) return part.map(render).join("");
  return escaped(String(part));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** XML has no place for control characters, and HTML shows none. */
function escaped(text: string): string {
  return printableLines(
    text.replace(/\r\n/g, "\n").replace(/(?![\t\n\r])\p{Cc}/gu, "\ufffd"),
  ).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
