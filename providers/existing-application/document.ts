import { TAKEN_BEFORE } from "../../base/existing-application";
import { UNKNOWN } from "../../terraform-plugin/value";
import {
  isJsonObject,
  meaning,
  parseJson,
  printJson,
  type Json,
  type JsonObject,
} from "../tunnel-route/json";
import type { Named } from "./api";

/** What Cloudflare answers and nobody writes; policies are written as a list of ids. */
const NOT_WRITTEN = new Set([
  ...["id", "uid", "aud", "created_at", "updated_at", "policies"],
  // The older spelling of `destinations`.
  "self_hosted_domains",
  // The latter is in states of one version alone.
  ...[TAKEN_BEFORE, "groups_before"],
]);

/**
 * Fields of a self-hosted application that Cloudflare's API documents for a
 * write.
 *
 * @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/access/subresources/applications/methods/update/
 */
const DOCUMENTED = new Set([
  ...["name", "type", "domain", "destinations", "allowed_idps", "tags"],
  ...["session_duration", "auto_redirect_to_identity", "scim_config"],
  ...["enable_binding_cookie", "http_only_cookie_attribute", "logo_url"],
  ...["options_preflight_bypass", "app_launcher_visible", "cors_headers"],
  ...["allow_authenticate_via_warp", "allow_iframe", "custom_pages"],
  ...["custom_deny_message", "custom_deny_url", "skip_interstitial"],
  ...["custom_non_identity_deny_url", "mfa_config", "oauth_configuration"],
  ...["path_cookie_attribute", "read_service_tokens_from_header"],
  ...["same_site_cookie_attribute", "service_auth_401_redirect"],
  ...["use_clientless_isolation_app_launcher_url", "target_criteria"],
  ...["eager_redirect_cookie_setting", "app_launcher_logo_url", "bg_color"],
  ...["header_bg_color", "footer_links", "landing_page_design"],
  "skip_app_launcher_login_page",
]);

/** Names of the settings of which it is not known whether a write keeps them. */
export function undocumented(settings: JsonObject): string[] {
  return Object.keys(settings).filter(
    (name) => !DOCUMENTED.has(name) && meant(settings[name]) !== undefined,
  );
}

/** A policy's place in an application. */
export interface Link {
  readonly id: string;
  readonly precedence: number;
}

/** An application as it can be written again: all that its answer says but its policies. */
export function settingsOf(application: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(application).filter(([name]) => !NOT_WRITTEN.has(name)),
  );
}

export function policiesOf({ policies }: JsonObject): readonly JsonObject[] {
  return Array.isArray(policies) ? policies.filter(isJsonObject) : [];
}

/** Names of its policies, in their order. */
export function namesOf(application: JsonObject): readonly string[] {
  return policiesOf(application).map(({ name }) => String(name));
}

/** Its policies in their order, each by its id. */
export function linksOf(application: JsonObject): readonly Link[] {
  return policiesOf(application).map(({ id, precedence }, index) => ({
    id: String(id),
    precedence: Number(precedence ?? index + 1),
  }));
}

/**
 * Those that were written inside this application. Cloudflare deletes one that
 * the application lets go of, and nothing brings it back.
 */
export function ownPoliciesOf(application: JsonObject): readonly string[] {
  return policiesOf(application)
    .filter(({ reusable }) => reusable !== true)
    .map(({ id }) => String(id));
}

/** Those that other applications may list as well. */
export function reusableOf(application: JsonObject): readonly JsonObject[] {
  return policiesOf(application).filter(({ reusable }) => reusable === true);
}

/**
 * What is known of an application that lists policies of the stack itself: an
 * earlier deploy took it over, and nothing tells what it was before.
 *
 * @param own ids of the stack's policies
 * @returns without those, which a destroy deletes
 */
export function beforeDeploys(
  application: JsonObject,
  own: readonly string[],
): JsonObject {
  const listed = policiesOf(application);
  const rest = listed.filter(({ id }) => !own.includes(String(id)));
  return {
    ...application,
    // Its count of applications changes where one run takes over two of them.
    policies: rest.map((policy) => ({ ...policy, app_count: undefined })),
    ...(rest.length < listed.length && { [TAKEN_BEFORE]: true }),
  };
}

/** Whether what an application was before the first deploy is not known. */
export function wasTakenBefore(previous: JsonObject): boolean {
  return previous[TAKEN_BEFORE] === true;
}

/** As after a destroy that was cut off after its write. */
export function isAsBefore(found: JsonObject, previous: JsonObject): boolean {
  return (
    differing(settingsOf(found), settingsOf(previous)).length === 0 &&
    sameField(linksOf(found), linksOf(previous))
  );
}

/**
 * What it lists once it is taken over: the policies written inside it, which are
 * nobody's but its own, then those of the stack.
 *
 * @param found what it is now: somebody may have written or deleted some inside it
 */
export function listedWith(
  found: JsonObject,
  policies: readonly string[],
): readonly Link[] {
  return [...ownPoliciesOf(found), ...policies].map((id, index) => ({
    id,
    precedence: index + 1,
  }));
}

