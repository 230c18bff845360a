import type { IngressRule } from "../../ingress/rule";
import type { Diagnostics } from "../../terraform-plugin/provider";
import type { ObjectValue } from "../../terraform-plugin/value";
import { findReplaceable, findRule, sameRule } from "./document";
import type { Client } from "./client";
import type { Entry } from "./journal";
import { ownRuleWithoutJournal, ruleFromBefore } from "./messages";
import { settingsToKeep } from "./origin-request";
import { carriesAudOf, printId, type RouteId } from "./route";

/** Whose rule stands at our host and path, and what stood there before us. */
export interface Place {
  /** `ours`: left by an earlier run, or by another resource of this stack. */
  readonly kind: "none" | "theirs" | "ours";
  readonly rule: IngressRule | null;
  /** What a destroy would have to put back. */
  readonly previous: IngressRule | null;
  /** Ours, and nothing tells what stood there before. */
  readonly forgotten: boolean;
}

/**
 * Looks at the place where a new rule will stand. A rule of ours is never what
 * stood there before us: it is known by the state, where it is to be replaced,
 * by the journal, or by asking for the JWT of the same application.
 *
 * @param isExisting the application was there before the first deploy
 */
export function findPlace(
  rules: readonly IngressRule[],
  rule: IngressRule,
  id: string,
  { journal, held, destroyed }: Client,
  isExisting = false,
): Place {
  const place = lookAt(rules, rule, journal.read(id), isExisting);
  const replaced =
    place.kind === "none" ? destroyed.get(id)?.previous : held.get(id);
  if (replaced === undefined) return place;
  const kind = place.kind === "none" ? "none" : "ours";
  return { ...place, kind, previous: replaced, forgotten: false };
}

function lookAt(
  rules: readonly IngressRule[],
  rule: IngressRule,
  entry: Entry | undefined,
  isExisting: boolean,
): Place {
  const index = findRule(rules, rule);
  const found = index === undefined ? null : rules[index]!;
  // Of an application that was there before, its JWT tells nothing of us.
  const isKnown = entry !== undefined || !isExisting;
  if (found !== null && isKnown && isOurs(found, rule, entry)) {
    return {
      kind: "ours",
      rule: found,
      previous: entry?.previous ?? null,
      forgotten: entry === undefined,
    };
  }
  const replaceable = findReplaceable(rules, rule);
  if (replaceable !== undefined) {
    const theirs = rules[replaceable]!;
    return { kind: "theirs", rule: theirs, previous: theirs, forgotten: false };
  }
  return {
    kind: "none",
    rule: null,
    // Ours was there and is gone without a destroy: someone overwrote it.
    previous: entry && !entry.leaving ? entry.previous : null,
    forgotten: false,
  };
}

/** Whether a rule that stands there was written by us. */
export function isOurs(
  found: IngressRule,
  rule: IngressRule,
  entry: Entry | undefined,
): boolean {
  return (
    carriesAudOf(found, rule) ||
    (entry?.written.some((written) => sameRule(written, found)) ?? false)
  );
}

/**
 * What the new rule keeps of how the service is reached today: the settings of
 * the rule that stood at its place, or, for a path of a host, those that the
 * host's own rule for the same service had before us, as it answered these
 * requests until then. What the code set there is not kept: it has to go when
 * the code takes it out.
 */
export function keptByNew(
  rules: readonly IngressRule[],
  rule: IngressRule,
  place: Pick<Place, "rule" | "previous" | "forgotten">,
  { route, journal }: { readonly route: RouteId } & Pick<Client, "journal">,
): string | null {
  const before = place.previous ?? (place.forgotten ? place.rule : null);
  if (before !== null) return settingsToKeep(before, rule);
  if (!rule.path) return null;
  const host = journal.read(printId({ ...route, path: null }));
  const ofHost =
    host === undefined
      ? rules.find(({ hostname, path }) => hostname === rule.hostname && !path)
      : host.previous;
  if (ofHost?.service !== rule.service) return null;
  // Without a journal it may be ours: what the code states is its own to end.
  const stated = host === undefined ? rule.originRequest : undefined;
  return settingsToKeep(ofHost, rule, Object.keys(stated ?? {}));
}

/** Says what a new rule will replace. */
export function tellOfPlace(
  diagnostics: Diagnostics,
  place: Place,
  planned: ObjectValue,
): void {
  if (place.kind === "theirs")
    ruleFromBefore(diagnostics, place.previous!, planned["on_destroy"]);
  if (place.forgotten) ownRuleWithoutJournal(diagnostics);
}
