import { publicDestinations } from "../access/match-application";
import type { Normalization } from "../access/normalize-path";
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
import type { AccountState } from "./change";
import { malformedPaths } from "./malformed";
import { requestClasses, type RequestClass } from "./spellings";

/** Requests that every pattern of a host treats alike, by one of the shortest paths. */
export interface PathClass {
  /** A pattern that has them, as it is written; else the path itself. */
  readonly pattern: string;
  /** As a request has it. */
  readonly path: string;
  /** It takes a spelling that people do not write, read so. */
  readonly spelled?: Normalization;
  /** What is taken for granted of patterns that can't be decided. @default - nothing */
  readonly assumed?: ReadonlyMap<string, boolean>;
}

/** A pattern of which nobody can tell here what it matches beside others. */
export interface Undecided {
  readonly host: string;
  readonly pattern: string;
  readonly why: string;
  /** With this pattern all paths of the host are undecided. */
  readonly whole?: boolean;
}

export interface PathClasses {
  readonly classes: readonly PathClass[];
  readonly undecided: readonly Undecided[];
}

/** A pattern as it is written, and the regular expression that it stands for. */
export interface Written {
  readonly pattern: string;
  readonly expression: string;
}

/** A pattern that can be compared with others. */
interface Read extends Written {
  readonly automaton: Automaton;
}

/**
 * The classes into which the patterns of applications and rules part the
 * requests to each host, before and after a change.
 */
export class PathIndex {
  readonly #applications: {
    readonly covers: (host: string) => boolean;
    readonly patterns: readonly Written[];
  }[] = [];
  readonly #rules: readonly IngressRule[];
  readonly #known = new Map<string, PathClasses>();

  /** @param also patterns of one host that tell its requests apart as well */
  constructor(
    states: readonly AccountState[],
    private readonly also?: {
      readonly host: string;
      readonly access: readonly Written[];
      readonly rules: readonly Written[];
    },
  ) {
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
    const more = this.also?.host === host ? this.also : undefined;
    const access = this.#accessOn(host);
    const rules = [
      ...this.#rules
        .filter((rule) => matchesHostname(rule, host))
        .map(({ path }) => ({ pattern: path ?? "", expression: path ?? "" })),
      ...(more?.rules ?? []),
    ];
    // Many hosts have the same patterns.
    const key = JSON.stringify([access, rules]);
    let known = this.#known.get(key);
    if (known === undefined) {
      known = divide(once(access), once(rules));
      this.#known.set(key, known);
    }
    return {
      classes: known.classes,
      undecided: known.undecided.map((one) => ({ ...one, host })),
    };
  }

  /** Paths that a connector answers with 400: they count where a host moves between a tunnel and a server. */
  malformedOf(host: string): readonly PathClass[] {
    const [read] = automataOf(once(this.#accessOn(host)));
    const wellFormed = this.classesOf(host).classes.map(({ path }) => path);
    const found = (["rfc3986", "cloudflare"] as const).flatMap(
      (normalization) =>
        malformedPaths(
          read.map(({ automaton }) => automaton),
          wellFormed,
          normalization,
        ).map((path) => ({ pattern: path, path, spelled: normalization })),
    );
    return [...new Map(found.map((one) => [one.path, one])).values()];
  }

  #accessOn(host: string): Written[] {
    return [
      ...this.#applications
        .filter(({ covers }) => covers(host))
        .flatMap(({ patterns }) => patterns),
      ...(this.also?.host === host ? this.also.access : []),
    ].map(({ expression, pattern }) => ({
      pattern,
      expression: `(?s)${expression}`,
    }));
  }
}

function once(written: readonly Written[]): Written[] {
  return [...new Map(written.map((one) => [one.expression, one])).values()];
}

const ROOT: PathClass = { pattern: "/", path: "/" };

