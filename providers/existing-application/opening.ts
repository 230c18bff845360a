import { callersOf, OTHER, type Caller } from "../../access/callers";
import { compile, type CompiledAccount } from "../../access/decide";
import type { PassDecision } from "../../access/decision";
import type { AccessAccount, RuleSet } from "../../access/model";
import { parseUri } from "../../access/path-pattern";
import type { AccessRequest } from "../../access/request";
import { waysOf } from "../../access/ways";
import { isWholeHost, keyOf } from "../../access/whole-host";
import { findAnsweringRule } from "../../ingress/match";
import type { IngressRule } from "../../ingress/rule";
import { tokenDemand } from "../../ingress/token-demand";
import type { Context } from "../../terraform-plugin/provider";
import type { ObjectValue } from "../../terraform-plugin/value";
import type { Client } from "../tunnel-route/client";
import { sameRule } from "../tunnel-route/document";
import type { Entry } from "../tunnel-route/journal";
import type { JsonObject } from "../tunnel-route/json";
import { writtenBy } from "../tunnel-route/meanwhile";
import { retry } from "../tunnel-route/retry";
import { audTags, toRule } from "../tunnel-route/route";
import {
  asTheyAre,
  changedPolicies,
  documentIn,
  loginMethodsOf,
  newOwnOf,
  placesOf,
  policiesOf,
  returnOf,
} from "./document";
import { groupsBefore, groupsNamedBy } from "./groups";
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
import { noteOf, type Notes } from "./note";

/** What the account has of Access. */
export interface Access {
  readonly applications: readonly JsonObject[];
  /** Those that several applications may list. */
  readonly policies: readonly JsonObject[];
  /** What policies name to say whom they admit. */
  readonly groups: readonly JsonObject[];
}

/** Rules of a tunnel, by what a destroy does to them. */
interface Rules {
  readonly now: readonly IngressRule[];
  /** Once the route is destroyed. */
  readonly then: readonly IngressRule[];
}

/**
 * Refuses rules by which anyone gets to what an application protected who did not
 * before the first deploy, and does not now: somebody has deleted it since, made it
 * be for another place, or changed whom a policy of it, a group or another
 * application lets in. One of each kind of client is asked about that any rule of
 * theirs tells apart.
 *
 * What a review shows is for whoever is asked to decide, but for a host that
 * would be open to everybody.
 *
 * @param route as it is deployed
 */
export function refuseOpening(
  route: ObjectValue,
  { now, then }: Rules,
  { applications, groups, policies }: Access,
  { isReviewed, ...notes }: Notes & Pick<Client, "isReviewed">,
): void {
  const taken = takenBy(route);
  const ids = [...taken.values()];
  // Somebody may have taken its own out of the rule.
  const own = [
    toRule(route),
    ...writtenBy(notes.journal.read(String(route["id"]))),
  ].flatMap(audTags);
  const others = applications.filter(
    ({ aud, id }) => !ids.includes(String(id)) && !own.includes(String(aud)),
  );
  const accountId = route["account_id"] ?? null;
  const known = [...taken].flatMap(([place, id]) => {
    const found = applications.find((one) => one["id"] === id);
    const note = noteOf({ account_id: accountId, app_id: id }, notes);
    const before = note && documentIn(note.claim);
    const left = found && leftOf(found, note, policies);
    // What is gone is public in a review that is shown.
    return found || !isReviewed ? [{ place, id, found, before, left }] : [];
  });
  const left = [
    ...others,
    ...known.flatMap((one) => (one.left ? [one.left] : [])),
  ];
  for (const { before, found, id, place } of known) {
    const { host } = parseUri(place);
    const sides = sidesOf(host, {
      before: before && {
        applications: [before],
        groups: groupsBefore(before),
      },
      now: { applications, groups },
      then: { applications: left, groups },
    });
    for (const path of pathsOf(place, others)) {
      const rule = then[findAnsweringRule(then, host, path)];
      const ruleNow = now[findAnsweringRule(now, host, path)];
      const isElsewhere = path !== pathIn(place);
      if (
        rule === undefined ||
        tokenDemand(rule) !== undefined ||
        rule.service?.startsWith("http_status:") === true ||
        (isElsewhere && ruleNow && sameRule(rule, ruleNow))
      )
        continue;
      const at = isElsewhere ? host + path : place;
      for (const opening of openingsIn(sides, { host, path }, ruleNow)) {
        const { decision, isForAll, who } = opening;
        // Where nobody knows what it was, somebody has to decide.
        if (isReviewed && !(isForAll && before)) continue;
        const { application, policy } = decision;
        if (application === undefined)
          throw found
            ? noLongerFor(found, at, rule)
            : goneAndOpen(id, before, at, rule);
        const isIn = (some: readonly JsonObject[]) =>
          some.some((one) => one["id"] === policy?.id);
        const all = [...(found ? policiesOf(found) : []), ...policies];
        const since =
          !found || !before || application.id !== id
            ? undefined
            : isIn(newOwnOf(found, before))
              ? "written"
              : isIn(changedPolicies(before, all))
                ? "changed"
                : undefined;
        const whom = { at, who, isForAll, isKnown: before !== undefined };
        throw found && since
          ? openedSince(
              found,
              { name: String(policy?.name), since },
              whom,
              rule,
            )
          : openedBy({ ...application }, whom, rule);
      }
    }
  }
}

