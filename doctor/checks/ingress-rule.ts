import { describeRule } from "../../ingress/describe";
import { isEveryPathOf } from "../../ingress/compare-paths";
import { matchesHostname } from "../../ingress/match";
import { PROTECT_RULE } from "../../ingress/protect-rule";
import type { IngressRule } from "../../ingress/rule";
import {
  interferes,
  pathsMayOverlap,
  sameHosts,
  sameTarget,
  swallows,
} from "../../ingress/shadow";
import { tokenDemand } from "../../ingress/token-demand";
import { NotKnown } from "../../account/not-known";
import {
  findReplaceable,
  findRule,
} from "../../providers/tunnel-route/document";
import { type DoctorCheck, ok, type Seen, warning } from "../check";
import type { ServiceContext } from "../context";
import { PAGES } from "../pages";
import type { PlannedRoute, PlannedService } from "../planned";
import { deployedRule, leftNext, leftOf } from "../deployed-rule";
import { AS_BEFORE } from "../taken-over";
import type { Entry } from "../../providers/tunnel-route/journal";
import { formerRule } from "../../providers/tunnel-route/route";
import { ruleDifferences, settingsOf } from "./rule-differences";

export const ingressRuleCheck: DoctorCheck<ServiceContext> = {
  id: "ingress-rule",
  why: "The first rule that fits a request answers it, and only the service's own checks the JWT of Access.",
  page: PAGES.tunnels,
  async run({ account, service }) {
    const { rules = [], source } = await account.configuration();
    if (source === "local")
      throw new NotKnown("the tunnel is configured by a file on its host");
    return [
      ...service.routes.flatMap((route) => [
        plannedChange(route, service.noted, rules),
        ...before(route, service, rules),
      ]),
      ...wider(service.routes, rules),
    ];
  },
};

/** What the deploy will do about one rule. */
function plannedChange(
  route: PlannedRoute,
  noted: PlannedService["noted"],
  rules: readonly IngressRule[],
): Seen {
  const { id, leavesNone, rule: planned } = route;
  const { hostname, path } = planned;
  const about = path ? `${hostname} ${path}` : hostname;
  if (id !== undefined) {
    const own = findRule(rules, planned);
    return own === undefined
      ? warning(
          `the rule was deployed and is gone: the deploy puts it back${leavesNone ? "" : ", and only then does a destroy put back one from before the first deploy"}`,
          "Find out who took it out: another writer of this tunnel?",
          about,
        )
      : ownRule(route, noted, rules, own, about);
  }
  // One that another hides is left where it is, below the new one.
  const replaced = findReplaceable(rules, planned);
  if (replaced !== undefined) return ok(adopted(route, rules, replaced), about);
  const reached = answering(planned, rules);
  return ok(
    reached.length === 0
      ? "the tunnel has no rule yet: the deploy makes this one and a last one that answers 404"
      : `answered by ${reached.map((index) => describeRule(rules, index)).join(" or ")} so far: the deploy makes one before it`,
    about,
  );
}

/** The stack's own rule, compared with what was deployed. */
function ownRule(
  route: PlannedRoute,
  noted: PlannedService["noted"],
  rules: readonly IngressRule[],
  index: number,
  about: string,
): Seen {
  const { deployed, id, leavesNone = false, state } = route;
  const found = rules[index] ?? {};
  const changed = deployed ? ruleDifferences(deployed, found) : [];
  const own = `this stack's own rule exists (${describeRule(rules, index)})`;
  if (changed.length === 0) return ok(own, about);
  const isOpen =
    deployed !== undefined && tokenDemand(deployed) && !tokenDemand(found);
  const { afterDestroy, isBack } = deployedRule(
    found,
    leftOf(route, AS_BEFORE),
    {
      ...{ deployed, isRemoved: leavesNone },
      former: state && formerRule(state),
      entry: noted?.find((one) => one.id === id) as Entry | undefined,
    },
  );
  return warning(
    `${own}, and ${isBack ? "a destroy that was cut off, or somebody, has put it back as before the first deploy" : "somebody has changed it"}: ${changed.join(", ")}${isOpen ? "; its connector checks no JWT of Access now" : ""}. The deploy writes it as it was. After a destroy: ${afterDestroy}${leftNext(route)}`,
    "Find out who changed it: another writer of this tunnel?",
    about,
  );
}

