import { publicDestinations } from "../access/match-application";
import { hostMatcher, parseUri } from "../access/path-pattern";
import { namedTunnel } from "../dns/tunnel-name";
import { matchesHostname } from "../ingress/match";
import { takesEveryHost } from "../ingress/rule";
import { samplePaths } from "../ingress/samples";
import type { AccountState, Change } from "./change";
import type { Judge, Spot } from "./judge";

/** A host and path that something treats in its own way, with a request that goes there. */
export interface Place {
  /** As it is written: `app.example.com`, `*.example.com`. */
  readonly host: string;
  /** A path, or the pattern of an application or a rule. */
  readonly path: string;
  /** A request to it. */
  readonly request: { readonly host: string; readonly path: string };
  readonly before: Spot;
  readonly after: Spot;
}

/** A path to try, and the pattern that it was made from. */
interface Candidate {
  readonly pattern: string;
  readonly path: string;
}

/** What stands for a name under a wildcard that has nothing of its own. */
const OTHER_LABEL = "any-other-host";
/** Each pattern of a rule is tried with so many paths. */
const MOST_SAMPLES = 8;

/**
 * Every place that is treated in its own way, before or after: hosts that an
 * application, a tunnel's rule or a tunnel's DNS record names, and on each of
 * them the paths that come to another application or rule. Found by trying
 * paths of every pattern there is; two paths with the same applications and
 * rules are one place.
 */
export function placesOf(
  change: Change,
  before: Judge,
  after: Judge,
): readonly Place[] {
  const patterns = new PathPatterns([change.before, change.after]);
  return hostsOf(change).flatMap((host) => {
    const name = sampleHost(host);
    const places = new Map<string, Place & { pattern: string }>();
    for (const { path, pattern } of patterns.candidates(name)) {
      const request = { host: name, path };
      const spots = { before: before.at(request), after: after.at(request) };
      const key = `${spots.before.key}|${spots.after.key}`;
      if (!places.has(key))
        places.set(key, { host, path: pattern, pattern, request, ...spots });
    }
    const found = [...places.values()];
    return found.map(({ pattern, ...place }) => ({
      ...place,
      // Where parts of a pattern are treated differently the path itself tells them apart.
      path:
        found.filter((other) => other.pattern === pattern).length > 1
          ? place.request.path
          : pattern,
    }));
  });
}

/** Every host that is named, wildcards included; before those that lead nowhere else. */
function hostsOf({ after, before }: Change): string[] {
  const hosts = new Set<string>();
  for (const { access, records, tunnels } of [before, after]) {
    for (const application of access.applications)
      for (const { uri } of publicDestinations(application))
        hosts.add(parseUri(uri ?? "").host);
    for (const { rules } of tunnels)
      for (const rule of rules)
        if (!takesEveryHost(rule)) hosts.add(rule.hostname!.toLowerCase());
    for (const record of records)
      if (namedTunnel(record) !== undefined) hosts.add(record.name);
  }
  return [...hosts].sort(NUMBERED.compare);
}

/** `service-2` before `service-10`. */
const NUMBERED = new Intl.Collator("en", { numeric: true });

/** A host that a pattern covers and nothing else names. */
function sampleHost(host: string): string {
  return host === "*" || host.startsWith("*.")
    ? host.replace("*", OTHER_LABEL)
    : host.replaceAll("*", "zq7");
}

/** The path patterns of applications and rules, by host. */
class PathPatterns {
  readonly #applications: {
    readonly covers: (host: string) => boolean;
    readonly candidates: readonly Candidate[];
  }[] = [];
  readonly #rules;

  constructor(states: readonly AccountState[]) {
    for (const { access } of states)
      for (const application of access.applications)
        for (const { overrides, uri } of publicDestinations(application)) {
          const { host, path } = parseUri(uri ?? "");
          const own = path === "" ? [] : pathsUnder(path);
          const open = (overrides ?? []).flatMap(({ path_pattern }) =>
            path_pattern ? pathsUnder(path_pattern) : [],
          );
          if (own.length + open.length > 0)
            this.#applications.push({
              covers: hostMatcher(host),
              candidates: [...own, ...open],
            });
        }
    this.#rules = states
      .flatMap(({ tunnels }) => tunnels.flatMap(({ rules }) => rules))
      .filter(({ path }) => path);
  }

  /** Paths to try on a host, the root first, then the narrowest patterns. */
  candidates(host: string): Candidate[] {
    const ofRules = this.#rules.filter((rule) => matchesHostname(rule, host));
    const patterns = new Set(ofRules.map(({ path }) => path ?? ""));
    return [
      { pattern: "/", path: "/" },
      ...this.#applications
        .filter(({ covers }) => covers(host))
        .flatMap(({ candidates }) => candidates),
      ...[...patterns].flatMap(samplesOf),
    ];
  }
}

/** Paths of an application's pattern: itself, and below it a plain name and one with a dot. */
function pathsUnder(pattern: string): Candidate[] {
  const path = `/${pattern}`.replace("//", "/").replaceAll("*", "x");
  const below = path.endsWith("/") ? path : `${path}/`;
  return [path, `${below}x`, `${below}x.y`].map((one) => ({
    pattern,
    path: one,
  }));
}

/** Paths of a rule's pattern that a browser would send as they are. */
function samplesOf(pattern: string): Candidate[] {
  return samplePaths(pattern)
    .filter((path) => !/\/\/|\/\.|[;%?#\n]/.test(path))
    .sort((a, b) => Number(isPlain(b)) - Number(isPlain(a)))
    .slice(0, MOST_SAMPLES)
    .map((path) => ({ pattern, path: encodeURI(path) }));
}

function isPlain(path: string): boolean {
  return /^[\w/.~-]*$/.test(path);
}
