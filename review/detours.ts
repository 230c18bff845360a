import type { Normalization } from "../access/normalize-path";
import type { Product } from "../languages/product";
import { At, DOT, type Piece } from "./path-pieces";

/** Detours by `..` are followed through so many states of the connector's patterns. */
const MOST_DETOUR_STATES = 120;

/** Somewhere that a text leads the connector's patterns. */
interface Way {
  readonly rule: number;
  readonly raw: string;
}

/**
 * What may stand in a path between two segments without a trace for Access:
 * `./`, and whatever is taken back by a `..` behind it, nested to any depth.
 */
export class Detours {
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