interface Opening {
  readonly decision: PassDecision;
  /** Whether it is for everybody, wherever they are and without a login. */
  readonly isForAll: boolean;
  /** Whom it is for; undefined for whoever has no login. */
  readonly who: string | undefined;
}

interface Sides {
  readonly before: CompiledAccount | undefined;
  readonly now: CompiledAccount;
  readonly then: CompiledAccount;
  readonly callers: readonly Caller[];
}

/** Who comes in then by a request, and neither did before nor does now. */
function openingsIn(
  { before, callers, now, then }: Sides,
  place: AccessRequest,
  ruleNow: IngressRule | undefined,
): Opening[] {
  const demand = tokenDemand(ruleNow);
  const isInNow = (request: AccessRequest) => {
    const decision = now.decide(request);
    return (
      decision.outcome === "pass" &&
      (demand === undefined ||
        (["identity", "service_auth"].includes(decision.how) &&
          demand.auds.includes(String(decision.application?.aud))))
    );
  };
  return callers.flatMap(({ as, who }) => {
    const asked = { ...place, ...as };
    return waysOf(then.decide(asked), asked).flatMap(
      ({ decision, request }): Opening[] =>
        decision.outcome === "pass" &&
        before?.decide(request).outcome !== "pass" &&
        !isInNow(request)
          ? [
              {
                decision,
                isForAll: who === undefined && request === asked,
                who: nameOf(who, request),
              },
            ]
          : [],
    );
  });
}

function nameOf(
  who: string | undefined,
  { country, ip }: AccessRequest,
): string | undefined {
  const from = [
    ip && `addresses such as ${ip}`,
    country === OTHER ? "other countries" : country,
  ].filter(Boolean);
  return from.length > 0
    ? `${who ?? "people without a login"} from ${from.join(" and ")}`
    : who;
}

type Side = Pick<Access, "applications" | "groups">;

/** Sides with what any of their rules tells apart, so that each is asked about all of it. */
function sidesOf(
  host: string,
  given: {
    readonly before: Side | undefined;
    readonly now: Side;
    readonly then: Side;
  },
): Sides {
  const near = ({ applications, groups }: Side): Side => ({
    applications: applications.filter((one) =>
      placesOf(one).some((uri) => mayBeOf(uri, host)),
    ),
    groups,
  });
  const before = given.before && near(given.before);
  const [now, then] = [near(given.now), near(given.then)];
  const all = [before, now, then].filter((side) => side !== undefined);
  const sets = all.flatMap(({ applications, groups }): readonly RuleSet[] => {
    const policies = applications.flatMap(policiesOf);
    const named = [...policies, ...groupsNamedBy(policies, groups)];
    return named as unknown as readonly RuleSet[];
  });
  const rules = sets.flatMap(({ exclude, include, require }) =>
    [include, require, exclude].flatMap((some) => some ?? []),
  );
  // It comes last and is for nobody: its rules are looked at, and never asked.
  const mentions = {
    ...{ id: "mentions", decision: "deny", precedence: Infinity },
    ...{ include: [], require: rules },
  };
  const compiled = ({ applications, groups }: Side) =>
    compile({
      applications: applications.map((one) => ({
        ...one,
        policies: [...policiesOf(one), mentions],
      })),
      groups: [...groups],
    } as unknown as AccessAccount);
  const methods = all.flatMap(({ applications }) =>
    applications.flatMap(loginMethodsOf),
  );
  return {
    before: before && compiled(before),
    now: compiled(now),
    then: compiled(then),
    callers: callersOf(sets, methods),
  };
}

/** A path of a place, and of those for which other applications are. */
function pathsOf(place: string, others: readonly JsonObject[]): Set<string> {
  const { host } = parseUri(place);
  const nearer = others
    .flatMap(placesOf)
    .filter((uri) => mayBeOf(uri, host))
    .map(pathIn);
  return new Set([pathIn(place), ...nearer]);
}

function mayBeOf(uri: string, host: string): boolean {
  const { host: pattern } = parseUri(uri);
  return pattern === host || pattern.includes("*");
}

/** A path that a pattern takes. */
function pathIn(uri: string): string {
  return parseUri(uri).path.replaceAll("*", "x") || "/";
}

/** An application as a destroy leaves it, with what its policies say now. */
function leftOf(
  found: JsonObject,
  note: Entry | undefined,
  policies: readonly JsonObject[],
): JsonObject {
  if (note === undefined) return found;
  const now = [...policiesOf(found), ...policies];
  const state = {
    previous: note.claim,
    document: note.application?.document ?? "{}",
    policies: [...(note.application?.policies ?? [])],
    not_kept: note.application?.notKept ?? null,
  };
  const { back, left } = returnOf(state, found);
  // Where it can't be given back the destroy stops; else it is as it was.
  const given = note.application ? left : back;
  const there = policiesOf(asTheyAre(back, now)).filter(({ id }) =>
    now.some((one) => one["id"] === id),
  );
  return { ...found, allowed_idps: given["allowed_idps"], policies: there };
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
    const note = noteOf({ account_id: accountId, app_id: id }, client);
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
