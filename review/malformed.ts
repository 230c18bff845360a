import type { Normalization } from "../access/normalize-path";
import type { Automaton } from "../languages/automaton";
import { Product } from "../languages/product";
import { At, DOT, piecesOf, SLASH, type Piece } from "./path-pieces";

/** How much of a broken encoding has been read. */
enum Broken {
  /** All encodings so far are whole. */
  No,
  /** `%`, with nothing behind it yet. */
  Percent,
  /** `%` and one digit. */
  Digit,
  Yes,
}

interface Situation {
  readonly access: number;
  readonly at: At;
  readonly broken: Broken;
  readonly raw: string;
}

const PERCENT = 0x25;
const DIGIT = /^[0-9A-Fa-f]/;

/**
 * Paths whose percent-encoding is broken (`/%zz`), one for each set of Access's
 * patterns that have some. A connector answers them with 400; a server that is
 * reached without a tunnel may serve them.
 *
 * @param wellFormed paths of every other class
 */
export function malformedPaths(
  patterns: readonly Automaton[],
  wellFormed: readonly string[],
  normalization: Normalization,
): readonly string[] {
  const access = new Product(patterns);
  const found = new Map<number, string>();
  const seen = new Set<string>();
  const queue: Situation[] = [];
  const add = (one: Situation) => {
    const key = `${one.access} ${one.at} ${one.broken}`;
    if (seen.has(key)) return;
    seen.add(key);
    queue.push(one);
  };
  const letters = lettersOf(access, normalization);
  add({
    access: access.step(access.start, SLASH),
    at: At.Start,
    broken: Broken.No,
    raw: "/",
  });
  for (const one of queue) {
    const ends = one.at === At.Name || one.at === At.Start;
    if (ends && one.broken !== Broken.No && !found.has(one.access))
      found.set(one.access, one.raw);
    for (const piece of letters)
      if (one.broken !== Broken.Digit || !DIGIT.test(piece.raw))
        add(named(one, piece, access));
    add({
      access: access.step(one.access, PERCENT),
      at: At.Name,
      broken: one.broken === Broken.No ? Broken.Percent : Broken.Yes,
      raw: `${one.raw}%`,
    });
    if (one.at === At.Name || (ends && normalization === "rfc3986"))
      add({
        access: access.step(one.access, SLASH),
        at: At.Start,
        broken: one.broken === Broken.No ? Broken.No : Broken.Yes,
        raw: `${one.raw}/`,
      });
  }
  return [
    ...found.values(),
    // Access takes back what stands before `..`; the connector reads it.
    ...wellFormed.map((path) => `/%/..${path}`),
  ];
}

function named(one: Situation, piece: Piece, access: Product): Situation {
  return {
    access: access.read(one.access, piece.access),
    at: piece.rule === DOT && one.at < At.Dots ? one.at + 1 : At.Name,
    broken: next(one.broken, DIGIT.test(piece.raw)),
    raw: one.raw + piece.raw,
  };
}

function next(broken: Broken, digit: boolean): Broken {
  if (broken === Broken.Percent && digit) return Broken.Digit;
  return broken === Broken.No ? Broken.No : Broken.Yes;
}

/** One of the letters that all patterns treat alike, digits of an encoding apart. */
function lettersOf(access: Product, normalization: Normalization): Piece[] {
  const digits = [..."aA0"].flatMap((digit) =>
    Array.from({ length: digit === "0" ? 10 : 6 }, (_, more) =>
      String.fromCharCode(digit.charCodeAt(0) + more),
    ),
  );
  const others = [..."ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ_~-"];
  const plain = new Map<string, Piece>();
  for (const one of [...others, ...digits]) {
    const code = one.charCodeAt(0);
    const key = `${access.classOf(code)} ${DIGIT.test(one)}`;
    if (!plain.has(key))
      plain.set(key, { raw: one, access: [code], rule: code, spelled: false });
  }
  return [
    ...plain.values(),
    ...piecesOf(access, new Product([]), normalization).filter(
      ({ raw }) => !DIGIT.test(raw),
    ),
  ];
}
