import { decide } from "../../access/decide";
import type { Application } from "../../access/model";
import { parseUri } from "../../access/path-pattern";
import { isWholeHost, keyOf } from "../../access/whole-host";
import { findAnsweringRule } from "../../ingress/match";
import type { IngressRule } from "../../ingress/rule";
import { tokenDemand } from "../../ingress/token-demand";
import type { Context } from "../../terraform-plugin/provider";
import type { ObjectValue } from "../../terraform-plugin/value";
import type { Client } from "../tunnel-route/client";
import type { JsonObject } from "../tunnel-route/json";
import { retry } from "../tunnel-route/retry";
import { audTags, toRule } from "../tunnel-route/route";
import { placesOf, returnOf } from "./document";
import { takenBy } from "./guard";
import { changedMeanwhile, goneSincePlan, noLongerFor } from "./messages";
import { missingOf } from "./missing";
import { noteId } from "./note";

/**
 * Refuses rules that make public what an application that was there before
 * protected until somebody made it be for another place.
 *
 * @param route as it is deployed
 * @param rules the tunnel's once the route is destroyed
 */
export function refuseOpening(
  route: ObjectValue,
  rules: readonly IngressRule[],
  applications: readonly JsonObject[],
): void {
  const taken = takenBy(route);
  const ids = [...taken.values()];
  const own = audTags(toRule(route));
  const staying = applications.filter(
    ({ aud, id }) => ids.includes(String(id)) || !own.includes(String(aud)),
  ) as readonly Application[];
  for (const [place, found] of movedFrom(route, applications)) {
    const { host, path } = parseUri(place);
    const request = { host, path: path.replaceAll("*", "x") || "/" };
    const rule = rules[findAnsweringRule(rules, host, request.path)];
    const isClosed =
      rule === undefined ||
      tokenDemand(rule) !== undefined ||
      rule.service?.startsWith("http_status:") === true;
    if (isClosed) continue;
    const then = decide({ applications: staying }, request);
    if (then.outcome === "pass") throw noLongerFor(found, place, rule);
  }
}

/** Those of a route's applications that are for other places by now, by the places that they were for. */
export function movedFrom(
  route: ObjectValue,
  applications: readonly JsonObject[],
): ReadonlyMap<string, JsonObject> {
  const moved = new Map<string, JsonObject>();
  for (const [place, id] of takenBy(route)) {
    const found = applications.find((one) => one["id"] === id);
    if (
      found !== undefined &&
      !placesOf(found).some((uri) => isFor(uri, place))
    )
      moved.set(place, found);
  }
  return moved;
}

/** Whether one place is another, or both are all of a host. */
export function isFor(uri: string, place: string): boolean {
  const { host } = parseUri(place);
  return (
    keyOf(uri) === keyOf(place) ||
    (isWholeHost(place, host) && isWholeHost(uri, host))
  );
}

/**
 * Looks once more at the applications that a destroy gives back after it has put
 * back the tunnel's rule, which may open what they no longer protect.
 *
 * @returns their account's applications, where one of them is for another place
 * @throws ProviderError where one of them would stop it then
 */
export async function lookAgain(
  route: ObjectValue,
  context: Context<Client>,
): Promise<readonly JsonObject[]> {
  const { client, signal } = context;
  const accountId = String(route["account_id"]);
  const all: JsonObject[] = [];
  for (const [place, id] of takenBy(route)) {
    const found = await retry(
      () => client.applications.get(accountId, id, signal),
      context,
      client.sleep,
    );
    const note = client.journal.read(
      noteId({ account_id: accountId, app_id: id }),
    );
    // The plan that is applied saw it.
    if (found === undefined && note?.leaving) throw goneSincePlan(id, place);
    if (found === undefined) continue;
    all.push(found);
    if (!note?.leaving || note.application === undefined) continue;
    const state = {
      ...{ account_id: accountId, app_id: id, previous: note.claim },
      document: note.application.document,
      policies: [...note.application.policies],
      not_kept: note.application.notKept ?? null,
    };
    const back = returnOf(state, found, await missingOf(state, context));
    if (back.touched.length > 0) throw changedMeanwhile(state, found, back);
  }
  if (movedFrom(route, all).size === 0) return [];
  return retry(
    () => client.applications.list(accountId, signal),
    context,
    client.sleep,
  );
}