function divide(
  access: readonly Written[],
  rules: readonly Written[],
): PathClasses {
  const [read, unread] = automataOf(access);
  const [readRules, unreadRules] = automataOf(rules);
  const undecided = [...unread, ...unreadRules];
  const found = classesIn(read, readRules);
  if (found === undefined)
    return {
      undecided: [...read, ...readRules, ...undecided].map(({ pattern }) => ({
        host: "",
        pattern,
        why: "with the others of its host it has too many classes",
        whole: true,
      })),
      // What can't be decided is at least tried.
      classes: [
        ROOT,
        ...[...read, ...readRules].flatMap(({ pattern }) => samplesOf(pattern)),
      ],
    };
  const classes = [
    ROOT,
    ...[...read, ...readRules].flatMap(({ pattern }) =>
      found
        .filter(({ patterns, spelled }) => !spelled && patterns.has(pattern))
        .map(({ path }) => ({ pattern, path })),
    ),
    // What no pattern has need not be like the root.
    ...found
      .filter(({ patterns, spelled }) => !spelled && patterns.size === 0)
      .map(({ path }) => ({ pattern: path, path })),
    ...found
      .filter(({ spelled }) => spelled)
      .map(({ path, spelled }) => ({ pattern: path, path, spelled })),
  ];
  const assumptions = assumptionsOf(undecided.map(({ pattern }) => pattern));
  return {
    undecided: undecided.map(({ pattern, why }) => ({
      host: "",
      pattern,
      why,
      ...(assumptions === undefined && { whole: true }),
    })),
    classes:
      undecided.length === 0 || assumptions === undefined
        ? classes
        : classes.flatMap((one) =>
            assumptions.map((assumed) => ({ ...one, assumed })),
          ),
  };
}

interface Found extends Pick<PathClass, "path" | "spelled"> {
  readonly patterns: ReadonlySet<string>;
}

/** In every way in which a zone may normalize paths: which one is not read. */
function classesIn(
  access: readonly Read[],
  rules: readonly Read[],
): readonly Found[] | undefined {
  const all = new Map<string, Found>();
  for (const normalization of ["rfc3986", "cloudflare"] as const) {
    const classes = requestClasses(
      access.map(({ automaton }) => automaton),
      rules.map(({ automaton }) => automaton),
      normalization,
    );
    if (classes === undefined) return undefined;
    for (const one of classes) {
      const key = [...one.access, ...one.rules].map(Number).join("");
      if (all.has(key)) continue;
      all.set(key, {
        path: one.path,
        patterns: patternsOf(one, access, rules),
        ...(one.spelled && { spelled: normalization }),
      });
    }
  }
  return [...all.values()];
}

function patternsOf(
  one: RequestClass,
  access: readonly Read[],
  rules: readonly Read[],
): ReadonlySet<string> {
  return new Set(
    [
      ...access.filter((_, at) => one.access[at]),
      ...rules.filter((_, at) => one.rules[at]),
    ].map(({ pattern }) => pattern),
  );
}

function automataOf(
  written: readonly Written[],
): [Read[], (Written & { readonly why: string })[]] {
  const read: Read[] = [];
  const unread: (Written & { readonly why: string })[] = [];
  for (const one of written) {
    const automaton = tryAutomaton(one.expression);
    if (automaton === undefined) continue;
    if (isOpaque(automaton)) unread.push({ ...one, why: automaton.opaque });
    else read.push({ ...one, automaton });
  }
  return [read, unread];
}

/** Past so many patterns that can't be decided nothing is said of their host. */
const MOST_UNDECIDED = 4;

/** Every way in which patterns may match a path or not; undefined where there are too many. */
function assumptionsOf(
  patterns: readonly string[],
): readonly ReadonlyMap<string, boolean>[] | undefined {
  if (patterns.length > MOST_UNDECIDED) return undefined;
  return patterns.reduce<ReadonlyMap<string, boolean>[]>(
    (all, pattern) =>
      all.flatMap((one) =>
        [false, true].map((is) => new Map([...one, [pattern, is]])),
      ),
    [new Map()],
  );
}

function samplesOf(pattern: string): PathClass[] {
  return samplePaths(pattern)
    .slice(0, 8)
    .map((path) => ({ pattern, path: encoded(path) }));
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
