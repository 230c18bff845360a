import { CharBase, CharSet, type DFA } from "refa";
import { automatonOf, isOpaque, type Automaton } from "./automaton";
import { nodesOf } from "./product";

const MAX = 0x10ffff;
/** Together, so many states are looked at; beyond it nothing is said. */
const MOST_STATES = 100_000;

/** The texts that the same ones of some languages have in them. */
export interface Class {
  /** For each language whether it has them. */
  readonly within: readonly boolean[];
  /** One of the shortest. */
  readonly example: string;
}

/** Paths as requests may have them, decoded. */
const PATHS = "^/";
/** Paths without control characters, which nobody sends but to attack. */
export const ORDINARY_PATHS = "^/[^\\x00-\\x1f\\x7f]*$";
/** Paths that Cloudflare leaves as they are: no empty segment, `.`, `..` or backslash. */
const NORMAL_PATHS =
  "^(?:/|(?:/(?:[^/.\\\\][^/\\\\]*|\\.[^/.\\\\][^/\\\\]*|\\.\\.[^/\\\\]+))+/?)$";
/** Halves of a surrogate pair are no characters, and no request brings them. */
const SURROGATES = { min: 0xd800, max: 0xdfff };

/**
 * The classes into which languages part all paths: the same languages have the
 * paths of one class, and no two classes are the same. Undefined where that
 * takes too long to find out.
 */
export function classesOf(
  languages: readonly Automaton[],
): readonly Class[] | undefined {
  const found = new Map<string, Class>();
  const visit = ({ example, within }: Class) => {
    const key = within.map(Number).join("");
    if (!found.has(key)) found.set(key, { within, example });
    return false;
  };
  // Examples that nothing on their way rewrites, where there are any.
  const complete =
    walk(languages, visit, NORMAL_PATHS) && walk(languages, visit);
  return complete ? [...found.values()] : undefined;
}

/**
 * One of the shortest paths that `one` has and none of `others`: null where
 * there is none, undefined where that takes too long to find out.
 *
 * @param among pattern of the paths that count
 */
export function pathOnlyIn(
  one: Automaton,
  others: readonly Automaton[],
  among = PATHS,
): string | null | undefined {
  let only: string | null = null;
  const complete = walk(
    [one, ...others],
    ({ example, within }) => {
      const isOnly = within.every((is, at) => is === (at === 0));
      if (isOnly) only = example;
      return isOnly;
    },
    among,
  );
  return complete || only !== null ? only : undefined;
}

/** One of the shortest paths that both have; null where there is none, undefined where that is not known. */
export function pathInBoth(
  one: Automaton,
  other: Automaton,
): string | null | undefined {
  let both: string | null = null;
  const complete = walk([one, other], ({ example, within }) => {
    const isBoth = within.every(Boolean);
    if (isBoth) both = example;
    return isBoth;
  });
  return complete || both !== null ? both : undefined;
}

/**
 * Runs all languages side by side over all paths, shortest first.
 *
 * @param visit says whether to stop
 * @returns whether nothing was left out
 */
function walk(
  languages: readonly Automaton[],
  visit: (found: Class) => boolean,
  among = PATHS,
): boolean {
  const paths = automatonOf(among);
  if (isOpaque(paths)) throw new RangeError("all paths have an automaton");
  const machines = tablesOf([paths, ...languages]);
  const { characters } = machines;
  const start = machines.tables.map(() => 0);
  const seen = new Set([start.join()]);
  let front = [{ at: start, text: "" }];
  while (front.length > 0) {
    const next: typeof front = [];
    for (const { at, text } of front) {
      const [isPath, ...within] = machines.tables.map(
        (table, which) => table[at[which]!]?.final ?? false,
      );
      if (isPath && visit({ within, example: text })) return false;
      if (seen.size > MOST_STATES) return false;
      for (let symbol = 0; symbol < characters.length; symbol++) {
        const to = machines.tables.map(
          (table, which) => table[at[which]!]?.to[symbol] ?? -1,
        );
        // What does not begin as a path never becomes one.
        if (to[0] === -1) continue;
        const key = to.join();
        if (seen.has(key)) continue;
        seen.add(key);
        next.push({ at: to, text: text + characters[symbol]! });
      }
    }
    front = next;
  }
  return true;
}

interface Row {
  readonly final: boolean;
  /** By symbol; -1 leads nowhere any more. */
  readonly to: readonly number[];
}

/** Automata over one small alphabet: characters that all treat alike are one symbol. */
function tablesOf(automata: readonly Automaton[]): {
  readonly characters: readonly string[];
  readonly tables: readonly (readonly Row[])[];
} {
  const nodes = automata.map(nodesOf);
  const ranges = new Map<string, CharSet>();
  for (const node of nodes.flat())
    for (const set of node.out.invert(MAX).values())
      ranges.set(set.toString(), set);
  const { sets } = new CharBase(ranges.values());
  const characters = sets.map(niceOne);
  const usable = characters.flatMap((character, at) =>
    character === undefined ? [] : [{ character, set: sets[at]! }],
  );
  const tables = automata.map((automaton, which) => {
    const own = nodes[which]!;
    const numbers = new Map(own.map((node, number) => [node, number]));
    return own.map((node): Row => ({
      final: automaton.finals.has(node as DFA.Node),
      to: usable.map(({ character }) => {
        const target = node.out.get(character.codePointAt(0)!);
        return target === undefined ? -1 : (numbers.get(target) ?? -1);
      }),
    }));
  });
  return { characters: usable.map(({ character }) => character), tables };
}

/** In the order in which people would like to see them in an example. */
export const NICE = [
  ..."x/a0.-_~yzbcdefghijklmnopqrstuvw123456789ABCXYZ=+,:@!$&'()*;",
];

export function niceOne(set: CharSet): string | undefined {
  const nice = NICE.find((one) => set.has(one.codePointAt(0)!));
  if (nice !== undefined) return nice;
  const plain = set.without(SURROGATES);
  const printable = plain.intersect({ min: 0x21, max: MAX });
  const [range] = (printable.isEmpty ? plain : printable).ranges;
  return range && String.fromCodePoint(range.min);
}
