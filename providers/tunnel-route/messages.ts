import type { IngressRule } from "../../ingress/rule";
import { tokenDemand } from "../../ingress/token-demand";
import {
  ProviderError,
  type Diagnostics,
} from "../../terraform-plugin/provider";
import type { Configuration, TunnelRef } from "./api";
import { rulesOf, type TunnelConfig } from "./document";
import { printJson } from "./json";
import { UNREACHED } from "./meanwhile";
import type { RouteId } from "./route";

/** `hostname path → service`, as people say a rule. */
export function nameOf(rule: IngressRule): string {
  const target = [rule.hostname || "any host", rule.path].filter(Boolean);
  return `${target.join(" ")} → ${rule.service ?? "nothing"}`;
}

/**
 * Who gets through a rule that is back.
 *
 * @param then who gets to the host; undefined where nobody has looked
 */
function whoGetsThrough(rule: IngressRule, then?: string): string {
  const demand = tokenDemand(rule);
  if (demand === undefined)
    return `Its connector does not check Access's JWT: ${then ?? "without an Access application, the host is public"}.`;
  return demand.auds.length === 0
    ? "It requires a JWT of Access but names no application (audTag): it lets nobody in."
    : `It requires the JWT of the application with the audience ${demand.auds.join(" or ")} (team ${demand.team || "not named"}): where that one no longer protects the host, it lets nobody in.`;
}

export function ruleFromBefore(
  diagnostics: Diagnostics,
  rule: IngressRule,
  onDestroy: unknown,
): void {
  const later =
    onDestroy === "remove"
      ? 'A destroy will leave no rule for the host (on_destroy = "remove").'
      : `A destroy restores it. ${whoGetsThrough(rule)} With on_destroy = "remove" it leaves none: a wider rule of the tunnel, where there is one, takes the host then, be it without a check.`;
  diagnostics.warn(
    `The rule from before the first deploy: ${nameOf(rule)}`,
    `This route takes its place and keeps it in replaced_rule:\n${printJson(rule)}\n${later}`,
  );
}

export function willPutBack(
  diagnostics: Diagnostics,
  rule: IngressRule,
  then?: string,
): void {
  diagnostics.warn(
    `The destroy restores: ${nameOf(rule)}`,
    `It is the rule from before the first deploy:\n${printJson(rule)}\n${whoGetsThrough(rule, then)} With on_destroy = "remove", applied first, it leaves none: a wider rule of the tunnel, where there is one, takes the host then, be it without a check.`,
  );
}

/**
 * Says that a destroy leaves the rule where no request reaches it.
 *
 * @param drift what the refresh found of the route
 */
export function unreachedThen(
  diagnostics: Diagnostics,
  rule: IngressRule,
  drift: string,
): void {
  const why = drift.split("; ").find((text) => text.startsWith(UNREACHED));
  if (why === undefined) return;
  diagnostics.warn(
    `The destroy restores ${nameOf(rule)} where the stack's rule stands: ${why}`,
    "Somebody has moved one of the two, or made the other, since the last deploy. To have it before that one, move the stack's rule there first (Zero Trust, Networks, Connectors, Cloudflare Tunnels), then destroy.",
  );
}

export function changedSincePlan(
  planned: IngressRule | null,
  found: IngressRule | null,
): ProviderError {
  const say = (rule: IngressRule | null) =>
    rule ? printJson(rule) : "no rule";
  return new ProviderError(
    "The tunnel has changed since the plan; nothing was written",
    `Planned against: ${say(planned)}\nFound: ${say(found)}\nPlan again to see what would be replaced.`,
  );
}

export function ownRuleWithoutJournal(diagnostics: Diagnostics): void {
  diagnostics.warn(
    "The existing rule already requires this application's JWT; treating it as this route's own",
    "Most likely a run on another machine was interrupted. The rule from before it is unknown here, so a destroy will leave no rule.",
  );
}

export function goneMeanwhile(
  diagnostics: Diagnostics,
  id: string,
  replaced: IngressRule | null,
): void {
  diagnostics.warn(
    `The rule of ${id} is already gone; nothing was written${replaced ? `, and the rule from before the first deploy was not put back: ${printJson(replaced)}` : ""}`,
  );
}

/** Seen by a plan: the next apply makes it again, a destroy has nothing to do. */
export function removedMeanwhile(
  diagnostics: Diagnostics,
  id: string,
  replaced: IngressRule,
): void {
  diagnostics.warn(
    `The rule of ${id} is gone: someone else removed it; a destroy now does not put back the rule from before the first deploy: ${printJson(replaced)}`,
    "To have it back, apply first: that creates the route again, and a destroy after it restores this rule.",
  );
}

export function changedMeanwhile(
  diagnostics: Diagnostics,
  id: string,
  found: IngressRule,
  done: string,
): void {
  diagnostics.warn(
    `The rule of ${id} was changed by someone else; ${done}`,
    `It was:\n${printJson(found)}`,
  );
}

