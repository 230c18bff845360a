import type { Account } from "../account";
import { NEVER } from "../account-defaults";
import type { JsonObject, ServiceToken } from "../account-objects";
import { goDuration } from "../../base/duration";
import { ok, page } from "./envelope";
import { accessConflict, accessNotFound, invalidAccessRequest } from "./errors";
import { admits, contains, text } from "./fields";
import { route, type Routes } from "./router";
import { names } from "./rules";

const YEAR = "8760h";

/**
 * Service tokens.
 *
 * @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/access/subresources/service_tokens/
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/service-credentials/service-tokens/
 */
export function serviceTokens(account: Account): Routes {
  const read = "Access: Service Tokens Read";
  const write = "Access: Service Tokens Write";

  function find(id: string | undefined): ServiceToken {
    const token = account.serviceTokens.get(id ?? "");
    if (token === undefined) throw accessNotFound();
    return token;
  }

  /** Time from which on a token no longer works. */
  function after(start: Date, duration: string): string {
    if (duration === "forever") return NEVER;
    const length = goDuration(duration);
    if (length === undefined) {
      throw invalidAccessRequest("duration is not a duration");
    }
    const end = new Date(start.getTime() + length);
    return end.toISOString().replace(/\.\d+Z$/, "Z");
  }

  function rotate(token: ServiceToken, previousExpiresAt?: string): void {
    token.previous_client_secret =
      previousExpiresAt === undefined
        ? undefined
        : { value: token.client_secret, expires_at: previousExpiresAt };
    token.client_secret = account.newClientSecret();
    token.updated_at = account.timestamp();
  }

  return {
    "GET /accounts/:account/access/service_tokens": route(read, ({ query }) =>
      page(
        [...account.serviceTokens.values()]
          .filter(
            ({ name }) =>
              admits(query, "name", (wanted) => name === wanted) &&
              admits(query, "search", (wanted) => contains(name, wanted)),
          )
          .map(view),
        query,
        1000,
      ),
    ),

    "POST /accounts/:account/access/service_tokens": route(
      write,
      ({ body }) => {
        const name = text(body.name);
        if (name === undefined) throw invalidAccessRequest("name is missing");
        const duration = text(body.duration) ?? YEAR;
        const now = account.timestamp();
        const token: ServiceToken = {
          id: account.newId(),
          name,
          client_id: `${account.newHexId()}.access`,
          duration,
          expires_at: after(account.now(), duration),
          created_at: now,
          updated_at: now,
          enabled: body.enabled !== false,
          client_secret_version: readVersion(body) ?? 1,
          client_secret: account.newClientSecret(),
        };
        account.serviceTokens.set(token.id, token);
        return ok(viewWithSecret(token), { status: 201 });
      },
    ),

    "GET /accounts/:account/access/service_tokens/:id": route(
      read,
      ({ params }) => ok(view(find(params.id))),
    ),

    "PUT /accounts/:account/access/service_tokens/:id": route(
      write,
      ({ params, body }) => {
        const token = find(params.id);
        const version = readVersion(body);
        const previousExpiresAt = readPreviousExpiry(body);
        const duration = text(body.duration) ?? token.duration;
        if (duration !== token.duration) {
          token.expires_at = after(account.now(), duration);
          token.duration = duration;
        }
        token.name = text(body.name) ?? token.name;
        if (typeof body.enabled === "boolean") token.enabled = body.enabled;
        token.updated_at = account.timestamp();
        // The same version again changes nothing, nor does a lower one.
        if (version === undefined || version <= token.client_secret_version) {
          return ok(view(token));
        }
        token.client_secret_version = version;
        rotate(token, previousExpiresAt);
        return ok(viewWithSecret(token));
      },
    ),

    "DELETE /accounts/:account/access/service_tokens/:id": route(
      write,
      ({ params }) => {
        const token = find(params.id);
        const { id } = token;
        const used = [
          ...account.policies.values(),
          ...account.groups.values(),
        ].some((lists) => names(lists, "service_token", "token_id", id));
        if (used && account.switches.deleteUsedServiceToken === "refuse") {
          throw accessConflict("service token is used by a policy", 12139);
        }
        account.serviceTokens.delete(id);
        return ok(view(token));
      },
    ),

    "POST /accounts/:account/access/service_tokens/:id/rotate": route(
      write,
      ({ params, body }) => {
        const token = find(params.id);
        token.client_secret_version += 1;
        rotate(token, readPreviousExpiry(body));
        return ok(viewWithSecret(token));
      },
    ),

    "POST /accounts/:account/access/service_tokens/:id/refresh": route(
      write,
      ({ params }) => {
        const token = find(params.id);
        if (token.duration !== "forever") {
          const end = new Date(token.expires_at);
          const now = account.now();
          token.expires_at = after(end > now ? end : now, YEAR);
        }
        token.updated_at = account.timestamp();
        return ok(view(token));
      },
    ),
  };
}

function readVersion(body: JsonObject): number | undefined {
  const version = body.client_secret_version;
  if (version === undefined || version === null) return undefined;
  if (typeof version !== "number" || version < 1) {
    throw invalidAccessRequest("client_secret_version must be 1 or more");
  }
  return version;
}

function readPreviousExpiry(body: JsonObject): string | undefined {
  const expiry = text(body.previous_client_secret_expires_at);
  if (expiry !== undefined && Number.isNaN(Date.parse(expiry))) {
    throw invalidAccessRequest(
      "previous_client_secret_expires_at is not a time",
    );
  }
  return expiry;
}

function view(token: ServiceToken): JsonObject {
  const { id, name, client_id, duration, enabled } = token;
  const { created_at, updated_at, expires_at, last_seen_at } = token;
  return {
    created_at,
    updated_at,
    id,
    name,
    client_id,
    duration,
    enabled,
    expires_at,
    ...(last_seen_at !== undefined && { last_seen_at }),
  };
}

/** Only the answers to a create and to a rotation show the secret. */
function viewWithSecret(token: ServiceToken): JsonObject {
  return { ...view(token), client_secret: token.client_secret };
}
