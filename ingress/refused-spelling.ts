import { decodePath, matchesPath } from "./match";
import { openPathPattern, SPELLED, VISIBLE } from "./open-path";

/** Why a path is not let in below an open path that it is meant for. */
export interface RefusedSpelling {
  readonly openPath: string;
  /** Each a part of a sentence: `an empty name (//)`. */
  readonly faults: readonly string[];
  /** A path like it that is let in, encoded. */
  readonly instead: string;
}

/** Whether the connector lets a path in by the rule of an open path. */
export function takesSpelling(openPath: string, target: string): boolean {
  const decoded = decodePath(target.split("?")[0] ?? "");
  return (
    decoded !== undefined &&
    matchesPath({ path: openPathPattern(openPath) }, decoded)
  );
}

/**
 * Why the connector does not take a path for the open path that it looks like;
 * undefined where it does, and for paths that look like another one.
 *
 * @param target path as it goes over the wire, with or without a query
 */
export function refusedSpelling(
  openPath: string,
  target: string,
): RefusedSpelling | undefined {
  if (takesSpelling(openPath, target)) return undefined;
  const [raw = ""] = target.split("?");
  const decoded = decodePath(raw);
  const read = [decoded, tidied(decoded ?? raw), twice(decoded)];
  const below = read
    .map((path) => path && restBelow(openPath, path))
    .find((rest) => rest !== undefined);
  if (below === undefined) return undefined;
  return {
    openPath,
    faults: faultsOf(openPath, decoded),
    instead: `${openPath}${namesOf(below).map(encoded).join("")}`,
  };
}

/** What follows the open path, to a reader that is not exact. */
function restBelow(openPath: string, path: string): string | undefined {
  if (!path.toLowerCase().startsWith(openPath.toLowerCase())) return undefined;
  const rest = path.slice(openPath.length);
  return rest === "" || /^[/\\;%?#]/.test(rest) ? rest : undefined;
}

function faultsOf(openPath: string, decoded: string | undefined): string[] {
  if (decoded === undefined)
    return ["a broken percent-encoding, which is answered with 400"];
  const names = decoded.split("/").slice(1);
  const inner = names.at(-1) === "" ? names.slice(0, -1) : names;
  const strange = new Set(
    [...decoded].filter((one) => !ALLOWED.test(one)).map(nameOf),
  );
  const found = [
    inner.includes("") && "an empty name (//)",
    inner.some((name) => /^(?=.*\.)[. ]+$/.test(name)) &&
      "a name of nothing but dots and spaces",
    inner.some((name) => /^ +$/.test(name)) && "a name of nothing but spaces",
    inner.some((name) => /^[. ]*\p{M}/u.test(name)) &&
      "a name that begins with an accent",
    strange.size > 0 && `${[...strange].join(" and ")} after decoding`,
    !decoded.startsWith(openPath) &&
      decoded.toLowerCase().startsWith(openPath.toLowerCase()) &&
      `other capitals than ${openPath}`,
  ].filter((fault) => typeof fault === "string");
  return found.length > 0 ? found : [`it does not begin with ${openPath}/`];
}

const ALLOWED = new RegExp(`[/${SPELLED}]`, "u");

function nameOf(character: string): string {
  if (/[!-~]/.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** As services that tidy up read it. */
function tidied(path: string): string {
  const kept: string[] = [];
  for (const name of path.replaceAll("\\", "/").split("/"))
    if (name === "..") kept.pop();
    else if (name !== "" && name !== ".") kept.push(name);
  return `/${kept.join("/")}`;
}

function twice(path: string | undefined): string | undefined {
  return path === undefined ? undefined : decodePath(path);
}

/** The names of a path, with what is not let in replaced. */
function namesOf(rest: string): string[] {
  return rest
    .split(/[/\\]/)
    .map((name) =>
      [...name.replace(/%[0-9a-f]{2}/gi, "-")]
        .map((one) => (ALLOWED.test(one) ? one : "-"))
        .join("")
        .replace(/^[. ]*\p{M}+/u, ""),
    )
    .filter((name) => LEADING.test(name));
}

const LEADING = new RegExp(`^[. ]*[${VISIBLE}-]`, "u");

const encoded = (name: string) => `/${encodeURI(name)}`;
