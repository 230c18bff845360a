import type { SettledDecision } from "../access/decision";
import type { IngressRule } from "../ingress/rule";
import { tokenDemand } from "../ingress/token-demand";
import { NOT_KNOWN_TEXT } from "./resources";
import type { Verdict } from "./verdict";
import { quoted } from "../base/quoted";

/**
 * Why the connector refuses what Access has let pass: it demands a JWT, and
 * there is none, or another application's or team's. Undefined where it does
 * not.
 */
export function connectorOn(
  decision: SettledDecision,
  rule: IngressRule,
  team: string | undefined,
): Verdict | undefined {
  const demand = tokenDemand(rule);
  if (demand === undefined || decision.outcome !== "pass") return undefined;
  const refused = (reason: string) => ({ outcome: "refused" as const, reason });
  const { application, how, reason } = decision;
  if (how !== "identity" && how !== "service_auth")
    return refused(
      `${reason}, but the route requires an Access JWT and the request has none`,
    );
  const named = demand.auds.includes(application?.aud ?? "");
  if (
    demand.team === NOT_KNOWN_TEXT ||
    (!named && demand.auds.includes(NOT_KNOWN_TEXT))
  )
    return {
      outcome: "depends",
      reason: `${reason}, and it is not known yet whose JWT the route requires`,
    };
  if (team !== undefined && demand.team !== team)
    return refused(
      `the route requires a JWT from team ${quoted(demand.team)}, but this account's team is different`,
    );
  return named
    ? undefined
    : refused(
        `the route requires the JWT of a different application, not of ${quoted(application?.name ?? "?")}`,
      );
}
