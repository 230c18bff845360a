import type { IngressRule } from "../../ingress/rule";
import type { Context } from "../../terraform-plugin/provider";
import type { ObjectValue } from "../../terraform-plugin/value";
import { overlappingRules } from "./overlap";
import { entryOf, refuseIfTakenOver } from "./claim";
import type { Client } from "./client";
import {
  followersOfHidden,
  ruleAt,
  sameRule,
  isPresent,
  withUpdatedRule,
} from "./document";
import { edit } from "./edit";
import { changedMeanwhile } from "./messages";
import { printId, routeId, toRule } from "./route";

/** Writes the rule as planned, and moves it before one that shadows it. */
export async function update(
  planned: ObjectValue,
  prior: ObjectValue,
  context: Context<Client>,
): Promise<ObjectValue> {
  const { client, diagnostics } = context;
  const route = routeId(planned)!;
  const id = printId(route);
  const [before, rule] = [toRule(prior), toRule(planned)];
  const entry = client.journal.read(id);
  refuseIfTakenOver(prior, entry);
  const known = [before, rule, ...(entry?.written ?? [])];
  // The plan has shown what drifted before it.
  const shown = typeof prior["drift"] === "string";
  let foreign: IngressRule | undefined;

  await edit(
    route,
    {
      change(rules) {
        const found = ruleAt(rules, rule);
        if (found && !shown && !known.some((r) => sameRule(r, found)))
          foreign = found;
        const placed = withUpdatedRule(rules, rule);
        const overlaps = overlappingRules(placed, rule, route, client);
        client.journal.write({
          ...entryOf(prior, [before, rule]),
          followers: entry?.followers ?? followersOfHidden(rules, rule),
          beside: overlaps.map((other) => other.rule),
        });
        return placed;
      },
      holds: (rules) => isPresent(rules, rule),
    },
    context,
  );
  if (foreign)
    changedMeanwhile(
      diagnostics,
      id,
      foreign,
      "it is restored to its configuration",
    );
  return { ...planned, drift: null };
}
