import type { SettledDecision } from "../../access/decision";
import type { Normalization } from "../../access/normalize-path";
import type { AccessRequest } from "../../access/request";
import { decodePath, findMatchingRule } from "../../ingress/match";
import { tokenDemand } from "../../ingress/token-demand";
import type { Account } from "../../local/account";
import { decideFor } from "../../local/edge/decide";
import type { Verdict } from "../../review/verdict";

type Passed = Extract<SettledDecision, { readonly outcome: "pass" }>;

export interface Asked extends AccessRequest {
  readonly normalization: Normalization;
}

/**
 * What the local edge and its connector make of a request, by their own
 * decisions without a socket in between: thousands of requests a second.
 */
export function edgeAnswer(account: Account, request: Asked): string {
  account.switches.urlNormalization = request.normalization;
  const destination = account.dnsNames().destination(request.host);
  if (destination.kind === "past") return `public ${destination.address}`;
  if (destination.kind !== "tunnel" && destination.kind !== "server")
    return "does not";
  const decision = decideFor(account, request);
  if (decision.outcome !== "pass") return "does not";
  const how = HOW[decision.how](decision);
  // That nothing answers for a server is not for Cloudflare to know.
  if (destination.kind === "server") return `${how} ${destination.address}`;
  const tunnel = account.tunnels.get(destination.tunnelId);
  const rules = tunnel?.configuration.config?.ingress ?? [];
  const path = decodePath(request.path.replace(/[?#].*$/s, ""));
  const rule =
    path === undefined
      ? undefined
      : rules[findMatchingRule(rules, request.host, path)];
  if (rule === undefined || rule.service.startsWith("http_status:"))
    return "does not";
  const demand = tokenDemand(rule);
  const team = account.organization!.auth_domain.split(".")[0];
  const hasToken =
    decision.how === "identity" || decision.how === "service_auth";
  const fits =
    demand === undefined ||
    (hasToken &&
      demand.team === team &&
      demand.auds.includes(decision.application?.aud ?? ""));
  return fits ? `${how} ${rule.service} in ${tunnel?.name}` : "does not";
}

/** How a request got through, as the review says it. */
const HOW: Readonly<
  Record<Passed["how"], (decision: Passed) => Verdict["outcome"]>
> = {
  no_application: () => "public",
  bypass: () => "open",
  preflight: () => "open",
  service_auth: ({ serviceTokenId }) => (serviceTokenId ? "token" : "open"),
  identity: () => "login",
};
