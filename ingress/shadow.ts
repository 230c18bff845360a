import { compilePath, hostForms } from "./match";
import { takesEveryHost, type IngressRule } from "./rule";
import { samplePaths } from "./samples";

/**
 * Whether `earlier`, standing before `later`, leaves it nothing: it takes every
 * host of `later` with every path of it. Exact for hosts and for rules without
 * a path; two different regular expressions are compared on samples, and where
 * none can be found `earlier` counts as swallowing.
 */
export function swallows(earlier: IngressRule, later: IngressRule): boolean {
  return coversHosts(earlier, later) && coversPaths(earlier, later);
}

/**
 * Whether two rules for the same hosts leave each other nothing, whichever
 * comes first: their paths are equal, or two spellings of the same.
 */
export function excludeEachOther(a: IngressRule, b: IngressRule): boolean {
  return sameHosts(a, b) && swallows(a, b) && swallows(b, a);
}

/** Whether one rule takes all the hosts of another, and more. */
export function hasWiderHosts(wide: IngressRule, narrow: IngressRule): boolean {
  return coversHosts(wide, narrow) && !coversHosts(narrow, wide);
}

/**
 * Whether `earlier` would take some of `later`'s requests without having been
 * written for its hostname: a wildcard or any-host rule whose path might
 * overlap.
 */
export function interferes(earlier: IngressRule, later: IngressRule): boolean {
  return hasWiderHosts(earlier, later) && pathsMayOverlap(earlier, later);
}

/** False only where both paths are anchored on different beginnings. */
export function pathsMayOverlap(a: IngressRule, b: IngressRule): boolean {
  return mayOverlap(a.path ?? "", b.path ?? "");
}

/** Whether two rules are for the same hosts and the same paths. */
export function sameTarget(a: IngressRule, b: IngressRule): boolean {
  return targetKey(a) === targetKey(b);
}

/** Equal for rules that are for the same hosts and the same paths. */
export function targetKey(rule: IngressRule): string {
  return `${hostsKey(rule)} ${rule.path ?? ""}`;
}

/** Whether two rules are for the same hosts. */
export function sameHosts(a: IngressRule, b: IngressRule): boolean {
  return hostsKey(a) === hostsKey(b);
}

function hostsKey(rule: IngressRule): string {
  const hosts = hostsOf(rule);
  if ("any" in hosts) return "*";
  return "name" in hosts ? hosts.name : `*${hosts.below}`;
}

/** Every host, every name below a suffix, or one name. */
type Hosts = { any: true } | { below: string } | { name: string };

const parsed = new Map<string, Hosts>();

function hostsOf(rule: IngressRule): Hosts {
  const hostname = takesEveryHost(rule) ? "" : rule.hostname!;
  let hosts = parsed.get(hostname);
  if (hosts === undefined) {
    if (hostname === "") hosts = { any: true };
    else if (hostname.startsWith("*.")) hosts = { below: hostname.slice(1) };
    // The last form is the one that browsers send.
    else hosts = { name: hostForms(hostname).at(-1)! };
    parsed.set(hostname, hosts);
  }
  return hosts;
}

function coversHosts(wide: IngressRule, narrow: IngressRule): boolean {
  const [w, n] = [hostsOf(wide), hostsOf(narrow)];
  if ("any" in w) return true;
  if ("any" in n) return false;
  if ("name" in w) return "name" in n && w.name === n.name;
  return ("name" in n ? n.name : n.below).endsWith(w.below);
}

function coversPaths(wide: IngressRule, narrow: IngressRule): boolean {
  if (!wide.path || wide.path === narrow.path) return true;
  const [pattern, other] = [
    tryCompile(wide.path),
    tryCompile(narrow.path ?? ""),
  ];
  // cloudflared refuses a document with an invalid path, so it takes nothing.
  if (pattern === undefined || other === undefined) return false;
  return samplePaths(narrow.path ?? "").every((path) => pattern.test(path));
}

function tryCompile(path: string): ReturnType<typeof compilePath> | undefined {
  try {
    return compilePath(path);
  } catch {
    return undefined;
  }
}

/** False only where both are anchored on beginnings that exclude each other. */
function mayOverlap(a: string, b: string): boolean {
  const [start, other] = [literalStart(a), literalStart(b)];
  if (start === undefined || other === undefined) return true;
  return start.startsWith(other) || other.startsWith(start);
}

/** What every path that matches `^literal…` begins with. */
function literalStart(pattern: string): string | undefined {
  if (/[|]/.test(pattern)) return undefined; // an alternative may start elsewhere
  const run = /^\^((?:[\w/~%!,;:@&='" -]|[^ -~]|\\[^\w\s])*)(.?)/su.exec(
    pattern,
  );
  if (run === null) return undefined;
  const literal = run[1]!.replace(/\\/g, "");
  // A quantifier belongs to the last character, which may then be missing.
  return /[*?{]/.test(run[2]!) ? literal.slice(0, -1) : literal;
}
