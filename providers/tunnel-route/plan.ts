import { refuseExchange, takenBy } from "../existing-application/guard";
import {
  mayOpen,
  namedIn,
  refuseOpening,
  rulesThen,
} from "../existing-application/opening";
import { refuseSecond } from "../existing-application/second";
import type { Application } from "../../access/model";
import { onceGone } from "../../access/once-gone";
import type { IngressRule } from "../../ingress/rule";
import { tokenDemand } from "../../ingress/token-demand";
import {
  ProviderError,
  type Context,
  type PlanRequest,
} from "../../terraform-plugin/provider";
import { sameValue, typeOfSchema } from "../../terraform-plugin/types";
import { UNKNOWN, type ObjectValue } from "../../terraform-plugin/value";
import { isOfRoute, overlappingRules, tellOfOverlaps } from "./overlap";
import { isTakenOver, ONE_RULE } from "./claim";
import type { Client } from "./client";
import {
  findReplaceable,
  ruleAt,
  rulesOf,
  sameOrNone,
  withRule,
} from "./document";
import type { Entry } from "./journal";
import {
  changedSince,
  doneBy,
  isChangeUntold,
  REMOVED,
  writtenBy,
} from "./meanwhile";
import {
  changedMeanwhile,
  changedSincePlan,
  deletedTunnel,
  localTunnel,
  removedMeanwhile,
  rivals,
  takenOver,
  twice,
  unknownTunnel,
  unreachedThen,
  willPutBack,
} from "./messages";
import { earlierPlan, forgetPlan, notePlan, rivalOf } from "./planned";
import {
  audTags,
  formerRule,
  printId,
  printRule,
  routeId,
  toRule,
  type RouteId,
} from "./route";
import { ROUTE_SCHEMA } from "./schema";
import { keptByNew, findPlace, tellOfPlace } from "./place";

/** Adds to a plan what only the tunnel and the journal can tell. */
export async function planRoute(
  { config, prior, planned }: PlanRequest,
  context: Context<Client | undefined>,
): Promise<{ planned: ObjectValue }> {
  const id = routeId(planned);
  const { client } = context;
  if (id === undefined || client === undefined) return { planned };
  const text = printId(id);
  // Of another host or path: Terraform asks again for the one to be created.
  if (prior !== null && prior["id"] !== text) return { planned };
  const rival = rivalOf(id, client);
  const { planned: created, kept } = client;
  if (created.has(text) || (prior === null && kept.has(text)))
    throw twice(text);
  if (prior !== null) {
    kept.add(text);
    await refuseExchange(config, prior, { ...context, client });
    if (rival) refuseRival(id, rival, { ...context, client });
    // A refusal here would stand in the way of a destroy as well.
    if (isTakenOver(prior, client.journal.read(text)))
      context.diagnostics.warn(takenOver(text), ONE_RULE);
    await refuseSecond(config, prior, { ...context, client });
    return { planned: settled(planned, prior) };
  }
  if (rival) throw rivals(id, rival);
  created.add(text);
  await refuseSecond(config, null, { ...context, client });
  return { planned: await planCreate(planned, { ...context, client }) };
}

/** A deploy makes the rule the code's again; where the code says what stands there, it has nothing to do. */
function settled(planned: ObjectValue, prior: ObjectValue): ObjectValue {
  const kept = { ...planned, drift: null };
  return sameValue(typeOfSchema(ROUTE_SCHEMA), kept, prior)
    ? kept
    : { ...kept, restored_rule: null };
}

/** Where both stand already, a refusal would be in the way of a destroy. */
function refuseRival(
  id: RouteId,
  rival: RouteId,
  { client, diagnostics }: Context<Client>,
): void {
  const error = rivals(id, rival);
  if (client.planned.has(printId(rival))) throw error;
  diagnostics.warn(error.summary, error.detail);
}

