const UNRELEASED = "## Unreleased\n";

/**
 * The changelog with what is unreleased under a version, as `npm version` makes
 * it.
 *
 * @param date such as `2026-11-28`
 * @throws Error where nothing is unreleased
 */
export function released(
  changelog: string,
  version: string,
  date: string,
): string {
  const [head, rest] = changelog.split(UNRELEASED);
  if (head === undefined || rest === undefined)
    throw new Error('CHANGELOG.md has no heading "## Unreleased"');
  const next = rest.search(/^## /m);
  const entries = (next < 0 ? rest : rest.slice(0, next)).trim();
  if (entries === "")
    throw new Error("CHANGELOG.md has nothing under Unreleased to release");
  return `${head}${UNRELEASED}\n## ${version} (${date})\n${rest}`;
}
