import { refuseExchange, takenBy } from "../existing-application/guard";
import { movedFrom, refuseOpening } from "../existing-application/opening";
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
import { UNKNOWN, type ObjectValue } from "../../terraform-plugin/value";
import { isOfRoute, overlappingRules, tellOfOverlaps } from "./overlap";
import { isTakenOver, ONE_RULE } from "./claim";
import type { Client } from "./client";
import {
  findReplaceable,
  rulesOf,
  sameOrNone,
  withoutRule,
  withRule,
} from "./document";
import type { Entry } from "./journal";
import { changedSince, doneBy } from "./meanwhile";
import {
  changedMeanwhile,
  changedSincePlan,
  deletedTunnel,
  localTunnel,
  rivals,
  takenOver,
  twice,
  unknownTunnel,
  willPutBack,
} from "./messages";
import { earlierPlan, forgetPlan, notePlan, rivalOf } from "./planned";
import {
  audTags,
  printId,
  printRule,
  replacedRule,
  routeId,
  toRule,
  type RouteId,
} from "./route";
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
    return { planned: { ...planned, drift: null } };
  }
  if (rival) throw rivals(id, rival);
  created.add(text);
  await refuseSecond(config, null, { ...context, client });
  return { planned: await planCreate(planned, { ...context, client }) };
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
  };
}

/** Says what a destroy will put back. */
export async function planDestroy(
  prior: ObjectValue,
  context: Context<Client | undefined>,
): Promise<void> {
  const { client, diagnostics } = context;
  const replaced = replacedRule(prior);
  const entry = client?.journal.read(String(prior["id"]));
  if (isTakenOver(prior, entry)) return;
  const back = prior["on_destroy"] === "remove" ? null : replaced;
  const found = toRule(prior);
  const change = changedSince(found, back, entry);
  if (change)
    changedMeanwhile(diagnostics, String(prior["id"]), found, doneBy(change));
  const put = change ? change.rule : back;
  if (client) await refuseIfOpening(prior, put, entry, { ...context, client });
  if (put === null) return;
  const isOpen = tokenDemand(put) === undefined;
  willPutBack(
    diagnostics,
    put,
    isOpen && client ? await whoThen(prior, { ...context, client }) : undefined,
  );
}

async function refuseIfOpening(
  prior: ObjectValue,
  back: IngressRule | null,
  entry: Entry | undefined,
  context: Context<Client>,
): Promise<void> {
  if (takenBy(prior).size === 0) return;
  const { client } = context;
  const accountId = String(prior["account_id"]);
  const applications = await client
    .applicationsOf(accountId, context)
    .catch((error: unknown) => {
      // The destroy looks again, before it writes.
      if (error instanceof ProviderError) return [];
      throw error;
    });
  if (movedFrom(prior, applications).size === 0) return;
  const route = routeId(prior)!;
  const { configuration } = await client.snapshot(route, context);
  const rules = rulesOf(configuration?.config ?? null);
  const rest = withoutRule(rules, toRule(prior), back, entry?.followers);
  refuseOpening(prior, rest, applications);
}

/** Who gets to the host once its own applications are gone. */
async function whoThen(
  prior: ObjectValue,
  context: Context<Client>,
): Promise<string | undefined> {
  // The rule of a path does not name all applications that go.
  if (prior["path"] !== null) return undefined;
  const own = audTags(toRule(prior));
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
