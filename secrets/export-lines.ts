/**
 * Lines that set the values in a shell of the POSIX family, safe to `eval`
 * whatever the values hold.
 */
export function exportLines(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(
      ([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`,
    )
    .join("");
}