/** What becomes of a rule that somebody made. */
function adopted(
  { leavesNone, rule: planned }: PlannedRoute,
  rules: readonly IngressRule[],
  index: number,
): string {
  const found = rules[index] ?? {};
  const demand = tokenDemand(found);
  const stated = Object.keys(planned.originRequest ?? {});
  const kept = settingsOf(found).filter((name) => !stated.includes(name));
  return [
    `adopted: ${describeRule(rules, index)} is replaced`,
    found.service === planned.service
      ? ""
      : ` (${planned.service} from then on)`,
    kept.length === 0 ? "" : `, keeping ${kept.join(", ")}`,
    leavesNone
      ? ", and a destroy leaves no rule"
      : ", remembered, and put back by a destroy",
    leavesNone || !demand
      ? ""
      : `, its check of the JWT included (audTag ${demand.auds.join(", ") || "empty"})`,
  ].join("");
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

/** Rules of others further up that answer some or all of its requests. */
function before(
  { id, rule: planned }: PlannedRoute,
  { name, routes }: ServiceContext["service"],
  rules: readonly IngressRule[],
): Seen[] {
  const existing = findRule(rules, planned) ?? 0;
  return rules.slice(0, existing).flatMap((rule, index) => {
    const takesAll = swallows(rule, planned);
    const own = routes.some((route) => sameTarget(rule, route.rule));
    if (own || !(takesAll || interferes(rule, planned))) return [];
    const check = tokenDemand(rule)
      ? "with a check of the JWT of its own"
      : "without the JWT check";
    if (!takesAll)
      return warning(
        `${describeRule(rules, index)} comes before it and may take some of its paths, ${check}`,
        `If that is not intended, make a rule for ${planned.hostname} alone with the same path and service after the deploy, ${PROTECT_RULE}, and move it before that one.`,
        planned.hostname,
      );
    return id === undefined
      ? []
      : warning(
          `${describeRule(rules, index)} comes before it and takes all of its requests, ${check}: the service's own rule never answers`,
          `Deploy again: npm run deploy -- ${name} puts the service's own before it. Find out who wrote that rule.`,
          planned.hostname,
        );
  });
}

/**
 * Rules that someone made for parts of the service's host. The deploy leaves
 * them where they are, so that they take requests that its own rules refuse.
 */
function wider(
  routes: readonly PlannedRoute[],
  rules: readonly IngressRule[],
): Seen[] {
  const whole = routes.find(({ rule }) => !rule.path)?.rule;
  if (!whole) return [];
  const existing = rules.findIndex((rule) => sameTarget(rule, whole));
  return rules.flatMap((rule, index) => {
    const reached = existing < 0 || index < existing;
    const own = routes.some((route) => sameTarget(rule, route.rule));
    const { path: pattern } = rule;
    if (own || !reached || !pattern || !sameHosts(rule, whole)) return [];
    // One that lets nobody through closes its paths.
    if (tokenDemand(rule) || rule.service?.startsWith("http_status:"))
      return [];
    const opened = routes.find(
      ({ rule: own }) =>
        own.path && !tokenDemand(own) && takesSomeOf(rule, own.path),
    );
    return warning(
      opened
        ? `${describeRule(rules, index)} stays next to the service's own for an open path, and is wider: everyone gets through it with spellings such as "/..%2f", past the login`
        : `${describeRule(rules, index)} stays, and takes its paths without the JWT check`,
      rule.service === whole.service
        ? `Write existingRules: [${JSON.stringify(pattern)}] into the stack in main.ts: the deploy takes that rule over, and a destroy puts it back.`
        : `After the deploy, ${PROTECT_RULE}. That refuses whomever a Bypass lets in there.`,
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
