import { decide } from "../../access/decide";
import type { Decision } from "../../access/decision";
import type { AccessAccount } from "../../access/model";
import { parseUri } from "../../access/path-pattern";
import type { AccessRequest } from "../../access/request";
import { isWholeHost, keyOf } from "../../access/whole-host";
import { findAnsweringRule } from "../../ingress/match";
import type { IngressRule } from "../../ingress/rule";
import { tokenDemand } from "../../ingress/token-demand";
import type { Context } from "../../terraform-plugin/provider";
import type { ObjectValue } from "../../terraform-plugin/value";
import type { Client } from "../tunnel-route/client";
import type { Journal } from "../tunnel-route/journal";
import type { JsonObject } from "../tunnel-route/json";
import { writtenBy } from "../tunnel-route/meanwhile";
import { retry } from "../tunnel-route/retry";
import { audTags, toRule } from "../tunnel-route/route";
import {
  asTheyAre,
  changedPolicies,
  documentIn,
  newOwnOf,
  placesOf,
  policiesOf,
  returnOf,
  withNewOwn,
} from "./document";
import { takenBy } from "./guard";
import {
  goneAndOpen,
  goneSincePlan,
  noLongerFor,
  openedBy,
  openedSince,
  refuseReturn,
} from "./messages";
import { missingOf } from "./missing";
import { noteId } from "./note";

interface Opening {
  readonly isReviewed: boolean;
  readonly journal: Pick<Journal, "read">;
}

/** What the account has of Access. */
export interface Access {
  readonly applications: readonly JsonObject[];
  /** Those that several applications may list. */
  readonly policies: readonly JsonObject[];
  /** What policies name to say whom they admit. */
  readonly groups: readonly JsonObject[];
}

/** Addresses of clients far apart: who lets one of them in is open to strangers. */
const CLIENTS = [
  ...["1.1.1.1", "70.1.1.1", "150.1.1.1", "210.1.1.1"],
  "2001:4860:4860::8888",
];

/**
 * Refuses rules that make public what an application protected before the first
 * deploy, and no longer does once it is given back: somebody has deleted it since,
 * made it be for another place, or had a policy of it, a group or another
 * application let in whoever has no login.
 *
 * @param route as it is deployed
 * @param rules the tunnel's once the route is destroyed
 */
export function refuseOpening(
  route: ObjectValue,
  rules: readonly IngressRule[],
  { applications, groups, policies }: Access,
  { isReviewed, journal }: Opening,
): void {
  const taken = takenBy(route);
  const ids = [...taken.values()];
  // Somebody may have taken its own out of the rule.
  const own = [
    toRule(route),
    ...writtenBy(journal.read(String(route["id"]))),
  ].flatMap(audTags);
  const others = applications.filter(
    ({ aud, id }) => !ids.includes(String(id)) && !own.includes(String(aud)),
  );
  const accountId = route["account_id"] ?? null;
  const known = [...taken].flatMap(([place, id]) => {
    const found = applications.find((one) => one["id"] === id);
    const note = journal.read(noteId({ account_id: accountId, app_id: id }));
    const before = note && documentIn(note.claim);
    // What is gone is public in a review that is shown.
    return found || !isReviewed ? [{ place, id, found, before }] : [];
  });
  const left = known.flatMap(({ before, found }) =>
    found ? [leftOf(found, before, policies)] : [],
  );
  for (const { before, found, id, place } of known) {
    const { host, path } = parseUri(place);
    const request = { host, path: path.replaceAll("*", "x") || "/" };
    const rule = rules[findAnsweringRule(rules, host, request.path)];
    const isClosed =
      rule === undefined ||
      tokenDemand(rule) !== undefined ||
      rule.service?.startsWith("http_status:") === true;
    if (isClosed) continue;
    const [opening] = CLIENTS.flatMap((ip) => {
      const client = { ...request, ip };
      // What others and groups let in then is not known.
      const wasIn = before && admitting([before], [], client);
      return wasIn
        ? []
        : (admitting([...others, ...left], groups, client) ?? []);
    });
    if (opening === undefined) continue;
    if (!found) throw goneAndOpen(id, before, place, rule);
    if (!isStillFor(found, place)) throw noLongerFor(found, place, rule);
    if (!before) continue;
    const { application, policy } = opening;
    const isIn = (some: readonly JsonObject[]) =>
      some.some((one) => one["id"] === policy?.id);
    const now = [...policiesOf(found), ...policies];
    const since = isIn(newOwnOf(found, before))
      ? "written"
      : isIn(changedPolicies(before, now))
        ? "changed"
        : undefined;
    throw application?.id === id && since
      ? openedSince(found, { name: String(policy?.name), since }, place, rule)
      : openedBy({ ...(application ?? found) }, place, rule);
  }
}

/** The decision by which a client without a login comes in, or may; undefined where none does. */
function admitting(
  applications: readonly JsonObject[],
  groups: readonly JsonObject[],
  client: AccessRequest,
): Decision | undefined {
  const account = { applications, groups } as unknown as AccessAccount;
  const decision = decide(account, client);
  const { dependsOn, outcome } = decision;
  const mayPass =
    outcome === "depends" && !dependsOn.some(({ id }) => /^group:/.test(id));
  return outcome === "pass" || mayPass ? decision : undefined;
}

/** An application as a destroy leaves it, with what its policies say now. */
function leftOf(
  found: JsonObject,
  before: JsonObject | undefined,
  policies: readonly JsonObject[],
): JsonObject {
  if (before === undefined) return found;
  const now = [...policiesOf(found), ...policies];
  const left = asTheyAre(withNewOwn(before, found), now);
  const there = policiesOf(left).filter(({ id }) =>
    now.some((one) => one["id"] === id),
  );
  return { ...found, policies: there };
}

function isStillFor(application: JsonObject, place: string): boolean {
  return placesOf(application).some((uri) => isFor(uri, place));
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
 * @returns what their account has
 * @throws ProviderError where one of them would stop it then
 */
export async function lookAgain(
  route: ObjectValue,
  context: Context<Client>,
): Promise<Access> {
  const { client, signal } = context;
  const accountId = String(route["account_id"]);
  if (takenBy(route).size === 0)
    return { applications: [], policies: [], groups: [] };
  const all = await retry(
    () => client.applications.list(accountId, signal),
    context,
    client.sleep,
  );
  for (const [place, id] of takenBy(route)) {
    const found = all.find((one) => one["id"] === id);
    const note = client.journal.read(
      noteId({ account_id: accountId, app_id: id }),
    );
    if (!note?.leaving) continue;
    // The plan that is applied saw it.
    if (found === undefined) throw goneSincePlan(id, place);
    if (note.application === undefined) continue;
    const state = {
      ...{ account_id: accountId, app_id: id, previous: note.claim },
      document: note.application.document,
      policies: [...note.application.policies],
      not_kept: note.application.notKept ?? null,
    };
    const missing = await missingOf(state, context);
    refuseReturn(state, found, returnOf(state, found, missing));
  }
  return { applications: all, ...(await namedIn(accountId, context)) };
}

/** What applications list and policies name, as it is now. */
export async function namedIn(
  accountId: string,
  context: Context<Client>,
): Promise<Omit<Access, "applications">> {
  const { client, signal } = context;
  const { applications: api } = client;
  const read = (list: () => Promise<readonly JsonObject[]>) =>
    retry(list, context, client.sleep);
  return {
    policies: await read(() => api.policies(accountId, signal)),
    groups: await read(() => api.groups(accountId, signal)),
  };
}
