import type { SettledDecision } from "../access/decision";
import type { IngressRule } from "../ingress/rule";
import { NOT_KNOWN_TEXT } from "./resources";
import type { Verdict } from "./verdict";

/** What a rule demands of Access's JWT; undefined where it demands none. */
export function demandOf(
  rule: IngressRule | undefined,
): { readonly team: string; readonly auds: readonly string[] } | undefined {
  const access = rule?.originRequest?.access as
    | { required?: unknown; teamName?: unknown; audTag?: unknown }
    | null
    | undefined;
  if (access?.required !== true) return undefined;
  return {
    team: typeof access.teamName === "string" ? access.teamName : "",
    auds: Array.isArray(access.audTag) ? access.audTag.map(String) : [],
  };
}

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
  const demand = demandOf(rule);
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
      `the route demands a JWT of the team "${demand.team}", which this account is not`,
    );
  return named
    ? undefined
    : refused(
        `the route demands the JWT of another application than "${application?.name ?? "?"}"`,
      );
}
