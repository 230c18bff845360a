import type { Account } from "../account";
import type { Json, JsonObject } from "../account-objects";
import { invalidAccessRequest } from "./errors";
import { isObject, text } from "./fields";

/** Schemes of authentication, each with what it needs. */
const SCHEMES: Readonly<Record<string, readonly string[]>> = {
  httpbasic: ["user", "password"],
  oauthbearertoken: ["token"],
  oauth2: ["authorization_url", "client_id", "client_secret", "token_url"],
  access_service_token: ["client_id", "client_secret"],
};

const SECRETS = ["password", "token", "client_secret"];

/**
 * How an application's people are provisioned to it.
 *
 * @throws ApiError 12130 with what is wrong
 */
export function readScimConfig(
  account: Account,
  body: JsonObject,
): { readonly scim_config?: JsonObject } {
  const { scim_config: config = null } = body;
  if (config === null) return {};
  if (!isObject(config)) throw invalidAccessRequest("scim_config is invalid");
  const provider = text(config.idp_uid);
  if (provider === undefined || !account.identityProviders.has(provider))
    throw invalidAccessRequest("scim_config.idp_uid is no identity provider");
  if (!/^https?:\/\/\S+$/.test(text(config.remote_uri) ?? ""))
    throw invalidAccessRequest("scim_config.remote_uri is no address");
  for (const name of ["enabled", "deactivate_on_delete"])
    if (typeof (config[name] ?? false) !== "boolean")
      throw invalidAccessRequest(`scim_config.${name} must be true or false`);
  for (const one of authentications(config)) {
    const needed = SCHEMES[text(one.scheme)?.toLowerCase() ?? ""];
    if (needed === undefined)
      throw invalidAccessRequest(
        `scim_config.authentication.scheme must be one of ${Object.keys(SCHEMES).join(", ")}`,
      );
    const missing = needed.find((name) => text(one[name]) === undefined);
    if (missing !== undefined)
      throw invalidAccessRequest(
        `scim_config.authentication.${missing} is missing`,
      );
  }
  const mappings = config.mappings ?? [];
  if (
    !Array.isArray(mappings) ||
    mappings.some((one) => !isObject(one) || text(one.schema) === undefined)
  )
    throw invalidAccessRequest("a mapping of scim_config must have a schema");
  return { scim_config: config };
}

/** As answers show it: secrets are not. */
export function scimConfigView(config: unknown): Json | undefined {
  if (!isObject(config as Json)) return undefined;
  const shown = structuredClone(config) as JsonObject;
  for (const one of authentications(shown))
    for (const name of SECRETS)
      if (text(one[name]) !== undefined) one[name] = "*".repeat(8);
  return shown;
}

function authentications({ authentication }: JsonObject): JsonObject[] {
  const all = Array.isArray(authentication) ? authentication : [authentication];
  return all.filter((one) => isObject(one ?? null)) as JsonObject[];
}
