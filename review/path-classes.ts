import { publicDestinations } from "../access/match-application";
import {
  exactPathExpression,
  hostMatcher,
  parseUri,
  pathExpression,
} from "../access/path-pattern";
import { matchesHostname } from "../ingress/match";
import type { IngressRule } from "../ingress/rule";
import { samplePaths } from "../ingress/samples";
import { automatonOf, isOpaque, type Automaton } from "../languages/automaton";
import { classesOf } from "../languages/classes";
import type { AccountState } from "./change";

/** Paths that every pattern of a host treats alike, by one of the shortest. */
export interface PathClass {
  /** A pattern that has them, as it is written. */
  readonly pattern: string;
  /** As a request has it. */
  readonly path: string;
}

/** A pattern of which nobody can tell here what it matches beside others. */
export interface Undecided {
  readonly host: string;
  readonly pattern: string;
  readonly why: string;
}

export interface PathClasses {
  readonly classes: readonly PathClass[];
  readonly undecided: readonly Undecided[];
}

/** A pattern as it is written, and the regular expression that it stands for. */
interface Written {
  readonly pattern: string;
  readonly expression: string;
}

/**
 * The classes into which the patterns of applications and rules part the paths
 * of each host, before and after a change.
 */
export class PathIndex {
  readonly #applications: {
    readonly covers: (host: string) => boolean;
    readonly patterns: readonly Written[];
  }[] = [];
  readonly #rules: readonly IngressRule[];
  readonly #known = new Map<string, PathClasses>();

  constructor(states: readonly AccountState[]) {
    for (const { access } of states)
      for (const application of access.applications)
        for (const { overrides, uri } of publicDestinations(application)) {
          const { host, path } = parseUri(uri ?? "");
          const open = (overrides ?? []).flatMap(({ path_pattern: pattern }) =>
            pattern
              ? [{ pattern, expression: exactPathExpression(pattern) }]
              : [],
          );
          const own = { pattern: path, expression: pathExpression(path) };
          const patterns = path === "" ? open : [own, ...open];
          if (patterns.length > 0)
            this.#applications.push({ covers: hostMatcher(host), patterns });
        }
    this.#rules = states
      .flatMap(({ tunnels }) => tunnels.flatMap(({ rules }) => rules))
      .filter(({ path }) => path);
  }

  /** The root first, then pattern by pattern. */
  classesOf(host: string): PathClasses {
    const all = [
      ...this.#applications
        .filter(({ covers }) => covers(host))
        .flatMap(({ patterns }) => patterns)
        .map(({ expression, pattern }) => ({
          pattern,
          expression: `(?s)${expression}`,
        })),
      ...this.#rules
        .filter((rule) => matchesHostname(rule, host))
        .map(({ path }) => ({ pattern: path ?? "", expression: path ?? "" })),
    ];
    const written = [
      ...new Map(all.map((one) => [one.expression, one])).values(),
    ];
    // Many hosts have the same patterns.
    const key = JSON.stringify(written);
    let known = this.#known.get(key);
    if (known === undefined) {
      known = divide(written);
      this.#known.set(key, known);
    }
    return {
      classes: known.classes,
      undecided: known.undecided.map((one) => ({ ...one, host })),
    };
  }
}

const ROOT: PathClass = { pattern: "/", path: "/" };

function divide(written: readonly Written[]): PathClasses {
  const languages: (Written & { readonly automaton: Automaton })[] = [];
  const undecided: Undecided[] = [];
  const opaque = ({ pattern }: Written, why: string) =>
    undecided.push({ host: "", pattern, why });
  for (const one of written) {
    const automaton = tryAutomaton(one.expression);
    if (automaton === undefined) continue;
    if (isOpaque(automaton)) opaque(one, automaton.opaque);
    else languages.push({ ...one, automaton });
  }
  const classes = classesOf(languages.map(({ automaton }) => automaton));
  if (classes === undefined)
    for (const one of languages)
      opaque(one, "with the others of its host it has too many classes");
  const found = (classes ?? []).map(({ example, within }) => ({
    example,
    patterns: languages.flatMap(({ pattern }, at) =>
      within[at] ? [pattern] : [],
    ),
  }));
  return {
    undecided,
    classes: [
      ROOT,
      ...languages.flatMap(({ pattern }) =>
        found
          .filter(({ patterns }) => patterns.includes(pattern))
          .map(({ example }) => ({ pattern, path: encoded(example) })),
      ),
      // What no pattern has need not be like the root.
      ...found
        .filter(({ patterns }) => patterns.length === 0)
        .map(({ example }) => ({
          pattern: encoded(example),
          path: encoded(example),
        })),
      // What can't be decided is at least tried.
      ...undecided.flatMap(({ pattern }) =>
        samplePaths(pattern)
          .slice(0, 8)
          .map((path) => ({ pattern, path: encoded(path) })),
      ),
    ],
  };
}

function tryAutomaton(expression: string) {
  try {
    return automatonOf(expression);
  } catch {
    // cloudflared refuses a document with such a path.
    return undefined;
  }
}

/** A decoded path as a request has it. */
function encoded(path: string): string {
  return path.replace(/[^\w.~/!$&'()*+,;=:@-]+/gu, encodeURIComponent);
}
