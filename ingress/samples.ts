import { compilePath } from "./match";

const TAILS = ["", "/", "x", "/x", "/Zq7/k-_", "/9", ".png", "/a.b", "/é~/0"];
const ANYWHERE = [
  ...["/", "/x", "/Zq7/k-_", "/index.html", "/9", "//", "/ü é", "/A%/..;b"],
];
const CHARACTERS = [..."a0Z/-_. ü日%x9\n"];
const MOST = 48;

/**
 * Paths that a rule's path pattern matches, as different from each other as we
 * find; empty where we find none. Every one is tried on the pattern.
 */
export function samplePaths(pattern: string): readonly string[] {
  if (pattern === "") return ANYWHERE;
  let found = samples.get(pattern);
  if (found === undefined) {
    found = findSamples(pattern);
    samples.set(pattern, found);
  }
  return found;
}

const samples = new Map<string, readonly string[]>();

function findSamples(pattern: string): string[] {
  const compiled = compilePath(pattern);
  return new Expansion(pattern)
    .all()
    .flatMap((text) => [text, `/${text}`, `/Zq7/${text}`])
    .flatMap((start) => TAILS.map((tail) => start + tail))
    .concat(ANYWHERE)
    .filter((path) => path.startsWith("/") && compiled.test(path));
}

/** A few characters that a class such as `[a-z]` or `\\pL` takes. */
function charactersOf(characterClass: string): string[] {
  const pattern = compilePath(`^(?:${characterClass})$`);
  const some = [...CHARACTERS, ...characterClass].filter((c) =>
    pattern.test(c),
  );
  return some.length > 0 ? some.slice(0, 3) : firstOf(pattern);
}

/** The first character of Unicode's basic plane that a pattern takes. */
function firstOf(pattern: ReturnType<typeof compilePath>): string[] {
  for (let code = 0x20; code < 0x10000; code++) {
    const character = String.fromCharCode(code);
    if (pattern.test(character)) return [character];
  }
  return [];
}

/**
 * Reads a pattern and writes some texts that it is likely to match. What it
 * does not understand only costs samples.
 */
class Expansion {
  #at = 0;

  constructor(private readonly pattern: string) {}

  all(): string[] {
    return this.#alternatives();
  }

  #alternatives(): string[] {
    const found = this.#sequence();
    while (this.#take("|")) found.push(...this.#sequence());
    return found.slice(0, MOST);
  }

  #sequence(): string[] {
    let texts = [""];
    while (this.#at < this.pattern.length && !/[|)]/.test(this.#next())) {
      const parts = this.#repeated(this.#atom());
      texts = texts
        .flatMap((text) => parts.map((part) => text + part))
        .slice(0, MOST);
    }
    return texts;
  }

  #atom(): string[] {
    if (this.#match(/[$^]|\\[AzbB]|\(\?[a-zA-Z-]+\)/y)) return [""];
    if (this.#match(/\((?:\?P?<\w+>|\?[a-zA-Z-]*:)?/y)) {
      const inside = this.#alternatives();
      this.#take(")");
      return inside;
    }
    const one = this.#match(
      /\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]|\\[pP](?:\{\^?\w+\}|\w)|\\[dDsSwW]|\./suy,
    );
    if (one !== undefined) return charactersOf(one);
    return [this.#match(/\\?./suy)?.replace(/^\\(?=.)/s, "") ?? ""];
  }

  #repeated(parts: string[]): string[] {
    const quantifier = this.#match(/(?:[*+?]|\{\d+(?:,\d*)?\})\??/y);
    if (quantifier === undefined || quantifier.startsWith("+")) return parts;
    const least = Number(/^\{(\d+)/.exec(quantifier)?.[1] ?? 0);
    return least > 0
      ? parts.map((part) => part.repeat(Math.min(least, 64)))
      : ["", ...parts];
  }

  #next(): string {
    return this.pattern.charAt(this.#at);
  }

  #take(character: string): boolean {
    const taken = this.#next() === character;
    if (taken) this.#at += 1;
    return taken;
  }

  #match(token: RegExp): string | undefined {
    token.lastIndex = this.#at;
    const text = token.exec(this.pattern)?.[0];
    this.#at += text?.length ?? 0;
    return text;
  }
}