/** What Terraform knows of an application that is taken over. */
type Known = Readonly<Record<string, unknown>>;

export function documentIn(text: unknown): JsonObject {
  const document = typeof text === "string" ? parseJson(text) : undefined;
  return isJsonObject(document) ? document : {};
}

/** Ids of those that are known; an apply knows all. */
export function policiesIn({ policies }: Known): readonly string[] {
  return Array.isArray(policies)
    ? policies.filter((id) => id !== UNKNOWN).map(String)
    : [];
}

/**
 * Names of the fields that are not as they were written last, whatever
 * Cloudflare did not keep.
 *
 * @param missing ids of what the account has no more: a login method that is
 * gone leaves the application by itself
 */
export function changedSince(
  state: Known,
  found: JsonObject,
  missing: ReadonlySet<string> = NONE,
): string[] {
  const listed = linksOf(found).map(({ id }) => id);
  const ours = listedWith(found, policiesIn(state)).map(({ id }) => id);
  const names = differing(
    withoutMethods(documentIn(state["document"]), missing),
    withoutMethods(settingsOf(found), missing),
  );
  const lost = notKeptOf(state);
  return [
    ...names.filter(
      (name) => !lost.includes(name) || (found[name] ?? null) !== null,
    ),
    ...(listed.join() === ours.join() ? [] : ["policies"]),
  ];
}

const NONE: ReadonlySet<string> = new Set();

function withoutMethods(
  document: JsonObject,
  missing: ReadonlySet<string>,
): JsonObject {
  const methods = loginMethodsOf(document);
  const left = methods.filter((id) => !missing.has(id));
  return left.length < methods.length
    ? { ...document, allowed_idps: left }
    : document;
}

/** Names of the fields that Cloudflare did not keep when they were written. */
export function notKeptOf({ not_kept: names }: Known): string[] {
  return typeof names === "string" ? names.split(", ") : [];
}

/** What a destroy makes of an application that is taken over. */
export interface Return {
  /** What it can't put back. */
  readonly gone: Gone;
  /** What it puts back, whatever somebody else has changed. */
  readonly back: JsonObject;
  /** Names of the fields that somebody has changed since, and that it leaves so. */
  readonly theirs: readonly string[];
  /** Names of those that the stack has changed as well: it stops there. */
  readonly touched: readonly string[];
  /** The application once it is done. */
  readonly left: JsonObject;
  /** Whether none of its login methods is there any more: it can't be written so, and without any it would take all. */
  readonly isWithoutLogin: boolean;
}

/** @param missing ids of what the account has no more, of those that it names */
export function returnOf(
  state: Known,
  found: JsonObject,
  missing: ReadonlySet<string> = NONE,
): Return {
  const before = documentIn(state["previous"]);
  const gone = goneFrom(before, found, missing);
  const back = withNewOwn(withoutGone(before, gone, found), found);
  const isDone = isAsBefore(found, back);
  const changed = isDone ? [] : changedSince(state, found, missing);
  const ours = documentIn(state["document"]);
  const idsOf = (one: JsonObject) => linksOf(one).map(({ id }) => id);
  const touched = changed.filter((name) =>
    name === "policies"
      ? idsOf(found).join() !== idsOf(back).join()
      : !sameField(ours[name], before[name]) &&
        !sameField(found[name], back[name]),
  );
  const theirs = changed.filter((name) => !touched.includes(name));
  const stays = theirs
    .filter((name) => name !== "policies")
    .map((name) => [name, found[name]]);
  const written: JsonObject = {
    ...back,
    ...(Object.fromEntries(stays) as JsonObject),
    self_hosted_domains: found["self_hosted_domains"],
  };
  const there = withoutMethods(written, missing);
  const isWithoutLogin =
    !isDone && there !== written && loginMethodsOf(there).length === 0;
  const isStopped = touched.length > 0 || isWithoutLogin;
  const left = isStopped ? found : isDone ? written : there;
  return { gone, back, theirs, touched, left, isWithoutLogin };
}

/** An application with its policies as they are now: listing them again changes none of them. */
export function asTheyAre(
  application: JsonObject,
  now: readonly JsonObject[],
): JsonObject {
  const policies = policiesOf(application).map((policy) => {
    const { precedence = null, reusable = null } = policy;
    const is = now.find(({ id }) => id === policy["id"]);
    return is ? { ...is, precedence, reusable } : policy;
  });
  return { ...application, policies };
}

/** Those of its policies that admit others now than they did. */
export function changedPolicies(
  application: JsonObject,
  now: readonly JsonObject[],
): JsonObject[] {
  return policiesOf(application).filter((policy) => {
    const is = now.find(({ id }) => id === policy["id"]);
    return (
      is !== undefined &&
      WHOM.some((name) => !sameField(is[name], policy[name]))
    );
  });
}

/** What of a policy says whom it lets in. */
const WHOM = ["decision", "include", "require", "exclude"];

