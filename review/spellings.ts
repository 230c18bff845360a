import type { Normalization } from "../access/normalize-path";
import type { Automaton } from "../languages/automaton";
import { NICE } from "../languages/classes";
import { Product } from "../languages/product";

/** Requests that the same patterns of Access and of the connector take. */
export interface RequestClass {
  /** For each pattern of Access whether it has the normalized path. */
  readonly access: readonly boolean[];
  /** For each pattern of the connector whether it has the decoded path. */
  readonly rules: readonly boolean[];
  /** One of the shortest paths, as a request has it. */
  readonly path: string;
  /** It needs a spelling that nobody writes but to get past a pattern. */
  readonly spelled: boolean;
}

/** So many situations are looked at; beyond it nothing is said. */
const MOST_SITUATIONS = 60_000;
/** Detours by `..` are followed through so many states of the connector's patterns. */
const MOST_DETOUR_STATES = 120;

/**
 * The classes into which patterns divide all requests to a host. Access looks
 * at the path normalized, the connector at the same path decoded and otherwise
 * as it was sent: `/a/%2e%2e/b` is `/b` to one and `/a/../b` to the other. Both
 * are read side by side, letter by letter, so that every path in every
 * spelling is in one of the classes. Undefined where there are too many.
 */
export function requestClasses(
  access: readonly Automaton[],
  rules: readonly Automaton[],
  normalization: Normalization,
): readonly RequestClass[] | undefined {
  const walker = new Walker(access, rules, normalization);
  return walker.walk(false) && walker.walk(true) ? walker.classes : undefined;
}

/** A piece of a path: as it is sent, as Access reads it, as the connector does. */
interface Piece {
  readonly raw: string;
  readonly access: readonly number[];
  readonly rule: number;
  /** It says the same as a shorter one. */
  readonly spelled: boolean;
}

/** Where a path stands within a segment: at its start, after `.`, after `..`, further on. */
enum At {
  Start,
  Dot,
  Dots,
  Name,
}

interface Situation {
  readonly access: number;
  readonly rule: number;
  readonly at: At;
  /** No segment is kept yet: a further `..` changes nothing for Access. */
  readonly root: boolean;
  readonly raw: string;
}

const SLASH = 0x2f;
const DOT = 0x2e;

class Walker {
  readonly #access: Product;
  readonly #rules: Product;
  readonly #names: readonly Piece[];
  readonly #separators: readonly Piece[];
  readonly #detours: Detours;
  readonly #found = new Map<string, RequestClass>();

  constructor(
    access: readonly Automaton[],
    rules: readonly Automaton[],
    private readonly normalization: Normalization,
  ) {
    this.#access = new Product(access);
    this.#rules = new Product(rules);
    this.#separators = separators(normalization);
    this.#names = piecesOf(this.#access, this.#rules, normalization);
    this.#detours = new Detours(
      this.#rules,
      this.#names,
      this.#separators,
      normalization,
    );
  }

  get classes(): readonly RequestClass[] {
    return [...this.#found.values()];
  }

  /**
   * @param spelled in any spelling, or only as people write paths
   * @returns whether nothing was left out
   */
  walk(spelled: boolean): boolean {
    const names = this.#names.filter((piece) => spelled || !piece.spelled);
    const separators = this.#separators.filter(
      (piece) => spelled || !piece.spelled,
    );
    const begin = (piece: Piece): Situation => ({
      access: this.#access.step(this.#access.start, SLASH),
      rule: this.#rules.step(this.#rules.start, piece.rule),
      at: At.Start,
      root: true,
      raw: piece.raw,
    });
    const seen = new Set<string>();
    const queue: Situation[] = [];
    const add = (one: Situation) => {
      const key = `${one.access} ${one.rule} ${one.at} ${one.root}`;
      if (seen.has(key)) return;
      seen.add(key);
      queue.push(one);
    };
    add(begin(separators[0]!));
    for (const one of queue) {
      if (seen.size > MOST_SITUATIONS) return false;
      if (one.at === At.Start || one.at === At.Name)
        this.#meet(one.access, one.rule, one.raw, spelled);
      for (const piece of names) add(this.#named(one, piece));
      if (one.at === At.Name)
        for (const piece of separators) add(this.#closed(one, piece));
      if (one.at !== At.Start || !spelled) continue;
      for (const piece of separators) add(this.#doubled(one, piece));
      const detours = this.#detours.from(one.rule, one.root);
      if (detours === undefined) return false;
      for (const { raw, rule } of detours.through)
        add({ ...one, rule, raw: one.raw + raw });
      for (const { raw, rule } of detours.ends)
        this.#meet(one.access, rule, one.raw + raw, spelled);
    }
    return true;
  }

  #meet(access: number, rule: number, path: string, spelled: boolean): void {
    const key = `${this.#access.within(access).map(Number).join("")} ${this.#rules.within(rule).map(Number).join("")}`;
    if (this.#found.has(key)) return;
    this.#found.set(key, {
      access: this.#access.within(access),
      rules: this.#rules.within(rule),
      path,
      spelled,
    });
  }

  #named(one: Situation, piece: Piece): Situation {
    const dot = piece.rule === DOT;
    return {
      ...one,
      access: this.#access.read(one.access, piece.access),
      rule: this.#rules.step(one.rule, piece.rule),
      at: dot && one.at < At.Dots ? one.at + 1 : At.Name,
      raw: one.raw + piece.raw,
    };
  }

  #closed(one: Situation, piece: Piece): Situation {
    return {
      access: this.#access.step(one.access, SLASH),
      rule: this.#rules.step(one.rule, piece.rule),
      at: At.Start,
      root: false,
      raw: one.raw + piece.raw,
    };
  }

  /** An empty segment: one more for RFC 3986, nothing for Cloudflare's normalization. */
  #doubled(one: Situation, piece: Piece): Situation {
    const rule = this.#rules.step(one.rule, piece.rule);
    const raw = one.raw + piece.raw;
    return this.normalization === "cloudflare"
      ? { ...one, rule, raw }
      : {
          ...one,
          access: this.#access.step(one.access, SLASH),
          rule,
          root: false,
          raw,
        };
  }
}