async function planCreate(
  planned: ObjectValue,
  context: Context<Client>,
): Promise<ObjectValue> {
  const { client, diagnostics } = context;
  const id = routeId(planned)!;
  const { tunnel, configuration } = await client.snapshot(id, context);
  if (tunnel?.deletedAt) throw deletedTunnel(id, tunnel.name, tunnel.deletedAt);
  if (configuration === undefined) throw unknownTunnel(id);
  if (configuration.source === "local") throw localTunnel(id);

  const rule = toRule(planned);
  const rules = rulesOf(configuration.config);
  const place = findPlace(
    rules,
    rule,
    printId(id),
    client,
    planned["existing_application"] === true,
  );
  const earlier = earlierPlan(id, client);
  if (earlier === undefined) {
    tellOfPlace(diagnostics, place, planned);
    const overlaps = overlappingRules(withRule(rules, rule), rule, id, client);
    tellOfOverlaps(diagnostics, overlaps, rule);
    notePlan(id, place.previous, client);
  } else if (!sameOrNone(earlier.previous, place.previous)) {
    forgetPlan(id, client);
    throw changedSincePlan(earlier.previous, place.previous);
  }
  // Another rule of ours that hides one for the same target may go in this run.
  const hidden =
    place.previous === null &&
    findReplaceable(
      rules.filter((other) => !isOfRoute(other, id, client.journal)),
      rule,
    ) !== undefined;
  return {
    ...planned,
    id: printId(id),
    replaced_rule: hidden ? UNKNOWN : printRule(place.previous),
    // A path's can be those of the host's rule, which this run may write first.
    kept_settings:
      rule.path && place.previous === null
        ? UNKNOWN
        : keptByNew(rules, rule, place, { route: id, journal: client.journal }),
    drift: null,
    restored_rule: null,
  };
}

/** Says what a destroy will put back. */
export async function planDestroy(
  prior: ObjectValue,
  context: Context<Client | undefined>,
): Promise<void> {
  const { client, diagnostics } = context;
  const entry = client?.journal.read(String(prior["id"]));
  if (isTakenOver(prior, entry)) return;
  const back = formerRule(prior);
  const look = (put: IngressRule | null) =>
    client && refuseIfOpening(prior, put, entry, { ...context, client });
  if (prior["drift"] === REMOVED) {
    await look(null);
    if (back) removedMeanwhile(diagnostics, String(prior["id"]), back);
    return;
  }
  const found = await ruleOf(prior, context);
  const change = changedSince(found, back, entry);
  if (change)
    changedMeanwhile(diagnostics, String(prior["id"]), found, doneBy(change));
  const put = change ? change.rule : back;
  await look(put);
  if (put === null) return;
  unreachedThen(diagnostics, put, String(prior["drift"]));
  const isOpen = tokenDemand(put) === undefined;
  willPutBack(
    diagnostics,
    put,
    isOpen && client
      ? await whoThen(prior, entry, { ...context, client })
      : undefined,
  );
}

async function refuseIfOpening(
  prior: ObjectValue,
  back: IngressRule | null,
  entry: Entry | undefined,
  context: Context<Client>,
): Promise<void> {
  const { client } = context;
  if (!mayOpen(prior, client)) return;
  const accountId = String(prior["account_id"]);
  const seen = await Promise.all([
    client.applicationsOf(accountId, context),
    namedIn(accountId, context),
    client.snapshot(routeId(prior)!, context),
  ]).catch((error: unknown) => {
    // The destroy looks again, before it writes.
    if (error instanceof ProviderError) return undefined;
    throw error;
  });
  if (seen === undefined) return;
  const [applications, named, { configuration }] = seen;
  const now = rulesOf(configuration?.config ?? null);
  refuseOpening(
    prior,
    { now, then: rulesThen(now, prior, back, entry) },
    { applications, ...named },
    client,
  );
}

/** The rule as it stands: attributes have the settings that they keep, be they gone there. */
async function ruleOf(
  prior: ObjectValue,
  { client, ...context }: Context<Client | undefined>,
): Promise<IngressRule> {
  const rule = toRule(prior);
  const isChanged = [prior["restored_rule"], prior["drift"]].some(
    (text) => typeof text === "string",
  );
  const id = routeId(prior);
  if (!isChanged || !client || !id) return rule;
  try {
    const { configuration } = await client.snapshot(id, { ...context, client });
    return ruleAt(rulesOf(configuration?.config ?? null), rule) ?? rule;
  } catch (error) {
    // A destroy of what is gone, too, has to go on.
    if (error instanceof ProviderError) return rule;
    throw error;
  }
}

/** Who gets to the host once its own applications are gone. */
async function whoThen(
  prior: ObjectValue,
  entry: Entry | undefined,
  context: Context<Client>,
): Promise<string | undefined> {
  // The rule of a path does not name all applications that go.
  if (prior["path"] !== null) return undefined;
  // Somebody may have taken its own out of the rule.
  if (isChangeUntold(prior, entry)) return undefined;
  const own = [toRule(prior), ...writtenBy(entry)].flatMap(audTags);
  const given = [...takenBy(prior).values()];
  try {
    const applications = (await context.client.applicationsOf(
      String(prior["account_id"]),
      context,
    )) as readonly Application[];
    return onceGone(
      { applications },
      String(prior["hostname"]),
      ({ aud, id }) => !given.includes(String(id)) && own.includes(String(aud)),
    );
  } catch (error) {
    const why = error instanceof ProviderError ? error.summary : String(error);
    return `without an Access application, the host is public; whether one covers it then was not checked (${why})`;
  }
}