/** The policies that somebody has written inside it since. */
export function newOwnOf(
  found: JsonObject,
  previous: JsonObject,
): JsonObject[] {
  const before = ownPoliciesOf(previous);
  return policiesOf(found).filter(
    ({ id, reusable }) => reusable !== true && !before.includes(String(id)),
  );
}

/**
 * An application of before with the policies that somebody has written inside it
 * since, which come first as they do now.
 */
export function withNewOwn(
  previous: JsonObject,
  found: JsonObject,
): JsonObject {
  const added = newOwnOf(found, previous);
  if (added.length === 0) return previous;
  const policies = [...added, ...policiesOf(previous)].map((policy, at) => ({
    ...policy,
    precedence: at + 1,
  }));
  return { ...previous, policies };
}

/** What of an application of before is not in the account any more. */
export interface Gone {
  readonly policies: readonly JsonObject[];
  /** Ids of login methods. */
  readonly loginMethods: readonly string[];
}

/** What a destroy has to know of: whether the account still has it. */
export function namedBy(state: Known): (readonly [Named, string])[] {
  const before = documentIn(state["previous"]);
  const methods = [before, documentIn(state["document"])].flatMap(
    loginMethodsOf,
  );
  return [
    ...reusableOf(before).map(({ id }) => ["policies", String(id)] as const),
    ...[...new Set(methods)].map((id) => ["identity_providers", id] as const),
  ];
}

/**
 * Ids of what the account has no more, of those that an application names.
 *
 * @param ids of its reusable policies and login methods
 */
export function missingIn(
  state: Known,
  ids: Iterable<unknown>,
): ReadonlySet<string> {
  const there = new Set(ids);
  const named = namedBy(state).map(([, id]) => id);
  return new Set(named.filter((id) => !there.has(id)));
}

function goneFrom(
  before: JsonObject,
  found: JsonObject,
  missing: ReadonlySet<string>,
): Gone {
  const inside = ownPoliciesOf(found);
  return {
    policies: policiesOf(before).filter(({ id, reusable }) =>
      reusable === true
        ? missing.has(String(id))
        : !inside.includes(String(id)),
    ),
    loginMethods: loginMethodsOf(before).filter((id) => missing.has(id)),
  };
}

/** Login methods that it names; with none it takes all. */
export function loginMethodsOf({ allowed_idps: ids }: JsonObject): string[] {
  return Array.isArray(ids) ? ids.map(String) : [];
}

/** The policies that let people in, and that one which is gone kept from those it refused. */
export function unguarded(previous: JsonObject, gone: Gone): JsonObject[] {
  const all = policiesOf(previous);
  const first = all.findIndex(
    (policy) => policy["decision"] === "deny" && isIn(gone.policies, policy),
  );
  return first < 0
    ? []
    : reusableOf(previous).filter(
        (policy) =>
          policy["decision"] === "allow" &&
          all.indexOf(policy) > first &&
          !isIn(gone.policies, policy),
      );
}

function isIn(policies: readonly JsonObject[], { id }: JsonObject): boolean {
  return policies.some((one) => one["id"] === id);
}

/**
 * What can be put back where something is gone, so that nobody gets in whom it
 * refused: without the login methods that are left, and with none, it would take
 * all of the account, so it keeps those of now.
 */
export function withoutGone(
  previous: JsonObject,
  gone: Gone,
  now: JsonObject,
): JsonObject {
  const left = [...gone.policies, ...unguarded(previous, gone)];
  const methods = loginMethodsOf(previous).filter(
    (id) => !gone.loginMethods.includes(id),
  );
  return {
    ...previous,
    ...(gone.policies.length > 0 && {
      policies: policiesOf(previous).filter((policy) => !isIn(left, policy)),
    }),
    ...(gone.loginMethods.length > 0 && {
      allowed_idps: methods.length > 0 ? methods : now["allowed_idps"],
    }),
  };
}

/** Hosts and paths of an application, as Cloudflare writes them. */
export function placesOf({
  destinations,
  domain,
  self_hosted_domains: older,
}: JsonObject): string[] {
  if (Array.isArray(destinations) && destinations.length > 0)
    return destinations
      .filter(isJsonObject)
      .map(({ cidr, hostname, uri }) => String(uri ?? hostname ?? cidr));
  const others = Array.isArray(older) ? older.map(String) : [];
  return [...new Set([String(domain), ...others])];
}

/** Names of the fields in which two documents differ, whatever stands for "not set". */
export function differing(one: JsonObject, other: JsonObject): string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => !sameField(one[name], other[name]));
}

export function sameField(one: Json, other: Json): boolean {
  return meaning(meant(one) ?? null) === meaning(meant(other) ?? null);
}

/** Lists of names in a fixed order, and undefined for what says nothing. */
function meant(value: Json): Json {
  if (Array.isArray(value)) {
    if (value.length === 0) return undefined;
    const isNames = value.every((item) => typeof item === "string");
    return isNames ? [...value].sort() : value;
  }
  return value === null || value === false || value === "" ? undefined : value;
}

/** A value of the document, for people. */
export function shown(value: Json): string {
  return value === undefined ? "not set" : printJson(value);
}