/** Somewhere that a text leads the connector's patterns. */
interface Way {
  readonly rule: number;
  readonly raw: string;
}

/**
 * What may stand in a path between two segments without a trace for Access:
 * `./`, and whatever is taken back by a `..` behind it, nested to any depth.
 */
class Detours {
  readonly #single = new Map<number, Map<number, string>>();
  readonly #folders = new Map<number, readonly Way[]>();
  readonly #closures = new Map<string, readonly Way[]>();
  #settled = false;

  constructor(
    private readonly rules: Product,
    private readonly names: readonly Piece[],
    private readonly separators: readonly Piece[],
    private readonly normalization: Normalization,
  ) {}

  /** Undefined where there are too many. */
  from(
    rule: number,
    root: boolean,
  ):
    | { readonly through: readonly Way[]; readonly ends: readonly Way[] }
    | undefined {
    if (!this.#settle(rule)) return undefined;
    const through = this.#closure(rule, root);
    const ends = [{ rule, raw: "" }, ...through].flatMap((way): Way[] => {
      const end = (from: number, raw: string, dots: string): Way => ({
        rule: this.#dots(from, dots.length),
        raw: way.raw + raw + dots,
      });
      return [
        end(way.rule, "", "."),
        ...(root ? [end(way.rule, "", "..")] : []),
        ...this.#folder(way.rule).flatMap((folder) =>
          [
            { rule: folder.rule, raw: "" },
            ...this.#closure(folder.rule, false),
          ].map((inner) => end(inner.rule, folder.raw + inner.raw, "..")),
        ),
      ];
    });
    return { through, ends };
  }

