/**
 * Hosts and paths as Access applications write them, with `*` as wildcard.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/policies/app-paths/
 */
export interface UriPattern {
  /** In lower case, without a port. */
  readonly host: string;
  /** Empty, or beginning with a slash. */
  readonly path: string;
}

/** Splits `example.com/path`. A scheme, a port, a query and a fragment are dropped: Access does not know them. */
export function parseUri(uri: string): UriPattern {
  const plain = pathOnly(uri.trim().replace(/^[a-z][a-z0-9+.-]*:\/\//i, ""));
  const slash = plain.indexOf("/");
  const path = slash === -1 ? "" : plain.slice(slash);
  return {
    host: normalHost(slash === -1 ? plain : plain.slice(0, slash)),
    path: path === "/" ? "" : path,
  };
}

/** A host in lower case, without port and trailing dot. */
export function normalHost(host: string): string {
  const colon = host.indexOf(":");
  const bare = colon === -1 ? host : host.slice(0, colon);
  return (bare.endsWith(".") ? bare.slice(0, -1) : bare).toLowerCase();
}

/** A path without query and fragment; the empty path is `/`. */
export function requestPath(path: string): string {
  return pathOnly(path) || "/";
}

function pathOnly(text: string): string {
  const end = text.search(/[?#]/);
  return end === -1 ? text : text.slice(0, end);
}

export type Matcher = (text: string) => boolean;

/**
 * Covers one host name or, with wildcards, several. A wildcard stays within
 * its label: `*.example.com` covers neither `example.com` nor
 * `a.b.example.com`; `*test.example.com` covers `test.example.com`.
 */
export function hostMatcher(pattern: string): Matcher {
  if (!pattern.includes("*")) return (host) => host === pattern;
  const labels = pattern
    .split(".")
    .map((label) => (label === "*" ? "[^.]+" : toRegExp(label, "[^.]*")));
  const expression = new RegExp(`^${labels.join("\\.")}$`);
  return (host) => expression.test(host);
}

/**
 * Covers a path and everything below it: `/alpha` covers `/alpha` and
 * `/alpha/one`, not `/alphabet`. A wildcard spans slashes: `/a*b/c` covers
 * `/a/x/b/c`. `/alpha/*` does not cover `/alpha`. Case counts.
 */
export function pathMatcher(pattern: string): Matcher {
  if (pattern === "") return () => true;
  if (!pattern.includes("*")) {
    const below = pattern.endsWith("/") ? pattern : `${pattern}/`;
    return (path) => path === pattern || path.startsWith(below);
  }
  return matcherOf(pathExpression(pattern));
}

/** What {@link pathMatcher} covers, as a regular expression in which a dot is any character. */
export function pathExpression(pattern: string): string {
  if (pattern === "") return "";
  const below = /[*/]$/.test(pattern) ? ".*" : "(?:/.*)?";
  return `^${toRegExp(pattern, ".*")}${below}$`;
}

/** Covers exactly what the pattern says, and not what lies below it. */
export function exactPathMatcher(pattern: string): Matcher {
  return matcherOf(exactPathExpression(pattern));
}

/** What {@link exactPathMatcher} covers, as a regular expression in which a dot is any character. */
export function exactPathExpression(pattern: string): string {
  const rooted = pattern.startsWith("/") ? pattern : `/${pattern}`;
  return `^${toRegExp(rooted, ".*")}$`;
}

function matcherOf(expression: string): Matcher {
  const regExp = new RegExp(expression, "s");
  return (path) => regExp.test(path);
}

function toRegExp(pattern: string, wildcard: string): string {
  return pattern
    .split("*")
    .map((text) => text.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"))
    .join(wildcard);
}

/**
 * How specific each part of a pattern is: a part without wildcard most, then
 * by the number of letters beside the wildcard.
 */
export function specificity(parts: readonly string[]): number[] {
  return parts.map((part) =>
    part === "" || part.includes("*")
      ? part.replaceAll("*", "").length
      : Number.MAX_SAFE_INTEGER,
  );
}

/** Sorts the more specific first: the first part that differs decides, and a missing part is the least specific. */
export function moreSpecificFirst(
  a: readonly number[],
  b: readonly number[],
): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (b[i] ?? -1) - (a[i] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}
