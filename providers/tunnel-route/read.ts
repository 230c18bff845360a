import { CUT_CREATE, NOTHING_LEFT } from "../../base/cut-create";
import type { IngressRule } from "../../ingress/rule";
import { ProviderError, type Context } from "../../terraform-plugin/provider";
import type { ObjectValue } from "../../terraform-plugin/value";
import { noteThePast, pastKey, pastTextIn } from "../existing-application/past";
import { newOverlaps, overlappingRules, tellOfOverlaps } from "./overlap";
import { isTakenOver, newClaim, startOf } from "./claim";
import type { Client } from "./client";
import {
  findRule,
  ruleAt,
  rulesOf,
  sameOrNone,
  sameRule,
  shadowOf,
  type TunnelConfig,
} from "./document";
import { CHANGED, changedSince, REMOVED, UNREACHED } from "./meanwhile";
import { nameOf, removedMeanwhile, unknownTunnel } from "./messages";
import { lacksKept, settingsToKeep } from "./origin-request";
import {
  formerRule,
  parseId,
  printId,
  printRule,
  refreshed,
  replacedRule,
  routeId,
  toRule,
  type RouteId,
} from "./route";
import { isOurs } from "./place";

/** The rule as it stands; null where it is gone. */
export async function read(
  state: ObjectValue,
  context: Context<Client>,
): Promise<ObjectValue | null> {
  const route = routeId(state)!;
  const { tunnel, configuration } = await context.client.snapshot(
    route,
    context,
  );
  // Not "gone": a destroy would be planned after a create that is refused.
  if (!configuration || tunnel?.deletedAt)
    return { ...state, drift: "the tunnel is gone" };
  if (configuration.source === "local")
    return { ...state, drift: "the tunnel is configured on its host" };
  const rules = rulesOf(configuration.config);
  const index = findRule(rules, toRule(state));
  const entry = context.client.journal.read(printId(route));
  if (typeof state["access_before"] === "string" || route.path === null)
    context.client.pasts.set(pastKey(route), pastTextIn(state));
  if (index === undefined) {
    const replaced = replacedRule(state);
    if (entry?.leaving) return null;
    // What else takes its requests may be open, and Terraform keeps to itself
    // what a destroy's refresh warns of.
    if (context.client.destroysAll) return { ...state, drift: REMOVED };
    if (replaced === null) return null;
    removedMeanwhile(context.diagnostics, printId(route), replaced);
    return null;
  }
  const rule = rules[index]!;
  // A destroy that was cut off after its write: this rule is not ours.
  if (entry?.leaving && !isTakenOver(state, entry))
    if (!isOurs(rule, toRule(state), entry)) return null;
  // Without the journal, on another machine, our own open paths can't be told.
  if (entry !== undefined && !entry.leaving) {
    const ours = toRule(state);
    const overlaps = overlappingRules(rules, ours, route, context.client);
    tellOfOverlaps(
      context.diagnostics,
      newOverlaps(overlaps, entry.beside),
      ours,
    );
  }
  context.client.held.set(printId(route), replacedRule(state));
  const now = refreshed(state, rule);
  const shadow = shadowOf(rules, index);
  const drift = [
    entry === undefined &&
      !sameRule(toRule(state), rule) &&
      `${CHANGED}: ${printRule(rule)}`,
    shadow !== undefined &&
      `${UNREACHED}: rule ${shadow + 1}, ${nameOf(rules[shadow]!)}, comes first`,
    !sameRule(toRule(now), rule) &&
      `it has ${lacksKept(now, rule) ? "other settings than this resource keeps" : "settings that this resource does not set"}: ${printRule(rule)}`,
  ].filter((text) => text !== false);
  return {
    ...now,
    drift: drift.length > 0 ? drift.join("; ") : null,
    restored_rule: printRule(
      changedSince(rule, formerRule(state), entry)?.rule ?? null,
    ),
  };
}

/**
 * Remembers the rule as it stands: a destroy puts it back. Of a create that was
 * cut off it remembers what the journal does.
 */
export async function importRoute(
  text: string,
  context: Context<Client>,
): Promise<ObjectValue> {
  const isCut = text.startsWith(CUT_CREATE);
  const route = parseId(isCut ? text.slice(CUT_CREATE.length) : text);
  if (route === undefined)
    throw new ProviderError(
      `"${text}" is not a tunnel_route id`,
      "Use account/tunnel/hostname or account/tunnel/hostname/path.",
    );
  const { configuration } = await context.client.snapshot(route, context);
  if (isCut) return importCut(route, configuration?.config ?? null, context);
  if (configuration === undefined) throw unknownTunnel(route);
  const rules = rulesOf(configuration.config);
  const rule = ruleAt(rules, route);
  if (rule === undefined)
    throw new ProviderError(
      `The tunnel has no rule for ${[route.hostname, route.path].filter(Boolean).join(" ")}`,
      `Its rules are:\n${rules.map(nameOf).join("\n")}`,
    );
  const state = imported(route, rule, {
    on_destroy: "restore",
    replaced_rule: printRule(rule),
    claim: newClaim(),
  });
  const past = await noteThePast(
    { ...state, origin_request: null },
    route,
    context,
  );
  return { ...state, access_before: past };
}

function importCut(
  route: RouteId,
  config: TunnelConfig | null,
  { client: { journal } }: Context<Client>,
): ObjectValue {
  const id = printId(route);
  const entry = journal.read(id);
  const rules = rulesOf(config);
  const rule = ruleAt(rules, route);
  if (
    rule === undefined ||
    entry?.written[0] === undefined ||
    sameOrNone(rule, entry.previous) ||
    !isOurs(rule, entry.written[0], entry)
  ) {
    journal.remove(id);
    if (rules.length === 0) journal.remove(startOf(route).id);
    throw new ProviderError(NOTHING_LEFT);
  }
  return imported(route, rule, {
    on_destroy: entry.onDestroy ?? "restore",
    replaced_rule: printRule(entry.previous),
    access_before: entry.before ?? null,
    claim: entry.claim,
  });
}

function imported(
  route: RouteId,
  rule: IngressRule,
  remembered: ObjectValue,
): ObjectValue {
  const stated = refreshed(
    {
      id: printId(route),
      account_id: route.accountId,
      tunnel_id: route.tunnelId,
      hostname: route.hostname,
      path: route.path,
      service: "",
      origin_request: null,
      kept_settings: null,
      access_before: null,
      drift: null,
      restored_rule: null,
      ...remembered,
    },
    rule,
  );
  // Those that the code does not state stay as well.
  return { ...stated, kept_settings: settingsToKeep(rule, rule) };
}
