import type { IngressRule } from "../../ingress/rule";
import { hasWiderHosts, swallows, targetKey } from "../../ingress/shadow";
import { meaning, type JsonObject } from "./json";

/**
 * A tunnel's whole configuration. Nobody owns it: all we do not know stays.
 *
 * @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/tunnels/subresources/cloudflared/subresources/configurations/
 */
export type TunnelConfig = JsonObject;

/** Where a rule of ours stands or would stand. */
export type Target = Pick<IngressRule, "hostname" | "path">;

/** What Cloudflare's dashboard puts last as well. */
export const CATCH_ALL: IngressRule = { service: "http_status:404" };

/** The rules of a configuration; none where it was never written. */
export function rulesOf(config: TunnelConfig | null): readonly IngressRule[] {
  const rules = config?.["ingress"];
  return Array.isArray(rules) ? (rules as IngressRule[]) : [];
}

/** Whether two rules mean the same to cloudflared. */
export function sameRule(a: IngressRule, b: IngressRule): boolean {
  return ruleMeaning(a) === ruleMeaning(b);
}

/** The same for what may be no rule at all. */
export function sameOrNone(
  a: IngressRule | null,
  b: IngressRule | null,
): boolean {
  return a && b ? sameRule(a, b) : a === b;
}

/**
 * What a rule means: `originRequest: {}`, `null` and nothing are one, so are
 * an empty hostname or path and none, and an access that is not required.
 */
function ruleMeaning(rule: IngressRule): string {
  const settings: { [key: string]: unknown } = { ...rule.originRequest };
  const access = settings["access"] as { required?: unknown } | null;
  if (access?.required === false) {
    settings["access"] = { ...access, required: null };
  }
  const text = meaning(settings);
  return meaning({
    ...rule,
    hostname: rule.hostname || null,
    path: rule.path || null,
    originRequest: text === "{}" ? null : settings,
  });
}

/** The index of the rule that is for this host and path: the first, for later ones never answer. */
export function findRule(
  rules: readonly IngressRule[],
  target: Target,
): number | undefined {
  let places = placesOf.get(rules);
  if (places === undefined) {
    places = new Map();
    for (const [index, rule] of rules.entries()) {
      const key = targetKey(rule);
      if (!places.has(key)) places.set(key, index);
    }
    placesOf.set(rules, places);
  }
  return places.get(targetKey(target));
}

/** The first place of each target: a plan looks up every route in one document. */
const placesOf = new WeakMap<readonly IngressRule[], Map<string, number>>();

/** The rule for this host and path. */
export function ruleAt(
  rules: readonly IngressRule[],
  target: Target,
): IngressRule | undefined {
  const index = findRule(rules, target);
  return index === undefined ? undefined : rules[index];
}

/** Whether a rule is there as it should be, and not below another for the same. */
export function isPresent(
  rules: readonly IngressRule[],
  rule: IngressRule,
): boolean {
  const found = ruleAt(rules, rule);
  return found !== undefined && sameRule(found, rule);
}

/** The index of the first rule before `index` that leaves it nothing. */
export function shadowOf(
  rules: readonly IngressRule[],
  index: number,
): number | undefined {
  const rule = rules[index]!;
  for (let earlier = 0; earlier < index; earlier++)
    if (swallows(rules[earlier]!, rule)) return earlier;
  return undefined;
}

/**
 * The index of the rule that a new rule for this target replaces: one that is
 * for the same host and path and is reached. One that never answers stays
 * where it is, below ours.
 */
export function findReplaceable(
  rules: readonly IngressRule[],
  target: Target,
): number | undefined {
  const index = findRule(rules, target);
  return index !== undefined && shadowOf(rules, index) === undefined
    ? index
    : undefined;
}

/**
 * The rules with ours among them: in the place of the one for the same host and
 * path, else before the first that would take its requests away.
 *
 * @param followers The rules that it stood before when it was taken out: it
 * comes back there where requests still reach it.
 */
export function withRule(
  rules: readonly IngressRule[],
  rule: IngressRule,
  followers: readonly IngressRule[] = [],
): readonly IngressRule[] {
  const replaceable = findReplaceable(rules, rule);
  if (replaceable !== undefined) return rules.with(replaceable, rule);
  if (rules.length === 0) return [rule, CATCH_ALL];
  const before = placeBefore(rules, followers);
  if (before !== undefined) {
    const back = rules.toSpliced(before, 0, rule);
    const wrongs = rules
      .slice(before)
      .some((other) => takesFrom(rule, other) && !isAmong(followers, other));
    if (!wrongs && shadowOf(back, before) === undefined) return back;
  }
  return rules.toSpliced(placeFor(rules, rule), 0, rule);
}

