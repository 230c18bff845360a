import { isEveryPathOf, shareAPath } from "./compare-paths";
import { hostForms } from "./match";
import { takesEveryHost, type IngressRule } from "./rule";

/**
 * Whether `earlier`, standing before `later`, leaves it nothing: it takes every
 * host of `later` with every path of it. Exact; only where a regular expression
 * is too large to be compared does `earlier` count as swallowing.
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

/** Whether some path is one of both; true as well where that can't be told. */
export function pathsMayOverlap(a: IngressRule, b: IngressRule): boolean {
  return shareAPath(a.path ?? "", b.path ?? "") ?? true;
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
  return isEveryPathOf(narrow.path ?? "", wide.path) ?? true;
}
