import { callersOf, OTHER, type Caller } from "../../access/callers";
import { compile } from "../../access/decide";
import type { PassDecision } from "../../access/decision";
import type { AccessAccount, RuleSet } from "../../access/model";
import { parseUri } from "../../access/path-pattern";
import type { AccessRequest } from "../../access/request";
import { waysOf } from "../../access/ways";
import { isWholeHost, keyOf } from "../../access/whole-host";
import { findAnsweringRule } from "../../ingress/match";
import type { IngressRule } from "../../ingress/rule";
import { samplePaths } from "../../ingress/samples";
import { tokenDemand } from "../../ingress/token-demand";
import type { Context } from "../../terraform-plugin/provider";
import type { ObjectValue } from "../../terraform-plugin/value";
import type { Client } from "../tunnel-route/client";
import { ruleAt, withoutRule } from "../tunnel-route/document";
import type { Entry } from "../tunnel-route/journal";
import type { JsonObject } from "../tunnel-route/json";
import { writtenBy } from "../tunnel-route/meanwhile";
import { retry } from "../tunnel-route/retry";
import { audTags, toRule } from "../tunnel-route/route";
import {
  asTheyAre,
  changedPolicies,
  loginMethodsOf,
  newOwnOf,
  placesOf,
  policiesOf,
  returnOf,
} from "./document";
import { groupsNamedBy } from "./groups";
import { takenBy } from "./guard";
import {
  goneAndOpen,
  goneSincePlan,
  noLongerFor,
  openedBy,
  openedSince,
  refuseReturn,
  unprotected,
} from "./messages";
import { missingOf } from "./missing";
import { noteOf, type Notes } from "./note";
import { pastIn, type Side } from "./past";
import { mayBeOf, pathIn } from "./places";

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
 * The rules once a route is destroyed.
 *
 * @param back the one that is put back
 */
export function rulesThen(
  now: readonly IngressRule[],
  route: ObjectValue,
  back: IngressRule | null,
  entry: Entry | undefined,
): readonly IngressRule[] {
  const rule = toRule(route);
  return ruleAt(now, rule) === undefined
    ? now
    : withoutRule(now, rule, back, entry?.followers);
}

/** Whether a route has applications that a destroy deletes or gives back. */
export function mayOpen(
  route: ObjectValue,
  { journal }: Pick<Notes, "journal">,
): boolean {
  return takenBy(route).size > 0 || ownTags(route, journal).length > 0;
}

/** Somebody may have taken its own out of the rule. */
function ownTags(route: ObjectValue, journal: Notes["journal"]): string[] {
  const written = writtenBy(journal.read(String(route["id"])));
  return [toRule(route), ...written].flatMap(audTags);
}

/**
 * Refuses rules by which anyone gets to a host who did not before the first
 * deploy, and does not now: somebody has since deleted an application that
 * decided for it, made it be for another place, or changed whom a policy of it, a
 * group, another application or a rule of the tunnel lets in. One of each kind of
 * client is asked about that any rule of theirs tells apart.
 *
 * What a review shows is for whoever is asked to decide, but for a host that
 * would be open to everybody by an application that is taken over.
 *
 * @param route as it is deployed
 */
export function refuseOpening(
  route: ObjectValue,
  { now, then }: Rules,
  { applications, groups, policies }: Access,
  { isReviewed, ...notes }: Notes & Pick<Client, "isReviewed">,
): void {
  const host = String(route["hostname"]);
  const taken = takenBy(route);
  const ids = [...taken.values()];
  const own = ownTags(route, notes.journal);
  const past = pastIn(route);
  // One that a deploy has given back is nobody's own, though a rule demanded its JWT.
  const wasThere = (id: unknown) =>
    past?.applications.some((one) => one["id"] === id) === true;
  const others = applications.filter(
    ({ aud, id }) =>
      !ids.includes(String(id)) && (!own.includes(String(aud)) || wasThere(id)),
  );
  const accountId = route["account_id"] ?? null;
  const known = [...taken].map(([place, id]) => {
    const found = applications.find((one) => one["id"] === id);
    const note = noteOf({ account_id: accountId, app_id: id }, notes);
    const left = found && leftOf(found, note, policies);
    return { place, id, found, left };
  });
  const left = [
    ...others,
    ...known.flatMap((one) => (one.left ? [one.left] : [])),
  ];
  const sides = sidesOf(host, {
    before: past,
    now: { applications, groups, rules: now },
    then: { applications: left, groups, rules: then },
  });
  for (const path of sides.paths(route)) {
    const rule = answering(then, host, path);
    if (rule === undefined) continue;
    const of =
      known.find(({ place }) => pathIn(place) === path) ??
      known.find(({ place }) => pathIn(place) === "/");
    const at = path === "/" ? host : host + path;
    for (const opening of openingsIn(sides, { host, path })) {
      const { decision, isForAll, request, who } = opening;
      const isAsked = !(isForAll && past && of?.found);
      if (isReviewed && isAsked) continue;
      const opened = {
        ...{ at, who, isAsked, isKnown: past !== undefined, rule },
      };
      const { application, policy } = decision;
      const id = application?.id ?? of?.id ?? sides.before?.decider(request);
      const withId = (some: readonly JsonObject[] = []) =>
        some.find((one) => one["id"] === id);
      const [was, is] = [withId(past?.applications), withId(applications)];
      if (application === undefined)
        throw is
          ? noLongerFor(is, opened)
          : (was ?? of)
            ? goneAndOpen(String(id), was, opened)
            : unprotected(opened);
      const isIn = (some: readonly JsonObject[]) =>
        some.some((one) => one["id"] === policy?.id);
      const since =
        !is || !was
          ? undefined
          : isIn(newOwnOf(is, was))
            ? "written"
            : isIn(changedPolicies(was, [...policiesOf(is), ...policies]))
              ? "changed"
              : undefined;
      throw is && since
        ? openedSince(is, { name: String(policy?.name), since }, opened)
        : openedBy({ ...application }, opened);
    }
  }
}

