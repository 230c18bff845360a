import { randomBytes } from "node:crypto";
import type { IngressRule } from "../../ingress/rule";
import { ProviderError } from "../../terraform-plugin/provider";
import type { ObjectValue } from "../../terraform-plugin/value";
import { CATCH_ALL } from "./document";
import type { Entry } from "./journal";
import { takenOver } from "./messages";
import { printId, replacedRule, routeId, type RouteId } from "./route";

/**
 * A mark for a new resource. When a resource is renamed in code, Terraform
 * destroys the old and creates the new in any order, and both are for one rule:
 * the later claim tells the old one to leave the rule alone.
 */
export function newClaim(): string {
  return `${new Date().toISOString()} ${randomBytes(4).toString("hex")}`;
}

/** Whether another resource of the same stack has claimed the rule since. */
export function isTakenOver(
  state: ObjectValue,
  entry: Entry | undefined,
): boolean {
  return entry !== undefined && entry.claim > claimOf(state);
}

export const ONE_RULE =
  "A host and path can have only one rule: remove one of the two resources.";

export function refuseIfTakenOver(
  state: ObjectValue,
  entry: Entry | undefined,
): void {
  if (isTakenOver(state, entry))
    throw new ProviderError(takenOver(String(state["id"])), ONE_RULE);
}

/** What the journal has to say of a resource. */
export function entryOf(
  state: ObjectValue,
  written: readonly IngressRule[],
): Entry {
  return {
    id: printId(routeId(state)!),
    claim: claimOf(state),
    previous: replacedRule(state),
    before: (state["access_before"] ?? null) as string | null,
    written,
  };
}

/** Says of a tunnel that it had no rules before the first of ours. */
export function startOf({ accountId, tunnelId }: RouteId): Entry {
  const id = `${accountId}/${tunnelId}`;
  return { id, claim: "", previous: null, written: [CATCH_ALL] };
}

function claimOf(state: ObjectValue): string {
  return String(state["claim"] ?? "");
}
