import type { IngressRule } from "../../ingress/rule";
import type { Context } from "../../terraform-plugin/provider";
import type { ObjectValue } from "../../terraform-plugin/value";
import { isProtected, noteThePast } from "../existing-application/past";
import { overlappingRules, tellOfOverlaps, type Overlap } from "./overlap";
import { newClaim, startOf } from "./claim";
import type { Client } from "./client";
import { isPresent, sameOrNone, withRule, withUpdatedRule } from "./document";
import { edit } from "./edit";
import { changedSincePlan, twice } from "./messages";
import { forgetPlan } from "./planned";
import {
  isUnknown,
  printId,
  printRule,
  replacedRule,
  routeId,
  toRule,
} from "./route";
import { keptByNew, findPlace, tellOfPlace, type Place } from "./place";

/** Puts the rule into the tunnel's configuration; what it replaces is remembered. */
export async function create(
  planned: ObjectValue,
  context: Context<Client>,
): Promise<ObjectValue> {
  const { client, diagnostics } = context;
  const { journal } = client;
  const route = routeId(planned)!;
  const id = printId(route);
  if (client.created.has(id)) throw twice(id);
  client.created.add(id);
  let rule = toRule(planned);
  let kept = planned["kept_settings"] ?? null;
  const claim = newClaim();
  // What the plan could not see is looked at, and told, only now.
  const unseen = isUnknown(planned["replaced_rule"]);
  const expected = unseen ? null : replacedRule(planned);
  let place: Place | undefined;
  let replaced: IngressRule | null = null;
  let overlaps: readonly Overlap[] = [];
  let past = isProtected(planned)
    ? await noteThePast(planned, route, context)
    : null;

  await edit(
    route,
    {
      change(rules) {
        const now = findPlace(
          rules,
          rule,
          id,
          client,
          planned["existing_application"] === true,
        );
        if (!unseen && !sameOrNone(now.previous, expected))
          throw changedSincePlan(expected, now.previous);
        place ??= now;
        if (now.forgotten) past = null;
        if (isUnknown(kept)) {
          kept = keptByNew(rules, rule, now, { route, journal });
          rule = toRule({ ...planned, kept_settings: kept });
        }
        replaced = unseen ? now.previous : expected;
        if (rules.length === 0) journal.write(startOf(route));
        const placed =
          now.kind === "ours"
            ? withUpdatedRule(rules, rule)
            : withRule(rules, rule, client.destroyed.get(id)?.followers);
        overlaps = overlappingRules(placed, rule, route, client);
        journal.write({
          id,
          claim,
          previous: replaced,
          before: past,
          written: [rule],
          ...(planned["on_destroy"] === "remove" && { onDestroy: "remove" }),
          beside: overlaps.map((other) => other.rule),
        });
        return placed;
      },
      holds: (rules) => isPresent(rules, rule),
    },
    context,
  );
  forgetPlan(route, client);
  if (unseen && place) {
    tellOfPlace(diagnostics, place, planned);
    tellOfOverlaps(diagnostics, overlaps, rule);
  }
  return {
    ...planned,
    id,
    claim,
    replaced_rule: unseen ? printRule(replaced) : planned["replaced_rule"]!,
    kept_settings: kept,
    access_before: past,
    drift: null,
    restored_rule: null,
  };
}
