import type { IngressRule } from "../../ingress/rule";
import { matchesHostname } from "../../ingress/match";
import { ProviderError, type Context } from "../../terraform-plugin/provider";
import type { ObjectValue } from "../../terraform-plugin/value";
import type { Client } from "../tunnel-route/client";
import {
  isJsonObject,
  parseJson,
  printJson,
  type JsonObject,
} from "../tunnel-route/json";
import { rulesOf, sameRule } from "../tunnel-route/document";
import { retry } from "../tunnel-route/retry";
import { audTags, printId, toRule, type RouteId } from "../tunnel-route/route";
import { documentIn, placesOf, policiesOf } from "./document";
import { groupIdsIn, groupsNamedBy } from "./groups";
import { takenBy } from "./guard";
import { noteOf } from "./note";
import { mayBeOf } from "./places";

/** What decides who gets to a host. */
export interface Side {
  readonly applications: readonly JsonObject[];
  readonly groups: readonly JsonObject[];
  readonly rules: readonly IngressRule[];
}

/** What decided before the first deploy; undefined where that is not known. */
export function pastIn(route: ObjectValue): Side | undefined {
  const text = pastTextIn(route);
  return text === null ? undefined : (parseJson(text) as Side);
}

export function pastTextIn({
  access_before: text,
}: ObjectValue): string | null {
  return typeof text === "string" ? text : null;
}

/**
 * The same for the state, of a route that is about to be made, as this run found
 * it. One that the host has already knows it, and so does the journal of a run
 * that was cut off.
 */
export async function noteThePast(
  planned: ObjectValue,
  route: RouteId,
  context: Context<Client>,
): Promise<string | null> {
  const { client } = context;
  const known = client.pasts.get(pastKey(route));
  if (known !== undefined) return known;
  for (const path of new Set([route.path, null])) {
    const entry = client.journal.read(printId({ ...route, path }));
    if (entry && !entry.leaving) return entry.before ?? null;
  }
  const past = await look(planned, route, context).catch((error: unknown) => {
    // A destroy that opens anything then asks.
    if (error instanceof ProviderError) return null;
    throw error;
  });
  if (route.path === null) client.pasts.set(pastKey(route), past);
  return past;
}

export function pastKey({ accountId, hostname }: RouteId): string {
  return `${accountId}/${hostname}`;
}

/** Whether applications are to decide for a route. */
export function isProtected(route: ObjectValue): boolean {
  const { origin_request: settings = null } = route;
  return (
    takenBy(route).size > 0 ||
    (isJsonObject(settings) && isJsonObject(settings["access"]))
  );
}

async function look(
  planned: ObjectValue,
  route: RouteId,
  context: Context<Client>,
): Promise<string> {
  const { client, signal } = context;
  const { accountId, hostname } = route;
  const taken = [...takenBy(planned).values()];
  const own = audTags(toRule(planned));
  const all = await client.applicationsOf(accountId, context);
  // A run that was cut off has changed those already, or made its own.
  const applications = all
    .filter(
      ({ aud, id }) => taken.includes(String(id)) || !own.includes(String(aud)),
    )
    .map((one) => {
      if (!taken.includes(String(one["id"]))) return one;
      const place = { account_id: accountId, app_id: String(one["id"]) };
      const note = noteOf(place, client);
      return note ? documentIn(note.claim) : one;
    })
    .filter((one) => placesOf(one).some((uri) => mayBeOf(uri, hostname)));
  const policies = applications.flatMap(policiesOf);
  const groups = policies.some((one) => groupIdsIn(one).length > 0)
    ? await retry(
        () => client.applications.groups(accountId, signal),
        context,
        client.sleep,
      )
    : [];
  const decisive = applications.map((one) => ({
    ...only(one, APPLICATION),
    policies: policiesOf(one).map((policy) => only(policy, POLICY)),
  }));
  const { configuration } = await client.snapshot(route, context);
  const rules = rulesOf(configuration?.config ?? null).flatMap((rule) =>
    formerOf(rule, route, client.journal),
  );
  const reached = rules
    .filter(
      (rule, at) => at === rules.length - 1 || matchesHostname(rule, hostname),
    )
    .map(({ hostname: host, originRequest, path, service }) => ({
      ...{ hostname: host, path },
      // A service may have a password in its address.
      ...(service?.startsWith("http_status:") && { service }),
      originRequest: { access: originRequest?.["access"] },
    }));
  return printJson({
    applications: decisive,
    groups: groupsNamedBy(policies, groups).map((one) => only(one, GROUP)),
    rules: reached,
  });
}

/** What stood in the place of a rule before one of ours. */
function formerOf(
  rule: IngressRule,
  route: RouteId,
  journal: Client["journal"],
): readonly IngressRule[] {
  if (rule.hostname !== route.hostname) return [rule];
  const entry = journal.read(printId({ ...route, path: rule.path || null }));
  return entry?.written.some((one) => sameRule(one, rule))
    ? [entry.previous ?? []].flat()
    : [rule];
}

/** What decides, and no names of people's own. */
const GROUP = ["id", "include", "require", "exclude"];
const POLICY = [
  ...GROUP,
  "decision",
  "precedence",
  "reusable",
  "approval_required",
];
const APPLICATION = [
  ...["id", "name", "aud", "type", "domain", "destinations"],
  ...["self_hosted_domains", "allowed_idps", "options_preflight_bypass"],
  "allow_authenticate_via_warp",
];

function only(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names
      .filter((name) => (object[name] ?? null) !== null)
      .map((name) => [name, object[name]]),
  );
}
