import type { Application, Destination } from "./model";
import {
  exactPathMatcher,
  hostMatcher,
  moreSpecificFirst,
  normalHost,
  parseUri,
  pathMatcher,
  requestPath,
  specificity,
  type Matcher,
} from "./path-pattern";

/** Types with a host whose traffic Access checks. The others live elsewhere or are mere links. */
const TYPES_WITH_TRAFFIC: ReadonlySet<string> = new Set([
  "self_hosted",
  "ssh",
  "vnc",
  "rdp",
  "mcp",
  "mcp_portal",
]);

export interface Covered<T> {
  readonly owner: T;
  /** The path is one that the destination's overrides open to everyone. */
  readonly open: boolean;
}

interface Pattern<T> {
  readonly owner: T;
  readonly host: string;
  readonly hostMatches: Matcher;
  readonly hostSpecificity: readonly number[];
  readonly pathMatches: Matcher;
  readonly pathSpecificity: readonly number[];
  readonly openPaths: readonly Matcher[];
}

/**
 * Finds the application that covers a request: the most specific host whose
 * path fits, and for that host the most specific path. Nothing is inherited
 * from wider applications.
 *
 * Hosts are compared label by label from the zone's end, paths segment by
 * segment from the start. The first part that differs decides: a literal part
 * before one with a wildcard, more letters beside the wildcard before fewer, a
 * part before none. So `a.example.com` comes before `a*.example.com` before
 * `*.example.com`, and `/eng/exec` before `/eng/e*` before `/eng/*` before
 * `/eng`. Cloudflare documents only that the more specific wins; between two
 * wildcards that both fit, this order is ours. Equal patterns, which the API
 * refuses, go to the application given first.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/policies/app-paths/
 */
export class ApplicationIndex<T> {
  readonly #byHost = new Map<string, Pattern<T>[]>();
  /** Patterns with their only wildcard in the first label, by the rest of the host. */
  readonly #byParent = new Map<string, Pattern<T>[]>();
  /** Wildcards further right, hence always less specific than those of `#byParent`. */
  readonly #others: Pattern<T>[] = [];

  constructor(entries: Iterable<readonly [Application, T]>) {
    const patterns: Pattern<T>[] = [];
    for (const [application, owner] of entries) {
      if (!hasTraffic(application)) continue;
      for (const destination of publicDestinations(application)) {
        patterns.push(compilePattern(destination, owner));
      }
    }
    patterns.sort(
      (a, b) =>
        moreSpecificFirst(a.hostSpecificity, b.hostSpecificity) ||
        moreSpecificFirst(a.pathSpecificity, b.pathSpecificity),
    );
    for (const pattern of patterns) this.#add(pattern);
  }

  find(host: string, path: string): Covered<T> | undefined {
    const bareHost = normalHost(host);
    const barePath = requestPath(path);
    return (
      first(this.#byHost.get(bareHost), bareHost, barePath) ??
      first(this.#byParent.get(parent(bareHost)), bareHost, barePath) ??
      first(this.#others, bareHost, barePath)
    );
  }

  #add(pattern: Pattern<T>): void {
    const above = parent(pattern.host);
    if (!pattern.host.includes("*")) push(this.#byHost, pattern.host, pattern);
    else if (!above.includes("*")) push(this.#byParent, above, pattern);
    else this.#others.push(pattern);
  }
}

/** Whether Access checks requests by it: a bookmark, for one, is a mere link. */
export function hasTraffic({ type }: Pick<Application, "type">): boolean {
  return TYPES_WITH_TRAFFIC.has(type ?? "self_hosted");
}

/** The destinations of an application that have a host name. */
export function publicDestinations(application: Application): Destination[] {
  const { destinations, self_hosted_domains, domain } = application;
  if (destinations && destinations.length > 0) {
    return destinations.filter(
      ({ type, uri }) => (type ?? "public") === "public" && Boolean(uri),
    );
  }
  const uris = new Set([
    ...(domain ? [domain] : []),
    ...(self_hosted_domains ?? []),
  ]);
  return [...uris].map((uri) => ({ type: "public", uri }));
}

function compilePattern<T>(destination: Destination, owner: T): Pattern<T> {
  const { host, path } = parseUri(destination.uri ?? "");
  return {
    owner,
    host,
    hostMatches: hostMatcher(host),
    hostSpecificity: specificity(host.split(".").reverse()),
    pathMatches: pathMatcher(path),
    pathSpecificity: specificity(path.split("/").slice(1)),
    openPaths: (destination.overrides ?? []).flatMap(
      ({ behavior, path_pattern }) =>
        behavior === "public" && path_pattern
          ? [exactPathMatcher(path_pattern)]
          : [],
    ),
  };
}

function first<T>(
  patterns: readonly Pattern<T>[] | undefined,
  host: string,
  path: string,
): Covered<T> | undefined {
  if (patterns === undefined) return undefined;
  for (const { hostMatches, pathMatches, owner, openPaths } of patterns) {
    if (hostMatches(host) && pathMatches(path)) {
      return { owner, open: openPaths.some((matches) => matches(path)) };
    }
  }
  return undefined;
}

function parent(host: string): string {
  const dot = host.indexOf(".");
  return dot === -1 ? "" : host.slice(dot + 1);
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
