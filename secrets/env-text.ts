/**
 * An assignment as `.env` readers and shells have it: a value in quotes, which
 * may span lines, or the rest of the line up to a comment.
 */
const ASSIGNMENT =
  /^(?<lead>[ \t]*(?:export[ \t]+)?)(?<name>[A-Za-z_][\w.-]*)(?<equals>[ \t]*=[ \t]*)(?<value>'[^']*'|"(?:\\"|[^"])*"|`[^`]*`|[^#\r\n]*?)(?<rest>[ \t]*(?:#[^\r\n]*)?)$/gm;

/** Values that need no quotes, neither here nor in a shell. */
const PLAIN = /^[\w.:/@%+,-]+$/;

/**
 * Sets values in the text of a `.env` file. What is there is changed in place
 * and keeps its quotes, its comment and `export`; what is new comes at the end.
 * Everything else stays as it is, byte for byte.
 *
 * @throws RangeError for a value that no reader would read back
 */
export function setInEnv(
  text: string,
  values: Readonly<Record<string, string>>,
): string {
  for (const [name, value] of Object.entries(values))
    if (/['\r\n\0]/.test(value))
      throw new RangeError(
        `the value of ${name} can't be written to a .env file`,
      );
  const missing = new Map(Object.entries(values));
  // Every one of a name that stands there twice: readers differ in which counts.
  const changed = text.replace(ASSIGNMENT, (...match) => {
    const { lead, name, equals, value, rest } = match.at(-1) as Record<
      "lead" | "name" | "equals" | "value" | "rest",
      string
    >;
    const wanted = values[name];
    if (wanted === undefined || !Object.hasOwn(values, name)) return match[0];
    missing.delete(name);
    return `${lead}${name}${equals}${quoted(wanted, value[0])}${rest}`;
  });
  if (missing.size === 0) return changed;
  const newline = changed.includes("\r\n") ? "\r\n" : "\n";
  const ending = changed === "" || changed.endsWith("\n") ? "" : newline;
  const added = [...missing].map(
    ([name, value]) => `${name}=${quoted(value, undefined)}${newline}`,
  );
  return changed + ending + added.join("");
}

function quoted(value: string, before: string | undefined): string {
  if (before === '"' && PLAIN.test(value)) return `"${value}"`;
  if (before === "'" || !PLAIN.test(value)) return `'${value}'`;
  return value;
}