export function tunnelGone(diagnostics: Diagnostics, id: string): void {
  diagnostics.warn(
    `The tunnel of ${id} is gone or configured on its host; nothing was written`,
  );
}

export function takenOver(id: string): string {
  return `Another tunnel_route of this stack already manages ${id}`;
}

export function twice(id: string): ProviderError {
  return new ProviderError(
    `Two tunnel_route resources are for ${id}`,
    "A host and path can have only one rule: remove one of the resources, or change its hostname or path.",
  );
}

/** Of two routes that leave each other nothing. */
export function rivals(a: RouteId, b: RouteId): ProviderError {
  const paths = [a, b].map(({ path }) => path ?? "every path").sort();
  return new ProviderError(
    `Two tunnel_route resources match the same requests of ${a.hostname}: ${paths.join(" and ")}`,
    `The first would take all requests from the second, and every apply would reorder them. Remove one, or make one narrower, such as ^/api/v1 next to ^/api: the narrower one then comes first automatically. ${TO_DESTROY}`,
  );
}

export function catchAllStays(diagnostics: Diagnostics): void {
  diagnostics.warn(
    "The tunnel's configuration had no rules before this route; the catch-all http_status:404 stays",
    "Cloudflare refused to remove the tunnel's configuration. Requests through the tunnel now get 404 instead of 503; nothing is reachable through it.",
  );
}

const TO_DESTROY =
  "To destroy the other resources deployed with the route: terraform destroy -refresh=false.";

export function unknownTunnel({
  accountId,
  tunnelId,
}: TunnelRef): ProviderError {
  return new ProviderError(
    `Account ${accountId} has no tunnel ${tunnelId}`,
    `Check account_id and tunnel_id (dash.cloudflare.com, Zero Trust, Networks, Connectors). ${TO_DESTROY}`,
    ["tunnel_id"],
  );
}

export function deletedTunnel(
  { tunnelId }: TunnelRef,
  name: string,
  deletedAt: string,
): ProviderError {
  return new ProviderError(
    `Tunnel ${name} was deleted`,
    `${tunnelId} was deleted at ${deletedAt}. Use an existing tunnel. ${TO_DESTROY}`,
    ["tunnel_id"],
  );
}

/** @see https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/do-more-with-tunnels/migrate-local-to-dashboard/ */
export function localTunnel({ tunnelId }: TunnelRef): ProviderError {
  return new ProviderError(
    `Tunnel ${tunnelId} is configured on its host`,
    `Its connector reads a local config.yml and takes no rules from Cloudflare; writing rules would migrate it permanently and drop that file's hostnames. Migrate the tunnel in the dashboard first, or use another. ${TO_DESTROY}`,
    ["tunnel_id"],
  );
}

/** One rule a line. */
function printConfig(config: TunnelConfig | null): string {
  if (config === null) return "none";
  const rules = rulesOf(config).map((rule) => `  ${printJson(rule)}`);
  const rest = { ...config, ingress: rules.length };
  return `${printJson(rest)}, with the rules\n${rules.join("\n")}`;
}

/** A write of someone else's fell between our read and our write. */
export function lostEdit(
  diagnostics: Diagnostics,
  edit: {
    readonly before: Configuration;
    readonly version: number;
    readonly config: TunnelConfig;
    /** @default true */
    readonly certain?: boolean;
  },
): void {
  const { before, version, config, certain = true } = edit;
  // The versions are in the summary because Terraform folds warnings of the
  // same summary into the first of them.
  diagnostics.warn(
    `Someone else changed the tunnel's configuration at the same time, and their change ${certain ? "is" : "may be"} lost (version ${before.version} became ${version}): ask who else edits this tunnel to check it`,
    `We read version ${before.version}, so our write should be ${before.version + 1}, but it is ${version}. Cloudflare cannot prevent concurrent writers from overwriting each other and keeps no old versions: dashboard, scripts and other stacks write it, too.\n` +
      `Before our write:\n${printConfig(before.config)}\nAfter it:\n${printConfig(config)}`,
  );
}

/** Something was written after our write, which an earlier one of ours may be. */
export function lateWrite(
  diagnostics: Diagnostics,
  version: number,
  now: number | undefined,
): void {
  diagnostics.warn(
    `The tunnel's configuration changed after our write (version ${version} became ${now ?? "unknown"}): an earlier write of ours that got no answer in time may have taken effect late, over what others wrote meanwhile: ask who else edits this tunnel to check it`,
    "It replaces the whole configuration: dashboard, scripts and other stacks write it, too. Our own rule is checked and written again if needed.",
  );
}

/** A write may still take effect, and nobody has looked whether it did. */
export function notLookedAgain(diagnostics: Diagnostics, error: unknown): void {
  diagnostics.warn(
    "A write of the tunnel's configuration that got no answer in time may still take effect, and could not be looked for: run the same command again in a minute, and its plan shows whether our rule is still there",
    error instanceof Error ? error.message : String(error),
  );
}
