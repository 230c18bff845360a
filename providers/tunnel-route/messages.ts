import type { IngressRule } from "../../ingress/rule";
import {
  ProviderError,
  type Diagnostics,
} from "../../terraform-plugin/provider";
import type { Configuration, TunnelRef } from "./api";
import { rulesOf, type TunnelConfig } from "./document";
import { printJson } from "./json";
import { audTags, type RouteId } from "./route";

/** `hostname path → service`, as people say a rule. */
export function nameOf(rule: IngressRule): string {
  const target = [rule.hostname || "any host", rule.path].filter(Boolean);
  return `${target.join(" ")} → ${rule.service ?? "nothing"}`;
}

/** Whether the connector lets requests through this rule without a JWT. */
function unchecked(rule: IngressRule): string {
  return audTags(rule).length > 0
    ? ""
    : " Its connector does not check Access's JWT: without an Access application on the host it is open to everyone.";
}

export function standsThereNow(
  diagnostics: Diagnostics,
  rule: IngressRule,
  onDestroy: unknown,
): void {
  const later =
    onDestroy === "remove"
      ? 'A destroy will leave no rule for the host (on_destroy = "remove").'
      : `A destroy will put it back.${unchecked(rule)} To leave none, set on_destroy = "remove".`;
  diagnostics.warn(
    `Stands there now: ${nameOf(rule)}`,
    `This route takes its place and remembers it in replaced_rule:\n${printJson(rule)}\n${later}`,
  );
}

export function willPutBack(diagnostics: Diagnostics, rule: IngressRule): void {
  diagnostics.warn(
    `The destroy puts back: ${nameOf(rule)}`,
    `It stood there before:\n${printJson(rule)}\n${unchecked(rule).trim()} To leave no rule, apply on_destroy = "remove" first.`,
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
    `Planned on: ${say(planned)}\nStands there now: ${say(found)}\nPlan again to see what would be replaced now.`,
  );
}

export function ownRuleWithoutJournal(diagnostics: Diagnostics): void {
  diagnostics.warn(
    "The rule that stands there asks for the JWT of the same Access application: it counts as this route's own",
    "Most likely a run on another machine did not end. What stood there before is not known here, so a destroy will leave no rule.",
  );
}

export function goneMeanwhile(
  diagnostics: Diagnostics,
  id: string,
  replaced: IngressRule | null,
): void {
  diagnostics.warn(
    `The rule of ${id} is gone already; nothing was written`,
    replaced
      ? `Whoever removed it did not put back what stood there before this route, and neither did we:\n${printJson(replaced)}`
      : "",
  );
}

/** Seen by a plan: the next apply makes it again, a destroy has nothing to do. */
export function removedMeanwhile(
  diagnostics: Diagnostics,
  id: string,
  replaced: IngressRule | null,
): void {
  if (replaced === null) return;
  diagnostics.warn(
    `The rule of ${id} is gone: someone else removed it`,
    `What stood there before this route has not come back with that:\n${printJson(replaced)}\nAn apply makes the route again, and remembers it; a destroy now has nothing to put it back in place of.`,
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
  return `Another tunnel_route of this stack holds ${id}`;
}

export function twice(id: string): ProviderError {
  return new ProviderError(
    `Two tunnel_route resources are for ${id}`,
    "A host and path have one rule: remove one of the resources, or give it another hostname or path.",
  );
}

/** Of two routes that leave each other nothing. */
export function rivals(a: RouteId, b: RouteId): ProviderError {
  const paths = [a, b].map(({ path }) => path ?? "every path").sort();
  return new ProviderError(
    `Two tunnel_route resources take the same requests of ${a.hostname}: ${paths.join(" and ")}`,
    `Whichever came first would leave the other nothing, and every apply would change their order. Remove one, or make one narrower, such as ^/api/v1 beside ^/api: the narrower then comes first by itself. ${TO_DESTROY}`,
  );
}

export function catchAllStays(diagnostics: Diagnostics): void {
  diagnostics.warn(
    "The tunnel's configuration had no rules before this route; the catch-all http_status:404 stays",
    "Cloudflare refused to make the tunnel unconfigured again. Every request through the tunnel is answered with 404 instead of 503; nothing is reachable through it.",
  );
}

const TO_DESTROY =
  "To destroy what else was deployed with the route: terraform destroy -refresh=false.";

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
    `${tunnelId} was deleted at ${deletedAt}. Name a tunnel that is still there. ${TO_DESTROY}`,
    ["tunnel_id"],
  );
}

/** @see https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/do-more-with-tunnels/migrate-local-to-dashboard/ */
export function localTunnel({ tunnelId }: TunnelRef): ProviderError {
  return new ProviderError(
    `Tunnel ${tunnelId} is configured on its host`,
    `Its connector reads a config.yml there and takes no rules from Cloudflare; writing some would switch it over for good and drop the hostnames of that file. Migrate the tunnel in the dashboard first, or use another. ${TO_DESTROY}`,
    ["tunnel_id"],
  );
}

/** One rule a line. */
function printConfig(config: TunnelConfig | null): string {
  if (config === null) return "none";
  const rules = rulesOf(config).map((rule) => `  ${printJson(rule)}`);
  const rest = { ...config, ingress: rules.length };
  return `${printJson(rest)}, the rules being\n${rules.join("\n")}`;
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
    `Someone else changed the tunnel's configuration while we did, and their change ${certain ? "is" : "may be"} lost (version ${before.version} became ${version})`,
    `We read version ${before.version} and our write should have been ${before.version + 1}; it is ${version}. Cloudflare can't tell writers from overwriting each other and keeps no old versions, so ask who else edits this tunnel (dashboard, scripts, other stacks) to check it.\n` +
      `Before our write:\n${printConfig(before.config)}\nAfter it:\n${printConfig(config)}`,
  );
}
