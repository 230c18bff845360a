import type { IngressRule } from "../../ingress/rule";
import type { Context } from "../../terraform-plugin/provider";
import type { ObjectValue } from "../../terraform-plugin/value";
import { lookAgain, refuseOpening } from "../existing-application/opening";
import { giveBackCut } from "../dns-record/cut";
import { entryOf, isTakenOver, startOf } from "./claim";
import type { Client } from "./client";
import {
  isOnlyCatchAll,
  ruleAt,
  rulesOf,
  sameRule,
  isPresent,
  withFollowersAhead,
  withoutIngress,
  withoutRule,
} from "./document";
import { edit } from "./edit";
import {
  catchAllStays,
  changedMeanwhile,
  goneMeanwhile,
  takenOver,
  tunnelGone,
} from "./messages";
import type { Journal } from "./journal";
import {
  formerRule,
  printId,
  replacedRule,
  routeId,
  toRule,
  type RouteId,
} from "./route";
import {
  changedSince,
  doneBy,
  isChangeUntold,
  REMOVED,
  writtenBy,
} from "./meanwhile";
import { isOurs } from "./place";

/** Takes the rule out, or puts back the one that stood there before. */
export async function destroy(
  prior: ObjectValue,
  context: Context<Client>,
): Promise<void> {
  const { client, diagnostics } = context;
  const { journal } = client;
  const route = routeId(prior)!;
  const id = printId(route);
  const start = startOf(route).id;
  const rule = toRule(prior);
  const access = await lookAgain(prior, context);
  // Only now, as the successor of another name may claim the rule meanwhile.
  const entry = journal.read(id);
  if (isTakenOver(prior, entry)) {
    diagnostics.warn(`${takenOver(id)}; its rule stays`);
    return;
  }
  if (!route.path) await giveBackCut(route.hostname, context);
  const before = formerRule(prior);
  let back = before;
  const leaving = {
    ...entryOf(prior, [rule, ...writtenBy(entry)]),
    followers: entry?.followers,
    leaving: true,
  };
  // Cut off after its write, a destroy has nothing left to do.
  let begun = entry?.leaving ?? false;
  let told = () => {};
  let followers: readonly IngressRule[] | undefined;
  const refuse = (now: readonly IngressRule[], then: typeof now) =>
    access && refuseOpening(prior, { now, then }, access, client);

  const left = await edit(
    route,
    {
      tunnelMayBeGone: true,
      change(rules) {
        const found = ruleAt(rules, rule);
        if (found === undefined) {
          // What the plan has told is not told again.
          if (!begun && prior["drift"] !== REMOVED)
            told = () => goneMeanwhile(diagnostics, id, back);
          refuse(rules, rules);
          return rules;
        }
        if (begun && !isOurs(found, rule, leaving)) return rules;
        const change = changedSince(found, before, entry);
        // Put back already, by a destroy whose state was not saved, it is as it will be.
        if (before && sameRule(before, found)) back = before;
        else if (change) {
          back = change.rule;
          told = () => changedMeanwhile(diagnostics, id, found, doneBy(change));
        } else if (
          !begun &&
          (isChangeUntold(prior, entry) ||
            !leaving.written.some((r) => sameRule(r, found)))
        ) {
          const done = back
            ? "the previous rule is restored"
            : "the rule is removed";
          told = () => changedMeanwhile(diagnostics, id, found, done);
        }
        const rest = withoutRule(rules, rule, back, entry?.followers);
        refuse(rules, rest);
        journal.write(leaving);
        begun = true;
        if (back === null) followers = rules.slice(rules.indexOf(found) + 1);
        return back === null
          ? withFollowersAhead(rest, rule, (other) =>
              isOursAlone(other, route, journal),
            )
          : rest;
      },
      // A tunnel that had no rules before the first of ours has none again.
      instead: (config) =>
        journal.read(start) && isOnlyCatchAll(rulesOf(config))
          ? withoutIngress(config)
          : undefined,
      holds: (rules) =>
        !isPresent(rules, rule) || (back !== null && sameRule(back, rule)),
    },
    context,
  );
  told();
  if (left === undefined) tunnelGone(diagnostics, id);
  else if (journal.read(start) && left.length <= 1) {
    journal.remove(start);
    if (left.length === 1) catchAllStays(diagnostics);
  }
  journal.remove(id);
  client.destroyed.set(id, { previous: replacedRule(prior), followers });
}

/** Whether a rule is of another route of ours that has replaced none. */
function isOursAlone(
  rule: IngressRule,
  { accountId, tunnelId }: RouteId,
  journal: Pick<Journal, "read">,
): boolean {
  const { hostname, path = null } = rule;
  if (!hostname) return false;
  const entry = journal.read(printId({ accountId, tunnelId, hostname, path }));
  return (
    entry !== undefined &&
    !entry.leaving &&
    entry.previous === null &&
    entry.written.some((written) => sameRule(written, rule))
  );
}