  /** Finds all single detours from the states that a path can be in between segments. */
  #settle(rule: number): boolean {
    if (this.#single.has(rule) && this.#settled) return true;
    const states = new Set([...this.#single.keys(), rule]);
    for (const state of states) {
      if (states.size > MOST_DETOUR_STATES) return false;
      if (!this.#single.has(state)) this.#single.set(state, this.#plain(state));
      for (const { rule: next } of this.#folder(state)) states.add(next);
      for (const next of this.#single.get(state)!.keys()) states.add(next);
      for (const piece of this.separators)
        states.add(this.rules.step(this.#dots(state, 2), piece.rule));
    }
    for (let grown = true; grown;) {
      grown = false;
      this.#closures.clear();
      for (const state of states) {
        const single = this.#single.get(state)!;
        for (const folder of this.#folder(state))
          for (const inner of [
            { rule: folder.rule, raw: "" },
            ...this.#closure(folder.rule, false),
          ])
            for (const piece of this.#afterDots()) {
              const next = this.#read(this.#dots(inner.rule, 2), piece);
              if (single.has(next)) continue;
              single.set(next, `${folder.raw}${inner.raw}..${piece}`);
              grown = true;
            }
      }
    }
    this.#closures.clear();
    this.#settled = true;
    return true;
  }

  /** `./` */
  #plain(state: number): Map<number, string> {
    return new Map(
      this.#afterDots().map((separator) => [
        this.#read(this.#dots(state, 1), separator),
        `.${separator}`,
      ]),
    );
  }

  #afterDots(): readonly string[] {
    return this.separators.map(({ raw }) => raw);
  }

  #read(state: number, text: string): number {
    return this.rules.read(
      state,
      [...text].map((one) => one.codePointAt(0)!),
    );
  }

  /** All of single detours one after the other; at the root a `..` more is none. */
  #closure(state: number, root: boolean): readonly Way[] {
    const key = `${state} ${root}`;
    let known = this.#closures.get(key);
    if (known === undefined) {
      const found = new Map<number, string>([[state, ""]]);
      for (const [at, raw] of found) {
        const next = new Map(this.#single.get(at) ?? []);
        if (root)
          for (const separator of this.#afterDots())
            next.set(
              this.#read(this.#dots(at, 2), separator),
              `..${separator}`,
            );
        for (const [to, more] of next)
          if (!found.has(to)) found.set(to, raw + more);
      }
      found.delete(state);
      known = [...found].map(([rule, raw]) => ({ rule, raw }));
      this.#closures.set(key, known);
    }
    return known;
  }

  #dots(state: number, count: number): number {
    return this.rules.read(state, Array<number>(count).fill(DOT));
  }

  /** A segment that Access would keep, with the slash behind it. */
  #folder(state: number): readonly Way[] {
    let known = this.#folders.get(state);
    if (known === undefined) {
      const ways = new Map<number, string>();
      const close = (rule: number, raw: string) => {
        for (const piece of this.separators) {
          const next = this.rules.step(rule, piece.rule);
          if (!ways.has(next)) ways.set(next, raw + piece.raw);
        }
      };
      if (this.normalization === "rfc3986") close(state, "");
      const seen = new Set<string>();
      const queue: { rule: number; at: At; raw: string }[] = [
        { rule: state, at: At.Start, raw: "" },
      ];
      for (const one of queue) {
        if (one.at === At.Name) close(one.rule, one.raw);
        for (const piece of this.names) {
          const dot = piece.rule === DOT;
          const next = {
            rule: this.rules.step(one.rule, piece.rule),
            at: dot && one.at < At.Dots ? one.at + 1 : At.Name,
            raw: one.raw + piece.raw,
          };
          const key = `${next.rule} ${next.at}`;
          if (seen.has(key)) continue;
          seen.add(key);
          queue.push(next);
        }
      }
      // Slashes more are the same to Cloudflare's normalization.
      if (this.normalization === "cloudflare")
        for (const [rule, raw] of ways)
          for (const piece of this.separators) {
            const next = this.rules.step(rule, piece.rule);
            if (!ways.has(next)) ways.set(next, raw + piece.raw);
          }
      known = [...ways].map(([rule, raw]) => ({ rule, raw }));
      this.#folders.set(state, known);
    }
    return known;
  }
}

/** Backslashes are slashes to Cloudflare's normalization. */
function separators(normalization: Normalization): readonly Piece[] {
  const slash = { raw: "/", access: [SLASH], rule: SLASH, spelled: false };
  return normalization === "cloudflare"
    ? [slash, { raw: "\\", access: [SLASH], rule: 0x5c, spelled: true }]
    : [slash];
}

const UNRESERVED = /[\w.~-]/;
const RESERVED = /[:/?#[\]@!$&'()*+,;=%]/;
/** These never stand in a path as they are: they end it, or begin an encoding. */
const NEVER_PLAIN = /[/?#%]/;

/** Every letter that a path can have, in every spelling; of those that all patterns treat alike one. */
function piecesOf(
  access: Product,
  rules: Product,
  normalization: Normalization,
): readonly Piece[] {
  const found = new Map<string, Piece>();
  const add = (raw: string, read: string, rule: number, spelled: boolean) => {
    const codes = [...read].map((one) => one.codePointAt(0)!);
    const key =
      rule === DOT
        ? "."
        : `${codes.map((code) => access.classOf(code)).join()} ${rules.classOf(rule)}`;
    const known = found.get(key);
    if (known === undefined || (known.spelled && !spelled))
      found.set(key, { raw, access: codes, rule, spelled });
  };
  const ascii = [
    ...NICE,
    ...Array.from({ length: 0x80 }, (_, code) => String.fromCharCode(code)),
  ];
  for (const one of ascii) {
    const code = one.codePointAt(0)!;
    const encoded = encodedOf(code);
    const isControl = code < 0x20 || code === 0x7f;
    if (UNRESERVED.test(one)) add(one, one, code, false);
    else if (RESERVED.test(one)) {
      if (!NEVER_PLAIN.test(one)) add(one, one, code, false);
      add(encoded, encoded, code, true);
    } else {
      add(encoded, encoded, code, isControl);
      if (one === "\\" && normalization === "rfc3986")
        add(one, encoded, code, true);
    }
  }
  for (const code of foreign(rules)) {
    const encoded = encodeURIComponent(String.fromCodePoint(code));
    add(encoded, encoded, code, false);
  }
  // A byte that is no character of UTF-8 is read as this one.
  for (const byte of ["%80", "%FF"]) add(byte, byte, 0xfffd, true);
  return [...found.values()];
}

/** Of each set of characters some beyond ASCII, with every last byte that their encoding may have. */
function foreign(rules: Product): number[] {
  const ranges = [
    ...rules.alphabet.map((set) => set.ranges),
    [{ min: 0x80, max: 0x10ffff }],
  ];
  return ranges.flatMap((all) => {
    const some: number[] = [];
    for (const { max, min } of all)
      for (
        let code = Math.max(min, 0x80);
        code <= max && some.length < 3 * LAST_BYTES;
        code++
      )
        if (code < 0xd800 || code > 0xdfff) some.push(code);
    return some;
  });
}

/** So many values the last byte of an encoded character has. */
const LAST_BYTES = 64;

function encodedOf(code: number): string {
  return `%${code.toString(16).toUpperCase().padStart(2, "0")}`;
}
