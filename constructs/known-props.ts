import { Token } from "cdktf";

/** What a prop takes: a type, or one of these texts. `any` is looked at elsewhere. */
export type Takes =
  "bool" | "text" | "texts" | "list" | "any" | readonly string[];

/** Every prop of an interface with what it takes. */
export type KnownProps<T> = { readonly [Name in keyof Required<T>]: Takes };

/**
 * Props that there are not, which code can have that no compiler has looked at,
 * and values of another type. References are left alone.
 *
 * @param at What the props are of, as it is written before the prop's name
 */
export function propFaults(
  props: object,
  known: Readonly<Record<string, Takes>>,
  at = "",
): string[] {
  if (!isObject(props))
    return [
      `${at === "" ? "the props" : at.replace(/\.$/, "")} must be an object such as { ${Object.keys(known)[0]}: … }, got ${shown(props)}`,
    ];
  return Object.entries(props).flatMap(([name, value]: [string, unknown]) => {
    if (value === undefined || Token.isUnresolved(value)) return [];
    const takes = Object.hasOwn(known, name) ? known[name] : undefined;
    if (takes === undefined) {
      const meant = closest(name, Object.keys(known));
      return [
        `there is no ${at}${name}: ${meant === undefined ? `leave it out, or take one of ${Object.keys(known).join(", ")}` : `write ${at}${meant}`}`,
      ];
    }
    const wanted = wantedOf(value, takes);
    return wanted === undefined
      ? []
      : [`${at}${name} must be ${wanted}, got ${shown(value)}`];
  });
}

/** Whether code that reads fields can go on with it. */
export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as messages quote it. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value, (_, one: unknown) =>
    // A construct leads to all of its app.
    one instanceof Object && "node" in one ? "a construct" : one,
  );
  return text ?? String(value);
}

function wantedOf(value: unknown, takes: Takes): string | undefined {
  switch (takes) {
    case "any":
      return undefined;
    case "bool":
      return typeof value === "boolean" ? undefined : "true or false";
    case "text":
      return typeof value === "string" ? undefined : "text";
    case "list":
      return Array.isArray(value) ? undefined : "a list";
    case "texts":
      return Array.isArray(value) &&
        value.every((one: unknown) => typeof one === "string")
        ? undefined
        : "a list of texts";
    default:
      return typeof value === "string" && takes.includes(value)
        ? undefined
        : `one of ${takes.map((one) => JSON.stringify(one)).join(", ")}`;
  }
}

/**
 * The name that was most likely meant: the same letters, or two of them wrong,
 * and not the first: `include` is not `exclude`.
 */
function closest(name: string, names: readonly string[]): string | undefined {
  const letters = (text: string) =>
    text.toLowerCase().replace(/[^a-z0-9]/g, "");
  const [first] = names
    .filter((one) => one[0]?.toLowerCase() === name[0]?.toLowerCase())
    .map((one) => ({ one, far: distance(letters(name), letters(one)) }))
    .sort((a, b) => a.far - b.far);
  return first && first.far <= 2 ? first.one : undefined;
}

/** How many letters have to be put in, left out or changed (Levenshtein). */
function distance(a: string, b: string): number {
  let row = [...Array(b.length + 1).keys()];
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries())
      next.push(
        Math.min(
          next[j]! + 1,
          row[j + 1]! + 1,
          row[j]! + (letter === other ? 0 : 1),
        ),
      );
    row = next;
  }
  return row[b.length]!;
}
