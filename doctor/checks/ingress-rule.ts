import { describeRule } from "../../ingress/describe";
import { isEveryPathOf } from "../../ingress/compare-paths";
import { matchesHostname } from "../../ingress/match";
import type { IngressRule } from "../../ingress/rule";
import {
  interferes,
  pathsMayOverlap,
  sameHosts,
  sameTarget,
} from "../../ingress/shadow";
import { tokenDemand } from "../../ingress/token-demand";
import { NotKnown } from "../../account/not-known";
import { type Check, ok, type Seen, warning } from "../check";
import type { ServiceContext } from "../context";
import { PAGES } from "../pages";
import type { PlannedRoute } from "../planned";

export const ingressRuleCheck: Check<ServiceContext> = {
  id: "ingress-rule",
  why: "The first rule that fits a request answers it, and only the service's own checks the JWT of Access.",
  page: PAGES.tunnels,
  async run({ account, service }) {
    const { rules = [], source } = await account.configuration();
    if (source === "local")
      throw new NotKnown("the tunnel is configured by a file on its host");
    return [
      ...service.routes.flatMap((route) => [
        plannedChange(route, rules),
        ...before(route, rules),
      ]),
      ...beside(service.routes, rules),
    ];
  },
};

/** What the deploy will do about one rule. */
function plannedChange(
  { id, rule: planned }: PlannedRoute,
  rules: readonly IngressRule[],
): Seen {
  const { hostname, path } = planned;
  const about = path ? `${hostname} ${path}` : hostname;
  const standing = rules.findIndex((rule) => sameTarget(rule, planned));
  const deployed = id !== undefined;
  if (standing >= 0 && deployed)
    return ok(
      `this stack's own rule exists (${describeRule(rules, standing)})`,
      about,
    );
  if (standing >= 0)
    return ok(
      `adopted: ${describeRule(rules, standing)} is replaced, remembered, and put back by a destroy`,
      about,
    );
  if (deployed)
    return warning(
      "the rule was deployed and is gone: the deploy puts it back",
      "Find out who took it out: another writer of this tunnel?",
      about,
    );
  const reached = answering(planned, rules);
  return ok(
    reached.length === 0
      ? "the tunnel has no rule yet: the deploy makes this one and a last one that answers 404"
      : `answered by ${reached.map((index) => describeRule(rules, index)).join(" or ")} so far: the deploy makes one before it`,
    about,
  );
}

/** The rules that take requests which a rule to come is for, in their order. */
function answering(
  planned: IngressRule,
  rules: readonly IngressRule[],
): number[] {
  const found: number[] = [];
  for (const [index, rule] of rules.entries()) {
    const last = index === rules.length - 1;
    if (!last && !matchesHostname(rule, planned.hostname ?? "")) continue;
    if (!last && !pathsMayOverlap(rule, planned)) continue;
    found.push(index);
    if (!rule.path || isEveryPathOf(planned.path ?? "", rule.path)) break;
  }
  return found;
}

/** Wider rules further up that could answer some of its requests, unchecked. */
function before(
  { rule: planned }: PlannedRoute,
  rules: readonly IngressRule[],
): Seen[] {
  const standing = rules.findIndex((rule) => sameTarget(rule, planned));
  return rules
    .slice(0, Math.max(standing, 0))
    .flatMap((rule, index) =>
      interferes(rule, planned)
        ? [
            warning(
              `${describeRule(rules, index)} comes before it and may take some of its paths, without the JWT check`,
              "If that is not intended, move that rule below the service's own on that page, after the deploy.",
              planned.hostname,
            ),
          ]
        : [],
    );
}

/**
 * Rules that someone made for parts of the service's host. The deploy leaves
 * them where they are, so that they take requests that its own rules refuse.
 */
function beside(
  routes: readonly PlannedRoute[],
  rules: readonly IngressRule[],
): Seen[] {
  const whole = routes.find(({ rule }) => !rule.path)?.rule;
  if (!whole) return [];
  const standing = rules.findIndex((rule) => sameTarget(rule, whole));
  return rules.flatMap((rule, index) => {
    const reached = standing < 0 || index < standing;
    const own = routes.some((route) => sameTarget(rule, route.rule));
    const { path: pattern } = rule;
    if (own || !reached || !pattern || !sameHosts(rule, whole)) return [];
    if (tokenDemand(rule)) return [];
    const opened = routes.find(
      ({ rule: own }) =>
        own.path && !tokenDemand(own) && takesSomeOf(rule, own.path),
    );
    return warning(
      opened
        ? `${describeRule(rules, index)} stays beside the service's own for an open path, and is wider: everyone gets through it with spellings such as "/..%2f", past the login`
        : `${describeRule(rules, index)} stays, and takes its paths without the JWT check`,
      "After the deploy, remove that rule on that page: the service's own rules then take its paths.",
      whole.hostname,
    );
  });
}

/**
 * Whether a pattern takes some path that Access lets everyone through to: the
 * open path and all below it, of which the rule of `opened` takes but a part.
 */
function takesSomeOf(rule: IngressRule, opened: string): boolean {
  const start = opened.replace(/\(.*$/s, "");
  return pathsMayOverlap(rule, { path: `${start}(?:/|$)` });
}
