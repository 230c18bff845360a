import type { Severity } from "../../base/severity";
import type { Change } from "../change";
import type { Matrix } from "../matrix";

/**
 * Something about a change that one should know before it is deployed. An
 * `error` fails the review.
 */
export interface Finding {
  /** What kind of thing it is: stable, for machines. */
  readonly id: string;
  readonly severity: Severity;
  /** What it is about: a host, or the name of an object. */
  readonly subject: string;
  /** One sentence. */
  readonly text: string;
  /**
   * It was so before, at a host that no plan of the change is about.
   *
   * @default - the change has a part in it
   */
  readonly untouched?: true;
  /** What to do about it. */
  readonly remedy?: string;
}

/** What findings are made from. */
export interface Material {
  readonly change: Change;
  readonly matrix: Matrix;
}

/** Looks at one side of a change. */
export type Look = (material: Material) => readonly Finding[];

/** Looks at what plans write, whoever reaches what. */
export type PlanLook = (
  material: Pick<Material, "change">,
) => readonly Finding[];

/** A place for people: a host, and its path where it is not the whole host. */
export function nameOf(place: {
  readonly host: string;
  readonly path: string;
}): string {
  if (place.path === "/") return place.host;
  const plain = plainSpelling(place.path);
  if (plain !== undefined)
    return `${place.host}${plain} (spelled ${place.path})`;
  return place.path.startsWith("/")
    ? place.host + place.path
    : `${place.host} ${place.path}`;
}

/** Whether a place stands for spellings that nobody writes. */
export function isOddlySpelled({ path }: { readonly path: string }): boolean {
  return plainSpelling(path) !== undefined;
}

/** The path that a service may take an odd spelling for; undefined for a plain one, and for a pattern. */
function plainSpelling(path: string): string | undefined {
  if (!path.startsWith("/") || !ODD_SPELLING.test(path)) return undefined;
  const names = path
    .split("/")
    .map((name) => /^[\w~.-]*/.exec(name)?.[0] ?? "")
    .filter((name) => name.replaceAll(".", "") !== "");
  return names.length > 0 ? `/${names.join("/")}` : "";
}

/** What people don't write: `..`, `//`, `;`, encodings and control characters. */
const ODD_SPELLING = /(^|\/)\.\.?(\/|$)|\/\/|[\\;%]/;

/** Names in a sentence: "a", "a and b", "a, b and 3 more". */
export function listOf(names: readonly string[], most = 5): string {
  const shown = names.length > most ? names.slice(0, most - 1) : [...names];
  const rest = names.length - shown.length;
  const last = rest > 0 ? `${rest} more` : (shown.pop() ?? "");
  return shown.length === 0 ? last : `${shown.join(", ")} and ${last}`;
}