/** The rule by which a request gets somewhere. */
function answering(
  rules: readonly IngressRule[],
  host: string,
  path: string,
): IngressRule | undefined {
  const rule = rules[findAnsweringRule(rules, host, path)];
  return rule?.service?.startsWith("http_status:") ? undefined : rule;
}

interface Opening {
  readonly decision: PassDecision;
  /** Whether it is for everybody, wherever they are and without a login. */
  readonly isForAll: boolean;
  readonly request: AccessRequest;
  /** Whom it is for; undefined for whoever has no login. */
  readonly who: string | undefined;
}

interface CompiledSide {
  /** The id of the application that decides on a request. */
  decider(request: AccessRequest): string | undefined;
  /** By which answers to what a request does not say it gets to the service. */
  passages(request: AccessRequest): Passage[];
  /** Whether it does by all of them. */
  lets(request: AccessRequest): boolean;
}

interface Passage {
  readonly decision: PassDecision;
  readonly request: AccessRequest;
}

interface Sides {
  /** Undefined where it is not known. */
  readonly before: CompiledSide | undefined;
  readonly now: CompiledSide;
  readonly then: CompiledSide;
  readonly callers: readonly Caller[];
  /** Of the route, and those for which applications are. */
  paths(route: ObjectValue): Set<string>;
}

/** Who comes in then by a request, and neither did before nor does now. */
function openingsIn(
  { before, callers, now, then }: Sides,
  place: AccessRequest,
): Opening[] {
  return callers.flatMap(({ as, who }) => {
    const asked = { ...place, ...as };
    return then
      .passages(asked)
      .filter(({ request }) => !before?.lets(request) && !now.lets(request))
      .map(({ decision, request }) => ({
        ...{ decision, request },
        isForAll: who === undefined && request === asked,
        who: nameOf(who, request),
      }));
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

/** Sides with what any of their rules tells apart, so that each is asked about all of it. */
function sidesOf(
  host: string,
  given: {
    readonly before: Side | undefined;
    readonly now: Side;
    readonly then: Side;
  },
): Sides {
  const near = (side: Side): Side => ({
    ...side,
    applications: side.applications.filter((one) =>
      placesOf(one).some((uri) => mayBeOf(uri, host)),
    ),
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
  const compiled = ({ applications, groups, ...side }: Side): CompiledSide => {
    const access = compile({
      applications: applications.map((one) => ({
        ...one,
        policies: [...policiesOf(one), mentions],
      })),
      groups: [...groups],
    } as unknown as AccessAccount);
    const waysTo = (request: AccessRequest) => {
      const rule = answering(side.rules, request.host, request.path);
      const demand = tokenDemand(rule);
      return waysOf(access.decide(request), request).map((way) => {
        const { decision } = way;
        return rule && decision.outcome === "pass" && fits(decision, demand)
          ? { decision, request: way.request }
          : undefined;
      });
    };
    return {
      decider: (request) => access.decide(request).application?.id ?? undefined,
      passages: (request) => waysTo(request).filter((way) => way !== undefined),
      lets: (request) => waysTo(request).every(Boolean),
    };
  };
  const places = all.flatMap(({ applications }) =>
    applications.flatMap(placesOf).filter((uri) => mayBeOf(uri, host)),
  );
  const methods = all.flatMap(({ applications }) =>
    applications.flatMap(loginMethodsOf),
  );
  return {
    before: before && compiled(before),
    now: compiled(now),
    then: compiled(then),
    callers: callersOf(sets, methods),
    paths: (route) =>
      new Set([
        ...(route["path"]
          ? samplePaths(String(route["path"])).slice(0, 4)
          : ["/"]),
        ...[...takenBy(route).keys(), ...places].map(pathIn),
      ]),
  };
}

/** Whether a connector lets through whom Access does. */
function fits(
  { application, how }: PassDecision,
  demand: ReturnType<typeof tokenDemand>,
): boolean {
  return (
    demand === undefined ||
    (["identity", "service_auth"].includes(how) &&
      demand.auds.includes(String(application?.aud)))
  );
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
 * Looks once more at what decides for the host, and at the applications that a
 * destroy gives back after it has put back the tunnel's rule, which may open what
 * they no longer protect.
 *
 * @returns what their account has; undefined where nothing can be opened
 * @throws ProviderError where one of them would stop it then
 */
export async function lookAgain(
  route: ObjectValue,
  context: Context<Client>,
): Promise<Access | undefined> {
  const { client, signal } = context;
  const accountId = String(route["account_id"]);
  if (!mayOpen(route, client)) return undefined;
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
