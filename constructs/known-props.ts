import { Token } from "cdktf";
import { VALUE_KINDS, type KindName, type ValueKind } from "./value-kinds";

/**
 * What a prop takes: values of a kind, one of these texts, or a list whose items
 * each are of a kind. `any` is looked at elsewhere.
 */
export type Takes =
  KindName | "any" | readonly string[] | { readonly each: KindName };

/** What a prop takes that can't be left out. */
export interface Needed {
  readonly needs: Takes;
}

/** Every prop of an interface with what it takes. */
export type KnownProps<T> = {
  readonly [Name in keyof Required<T>]: Takes | Needed;
};

/** Any props by their names. */
export type PropTable = Readonly<Record<string, Takes | Needed>>;

/** A prop without which there is nothing to make. */
export function needed(needs: Takes): Needed {
  return { needs };
}

/**
 * What is wrong with props: those that are missing, that there are not, which
 * code can have that no compiler has looked at, and values of another kind.
 * References are left alone.
 *
 * @param at What the props are of, as it is written before the prop's name
 */
export function propFaults(props: object, known: PropTable, at = ""): string[] {
  return readProps(props, known, at).faults;
}

/**
 * What is wrong with props, and those of them that code can go on with: what
 * has a fault is left out.
 */
export function readProps<T extends object>(
  given: T,
  known: PropTable,
  at = "",
): { readonly props: T; readonly faults: string[] } {
  if (!isObject(given))
    return {
      props: {} as T,
      faults: [
        `${at === "" ? "the props" : at.replace(/\.$/, "")} must be an object such as { ${Object.keys(known)[0]}: … }, got ${shown(given)}`,
      ],
    };
  const read = Object.entries<unknown>({ ...blank(known), ...given }).map(
    ([name, value]) => ({ name, ...readProp(name, value, known, at) }),
  );
  return {
    props: Object.fromEntries(
      read.flatMap(({ name, value }) =>
        value === undefined ? [] : [[name, value]],
      ),
    ) as T,
    faults: read.flatMap(({ faults }) => faults),
  };
}

/** Those that can't be left out, so that each is asked for. */
function blank(known: PropTable): Record<string, undefined> {
  return Object.fromEntries(
    Object.entries(known)
      .filter(([, takes]) => isNeeded(takes))
      .map(([name]) => [name, undefined]),
  );
}

function isNeeded(takes: Takes | Needed): takes is Needed {
  return typeof takes === "object" && "needs" in takes;
}

interface Read {
  readonly value?: unknown;
  readonly faults: readonly string[];
}

function readProp(
  name: string,
  value: unknown,
  known: PropTable,
  at: string,
): Read {
  const takes = Object.hasOwn(known, name) ? known[name] : undefined;
  if (takes === undefined) {
    if (value === undefined) return { faults: [] };
    const meant = closest(name, Object.keys(known));
    return {
      faults: [
        `there is no ${at}${name}: ${meant === undefined ? `leave it out, or take one of ${Object.keys(known).join(", ")}` : `write ${at}${meant}`}`,
      ],
    };
  }
  const kind = isNeeded(takes) ? takes.needs : takes;
  if (value === undefined)
    return {
      faults: isNeeded(takes)
        ? [`${at}${name} is missing: write ${wantedOf(kind)}`]
        : [],
    };
  if (isReference(value) || kind === "any") return { value, faults: [] };
  if (typeof kind === "object" && "each" in kind)
    return readEach(`${at}${name}`, value, kind.each);
  const fault = valueFault(`${at}${name}`, value, kind);
  return fault === undefined ? { value, faults: [] } : { faults: [fault] };
}

function readEach(at: string, list: unknown, kind: KindName): Read {
  if (!Array.isArray(list))
    return { faults: [`${at} must be a list, got ${shown(list)}`] };
  const items = list.map((value: unknown, index) => ({
    value,
    fault: valueFault(`${at}[${index}]`, value, kind),
  }));
  return {
    value: items
      .filter(({ fault }) => fault === undefined)
      .map(({ value }) => value),
    faults: items.flatMap(({ fault }) => fault ?? []),
  };
}

/** Why a value is not what is wanted in its place, and what to write. */
export function valueFault(
  place: string,
  value: unknown,
  takes: KindName | readonly string[],
): string | undefined {
  if (isReference(value)) return undefined;
  const kind: ValueKind = isChoice(takes)
    ? {
        is: wantedOf(takes),
        has: (one) => typeof one === "string" && takes.includes(one),
      }
    : VALUE_KINDS[takes];
  if (kind.has(value)) return undefined;
  const instead = typeof value === "string" && kind.instead?.(value);
  return `${place} must be ${kind.is}, got ${shown(value)}${instead ? `: ${instead}` : ""}`;
}

function isChoice(takes: Takes): takes is readonly string[] {
  return Array.isArray(takes);
}

/** What is wanted, as messages put it. */
function wantedOf(takes: Takes): string {
  if (takes === "any") return "one";
  if (isChoice(takes))
    return `one of ${takes.map((one) => JSON.stringify(one)).join(", ")}`;
  return typeof takes === "object"
    ? `a list, each item ${VALUE_KINDS[takes.each].is}`
    : VALUE_KINDS[takes].is;
}

/** Whether only Terraform knows the value. */
export function isReference(value: unknown): boolean {
  return (
    Token.isUnresolved(value) ||
    (typeof value === "string" && /\$\{/.test(value))
  );
}

/** Whether code that reads fields can go on with it. */
export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as messages quote it. */
export function shown(value: unknown): string {
  const around = new Set<unknown>();
  const text = JSON.stringify(value, (_, one: unknown) => {
    if (typeof one === "bigint") return `${one}n`;
    if (!(one instanceof Object)) return one;
    // A construct leads to all of its app.
    if ("node" in one) return "a construct";
    if ("_block" in one) return "a rule";
    if (around.has(one)) return "…";
    around.add(one);
    return one;
  });
  return typeof value === "function" ? "a function" : (text ?? String(value));
}

/**
 * The name that was most likely meant: the same letters, or two of them wrong,
 * and not the first: `include` is not `exclude`.
 */
export function closest(
  name: string,
  names: readonly string[],
): string | undefined {
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