function isAmong(rules: readonly IngressRule[], rule: IngressRule): boolean {
  return rules.some((other) => sameRule(other, rule));
}

/** Whether a rule that comes first takes requests that are another's by right. */
function takesFrom(rule: IngressRule, other: IngressRule): boolean {
  return swallows(rule, other) || hasWiderHosts(rule, other);
}

/**
 * Where the first of these rules stands that is still there: of several that
 * are alike, the one that is nearest to where it has to be expected.
 */
function placeBefore(
  rules: readonly IngressRule[],
  followers: readonly IngressRule[],
): number | undefined {
  const start = rules.length - followers.length;
  for (const [offset, follower] of followers.entries()) {
    const [nearest] = [...rules.keys()]
      .filter((index) => sameRule(rules[index]!, follower))
      .sort(
        (a, b) => Math.abs(a - start - offset) - Math.abs(b - start - offset),
      );
    if (nearest !== undefined) return nearest;
  }
  return undefined;
}

/**
 * Before whatever swallows the rule, and before rules for more hosts, which
 * would take a part of it; but after the rules that it would take from itself,
 * such as its own host's open paths. One of those that another rule hides now
 * counts as well: it is reached again when that one goes, as ours will, and
 * then ours must not stand in its way.
 */
function placeFor(rules: readonly IngressRule[], rule: IngressRule): number {
  const first = (index: number) => (index < 0 ? rules.length : index);
  const swallowed = first(
    rules.findIndex((earlier) => swallows(earlier, rule)),
  );
  const wider = first(
    rules.findIndex((earlier) => hasWiderHosts(earlier, rule)),
  );
  const narrower = rules
    .slice(0, swallowed)
    .findLastIndex((other) => takesFrom(rule, other));
  return Math.min(swallowed, Math.max(wider, narrower + 1));
}

/**
 * The rules after ours has gone: the one that stood there before is back in its
 * place, or nothing is.
 *
 * @param followers The rules that its place is before, where ours has moved.
 */
export function withoutRule(
  rules: readonly IngressRule[],
  target: Target,
  replaced: IngressRule | null,
  followers: readonly IngressRule[] = [],
): readonly IngressRule[] {
  const index = findRule(rules, target);
  if (index === undefined) return rules;
  if (replaced === null) return rules.toSpliced(index, 1);
  const rest = rules.toSpliced(index, 1);
  return rest.toSpliced(placeBefore(rest, followers) ?? index, 0, replaced);
}

/**
 * The rules after one of ours for fewer requests has gone: what had to be below
 * it is where a new rule would be, as others may be before it by now.
 *
 * @param mayMove whether a rule is ours, and in nobody's place
 */
export function withFollowersAhead(
  rules: readonly IngressRule[],
  gone: IngressRule,
  mayMove: (rule: IngressRule) => boolean,
): readonly IngressRule[] {
  let moved = rules;
  for (const rule of rules) {
    if (!takesFrom(rule, gone) || !mayMove(rule)) continue;
    const index = moved.indexOf(rule);
    const rest = moved.toSpliced(index, 1);
    const place = placeFor(rest, rule);
    if (place < index) moved = rest.toSpliced(place, 0, rule);
  }
  return moved;
}

/** The rules that follow ours where another has come to swallow it. */
export function followersOfHidden(
  rules: readonly IngressRule[],
  target: Target,
): readonly IngressRule[] | undefined {
  const index = findRule(rules, target);
  return index === undefined || shadowOf(rules, index) === undefined
    ? undefined
    : rules.slice(index + 1);
}

/** The rules after an update; where another has come to swallow ours, ours moves before it. */
export function withUpdatedRule(
  rules: readonly IngressRule[],
  rule: IngressRule,
): readonly IngressRule[] {
  const index = findRule(rules, rule);
  return index === undefined || shadowOf(rules, index) === undefined
    ? withRule(rules, rule)
    : withRule(rules.toSpliced(index, 1), rule);
}

/** The configuration with other rules; every other key stays. */
export function withRules(
  config: TunnelConfig | null,
  rules: readonly IngressRule[],
): TunnelConfig {
  return { ...config, ingress: rules };
}

/** Whether nothing stands there but the catch-all that we put in the first time. */
export function isOnlyCatchAll(rules: readonly IngressRule[]): boolean {
  const [rule] = rules;
  return rule !== undefined && rules.length === 1 && sameRule(rule, CATCH_ALL);
}

/** The rest of a configuration; `null` where there is none. */
export function withoutIngress(config: TunnelConfig): TunnelConfig | null {
  const rest = Object.entries(config).filter(([key]) => key !== "ingress");
  return rest.length > 0 ? Object.fromEntries(rest) : null;
}
