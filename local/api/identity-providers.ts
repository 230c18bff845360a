import type { Account } from "../account";
import type { IdentityProvider, Json, JsonObject } from "../account-objects";
import { ok, page } from "./envelope";
import { accessConflict, accessNotFound, invalidAccessRequest } from "./errors";
import { isObject, text } from "./fields";
import { route, type Routes } from "./router";

/** Kinds of login methods, and whether they have an OAuth client. */
const TYPES: Record<string, { oauth: boolean }> = {
  onetimepin: { oauth: false },
  cloudflare: { oauth: false },
  google: { oauth: true },
  "google-apps": { oauth: true },
  github: { oauth: true },
  azureAD: { oauth: true },
  oidc: { oauth: true },
  okta: { oauth: true },
  saml: { oauth: false },
};

/**
 * Login methods.
 *
 * @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/identity_providers/
 */
export function identityProviders(account: Account): Routes {
  const read = "Access: Organizations, Identity Providers, and Groups Read";
  const write = "Access: Organizations, Identity Providers, and Groups Write";

  function find(id: string | undefined): IdentityProvider {
    const provider = account.identityProviders.get(id ?? "");
    if (provider === undefined) throw accessNotFound();
    return provider;
  }

  function view(provider: IdentityProvider): JsonObject {
    const { id, name, type, config, scim_config, version } = provider;
    const domain = account.organization?.auth_domain;
    const shown = { ...config };
    if (domain !== undefined) {
      shown.redirect_url = `https://${domain}/cdn-cgi/access/callback`;
    }
    if (type === "cloudflare") shown.restrict_to_account_members ??= false;
    if (account.switches.showUnsetPkce && TYPES[type]?.oauth) {
      shown.pkce_enabled ??= false;
    }
    return structuredClone({
      id,
      uid: id,
      type,
      name,
      version,
      config: shown,
      ...(scim_config !== undefined && { scim_config }),
    });
  }

  return {
    "GET /accounts/:account/access/identity_providers": route(
      read,
      ({ query }) =>
        page([...account.identityProviders.values()].map(view), query, 200),
    ),

    "POST /accounts/:account/access/identity_providers": route(
      write,
      ({ body }) => {
        const settings = readProvider(body);
        const isSecondPin =
          settings.type === "onetimepin" &&
          [...account.identityProviders.values()].some(
            ({ type }) => type === "onetimepin",
          );
        if (isSecondPin) {
          throw accessConflict("a onetimepin connection already exists");
        }
        const id = account.newId();
        const provider = { id, ...settings, version: account.newHexId() };
        account.identityProviders.set(id, provider);
        return ok(view(provider), { status: 201 });
      },
    ),

    "GET /accounts/:account/access/identity_providers/:id": route(
      read,
      ({ params }) => ok(view(find(params.id))),
    ),

    "PUT /accounts/:account/access/identity_providers/:id": route(
      write,
      ({ params, body }) => {
        const provider = find(params.id);
        const settings = readProvider(body, provider);
        if (settings.type !== provider.type) {
          throw invalidAccessRequest("the type can not be changed");
        }
        Object.assign(provider, settings, { version: account.newHexId() });
        return ok(view(provider));
      },
    ),

    "DELETE /accounts/:account/access/identity_providers/:id": route(
      write,
      ({ params }) => {
        const provider = find(params.id);
        // Applications go on naming it: nobody can log in to those that name
        // no other.
        account.identityProviders.delete(provider.id);
        return ok({ id: provider.id }, { status: 202 });
      },
    ),
  };
}

/** @param present what the secret is taken from where the body has none */
function readProvider(
  body: JsonObject,
  present?: IdentityProvider,
): Omit<IdentityProvider, "id" | "version"> {
  const name = text(body.name);
  const type = text(body.type) ?? "";
  const kind = TYPES[type];
  if (name === undefined) throw invalidAccessRequest("name is missing");
  if (kind === undefined) {
    throw invalidAccessRequest("identity provider type is missing or invalid");
  }
  if (!isObject(body.config)) throw invalidAccessRequest("config is missing");

  const config = withoutNulls(body.config);
  const client_secret = text(config.client_secret) ?? present?.client_secret;
  // The API says where Google is to send people; nobody else can.
  delete config.client_secret;
  delete config.redirect_url;
  if (kind.oauth && text(config.client_id) === undefined) {
    throw invalidAccessRequest("config.client_id is missing");
  }
  if (kind.oauth && client_secret === undefined) {
    throw invalidAccessRequest("config.client_secret is missing");
  }
  return {
    name,
    type,
    config,
    ...(client_secret !== undefined && { client_secret }),
    ...(isObject(body.scim_config) && { scim_config: body.scim_config }),
  };
}

function withoutNulls(config: JsonObject): JsonObject {
  const entries: [string, Json][] = Object.entries(config);
  return Object.fromEntries(entries.filter(([, value]) => value !== null));
}
