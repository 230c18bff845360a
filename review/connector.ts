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
      `${reason}, but the route demands a JWT of Access and the request has none`,
    );
  const named = demand.auds.includes(application?.aud ?? "");
  if (
    demand.team === NOT_KNOWN_TEXT ||
    (!named && demand.auds.includes(NOT_KNOWN_TEXT))
  )
    return {
      outcome: "depends",
      reason: `${reason}, and whose JWT the route demands is not known yet`,
    };
  if (team !== undefined && demand.team !== team)
    return refused(
      `the route demands a JWT of the team ${quoted(demand.team)}, which this account is not`,
    );
  return named
    ? undefined
    : refused(
        `the route demands the JWT of another application than ${quoted(application?.name ?? "?")}`,
      );
}
