import type { IngressRule } from "../../ingress/rule";
import { interferes, pathsMayOverlap, sameHosts } from "../../ingress/shadow";
import type { Diagnostics } from "../../terraform-plugin/provider";
import type { Client } from "./client";
import { findRule, sameRule } from "./document";
import type { Journal } from "./journal";
import { isJsonObject } from "./json";
import { nameOf } from "./messages";
import { audTags, carriesAudOf, printId, type RouteId } from "./route";

/** A rule of someone else that comes before one of ours, and takes some of its paths. */
export interface Overlap {
  /** Its place in the document, from 1. */
  readonly number: number;
  readonly rule: IngressRule;
}

/**
 * Rules of others that stand before ours, for its host or for more, and whose
 * paths may be some of its. They are none of ours to move or to take out.
 */
export function overlappingRules(
  rules: readonly IngressRule[],
  ours: IngressRule,
  route: RouteId,
  { journal }: Client,
): Overlap[] {
  return rules
    .slice(0, findRule(rules, ours))
    .map((rule, index) => ({ rule, number: index + 1 }))
    .filter(
      ({ rule }) =>
        // Without a path it takes all or nothing: then ours counts as shadowed.
        rule.path &&
        (interferes(rule, ours) ||
          (sameHosts(rule, ours) && pathsMayOverlap(rule, ours))) &&
        !carriesAudOf(rule, ours) &&
        !isOfRoute(rule, route, journal),
    );
}

/** Those of which nothing was said when the route was last written. */
export function newOverlaps(
  overlaps: readonly Overlap[],
  told: readonly IngressRule[] = [],
): Overlap[] {
  return overlaps.filter(
    ({ rule }) => !told.some((other) => sameRule(other, rule)),
  );
}

export function tellOfOverlaps(
  diagnostics: Diagnostics,
  overlaps: readonly Overlap[],
  ours: IngressRule,
): void {
  if (overlaps.length === 0) return;
  const lines = overlaps.map(
    ({ rule, number }) => `rule ${number}, ${nameOf(rule)}: ${checkOf(rule)}`,
  );
  diagnostics.warn(
    `Existing rules take some paths of ${nameOf(ours)} first, and are kept`,
    `${lines.join("\n")}\nThose requests bypass this route and its JWT check. Before you remove such a rule, check what it serves; to keep it, make sure that an Access application covers its path, or that the path may be public.`,
  );
}

function checkOf(rule: IngressRule): string {
  const access = rule.originRequest?.["access"];
  return isJsonObject(access) &&
    access["required"] === true &&
    audTags(rule).length > 0
    ? "requires another application's JWT"
    : "has no JWT check";
}

/** Whether a route of this stack has written the rule, in the tunnel of `route`. */
export function isOfRoute(
  { hostname, path }: IngressRule,
  route: RouteId,
  journal: Journal,
): boolean {
  const id = { ...route, hostname: hostname ?? "", path: path || null };
  const entry = journal.read(printId(id));
  return entry !== undefined && !entry.leaving;
}
