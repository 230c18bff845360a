import type { Normalization } from "../access/normalize-path";
import type { Automaton } from "../languages/automaton";
import { Product } from "../languages/product";
import { Detours } from "./detours";
import {
  At,
  DOT,
  piecesOf,
  separators,
  SLASH,
  type Piece,
} from "./path-pieces";

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

interface Situation {
  readonly access: number;
  readonly rule: number;
  readonly at: At;
  /** No segment is kept yet: a further `..` changes nothing for Access. */
  readonly root: boolean;
  readonly raw: string;
}

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
