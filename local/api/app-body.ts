import type { Account } from "../account";
import type {
  ApplicationSettings,
  Destination,
  JsonObject,
  PolicyLink,
} from "../account-objects";
import { goDuration } from "../../base/duration";
import { ApiError } from "./envelope";
import { accessConflict, invalidAccessRequest } from "./errors";
import { isObject, pick, text } from "./fields";
import { readDestination } from "./destination";
import { withDefaults } from "./newer-settings";
import { readPolicy } from "./policies";
import { readScimConfig } from "./scim-config";

/** Kinds of applications that stand on a host; the others are left out here. */
const HOST_TYPES = ["self_hosted", "ssh", "vnc"];
const OTHER_TYPES = [
  "app_launcher",
  "biso",
  "bookmark",
  "dash_sso",
  "infrastructure",
  "mcp",
  "mcp_portal",
  "rdp",
  "saas",
  "warp",
];

/** Kept and answered as written. */
const SETTINGS = [
  "allow_authenticate_via_warp",
  "allow_iframe",
  "cors_headers",
  "custom_deny_message",
  "custom_deny_url",
  "custom_non_identity_deny_url",
  "custom_pages",
  "logo_url",
  "mfa_config",
  "oauth_configuration",
  "path_cookie_attribute",
  "read_service_tokens_from_header",
  "same_site_cookie_attribute",
  "service_auth_401_redirect",
  "skip_interstitial",
];

/** Answered even where nobody wrote them. */
const TOGGLES = {
  app_launcher_visible: true,
  auto_redirect_to_identity: false,
  enable_binding_cookie: false,
  http_only_cookie_attribute: true,
  options_preflight_bypass: false,
};

/**
 * Reads everything of an application's body but its policies.
 *
 * @param id the application that is written; others may not hold its hosts
 * @throws ApiError 12130 with what is wrong, 11010 or 12132 (HTTP 409) where
 * another application has the host
 */
export function readApp(
  account: Account,
  body: JsonObject,
  id?: string,
): ApplicationSettings {
  const type = text(body.type) ?? "";
  if (OTHER_TYPES.includes(type)) {
    throw new ApiError(501, 0, `the local Cloudflare has no ${type} apps`);
  }
  if (!HOST_TYPES.includes(type)) {
    throw invalidAccessRequest("app type is missing or invalid");
  }
  const destinations = readDestinations(body);
  const uris = destinations.flatMap(({ uri }) => uri ?? []);
  // One with nothing but private destinations has no domain.
  const domain = text(body.domain) ?? uris[0];
  for (const uri of uris) checkHost(account, uri);
  checkFree(account, domain, uris, id);

  const duration = text(body.session_duration) ?? "24h";
  if (goDuration(duration) === undefined) {
    throw invalidAccessRequest("session_duration is not a duration");
  }
  const tags = texts(body.tags);
  if (tags.some((tag) => !account.tags.has(tag))) {
    throw invalidAccessRequest("tags contain a tag that does not exist");
  }
  const allowedIdps = texts(body.allowed_idps);
  for (const idp of allowedIdps) {
    if (!account.identityProviders.has(idp)) {
      throw invalidAccessRequest(`identity provider ${idp} not found`);
    }
  }
  if (body.options_preflight_bypass === true && isObject(body.cors_headers)) {
    throw invalidAccessRequest(
      "options_preflight_bypass can not be used with cors_headers",
    );
  }

  const toggles = Object.entries(TOGGLES).map(([name, standard]) => [
    name,
    typeof body[name] === "boolean" ? body[name] : standard,
  ]);
  return {
    name: text(body.name) ?? domain ?? "",
    type,
    ...(domain !== undefined && { domain }),
    destinations,
    allowed_idps: allowedIdps,
    session_duration: duration,
    tags,
    ...(Object.fromEntries(toggles) as typeof TOGGLES),
    ...withDefaults(pick(body, SETTINGS)),
    ...readScimConfig(account, body),
  };
}

/** `destinations` wins over `self_hosted_domains`, which wins over `domain`. */
function readDestinations(body: JsonObject): Destination[] {
  if (Array.isArray(body.destinations) && body.destinations.length > 0)
    return body.destinations.map(readDestination);
  const hosts = texts(body.self_hosted_domains);
  const domain = text(body.domain);
  if (hosts.length === 0 && domain !== undefined) hosts.push(domain);
  if (hosts.length === 0) {
    throw invalidAccessRequest("domain is missing or invalid");
  }
  return hosts.map((uri) => ({ type: "public", uri }));
}

/** Access takes hosts of the account's own zones, once those are active. */
function checkHost(account: Account, uri: string): void {
  const host = uri.split("/")[0]?.toLowerCase() ?? "";
  const belongs = [...account.zones.values()].some(
    (zone) =>
      zone.account.id === account.id &&
      zone.status === "active" &&
      (host === zone.name || host.endsWith(`.${zone.name}`)),
  );
  if (!belongs) throw invalidAccessRequest("domain does not belong to zone");
}

function checkFree(
  account: Account,
  domain: string | undefined,
  uris: readonly string[],
  id: string | undefined,
): void {
  const others = [...account.applications.values()].filter(
    (app) => app.id !== id,
  );
  if (domain !== undefined && others.some((app) => app.domain === domain)) {
    throw new ApiError(
      409,
      11010,
      "access.api.error.application_already_exists",
    );
  }
  const taken = new Set(
    others.flatMap((app) => app.destinations ?? []).map(({ uri }) => uri),
  );
  if (uris.some((uri) => taken.has(uri))) {
    throw accessConflict("destination belongs to another application");
  }
}

/** A policy of a body: one that exists, or one to be made inside the application. */
export type PolicyEntry =
  | { id: string; precedence: number }
  | { inline: JsonObject; precedence: number };

/**
 * Reads an application's list of policies, each given as an id, as
 * `{id, precedence}` or written out.
 *
 * @throws ApiError 12130 for a policy that does not exist, or a precedence that
 * two of them share
 */
export function readPolicies(
  account: Account,
  body: JsonObject,
  present: readonly PolicyLink[] = [],
): PolicyEntry[] {
  const list = Array.isArray(body.policies) ? body.policies : [];
  const used = new Set<number>();
  for (const entry of list) {
    if (!isObject(entry) || typeof entry.precedence !== "number") continue;
    if (used.has(entry.precedence)) {
      throw invalidAccessRequest("policy precedences must be unique");
    }
    used.add(entry.precedence);
  }

  let next = 1;
  function precedenceOf(entry: JsonObject): number {
    if (typeof entry.precedence === "number") return entry.precedence;
    while (used.has(next)) next += 1;
    used.add(next);
    return next;
  }

  return list.map((item) => {
    const entry = typeof item === "string" ? { id: item } : item;
    if (!isObject(entry)) throw invalidAccessRequest("policies is invalid");
    const precedence = precedenceOf(entry);
    const id = text(entry.id);
    if (id === undefined) {
      readPolicy(entry);
      return { inline: entry, precedence };
    }
    const policy = account.policies.get(id);
    const foreign =
      policy?.reusable === false && !present.some((link) => link.id === id);
    if (policy === undefined || foreign) {
      throw invalidAccessRequest(`policy ${id} not found`);
    }
    return { id, precedence };
  });
}

function texts(value: JsonObject[string] | undefined): string[] {
  return Array.isArray(value)
    ? value.filter((item) => typeof item === "string")
    : [];
}
