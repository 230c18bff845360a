import type { Account } from "../account";
import { ORGANIZATION_DEFAULTS } from "../account-defaults";
import type { JsonObject, Organization } from "../account-objects";
import { goDuration } from "../../base/duration";
import { ApiError, ok } from "./envelope";
import { accessConflict, invalidAccessRequest } from "./errors";
import { text } from "./fields";
import { route, type Routes } from "./router";

/** What no write takes away. */
const LASTING = ["auth_domain", "name", "created_at", "updated_at"];

/**
 * The account's Zero Trust organization, which holds its team name.
 *
 * @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/organizations/
 */
export function organizations(account: Account): Routes {
  const read = "Access: Organizations, Identity Providers, and Groups Read";
  const write = "Access: Organizations, Identity Providers, and Groups Write";
  const revoke = "Access: Organizations, Identity Providers, and Groups Revoke";

  /** The router has made sure that there is one. */
  function present(): Organization {
    if (account.organization === null) throw new Error("no organization");
    return account.organization;
  }

  /** @param cleared what goes back to its default */
  function change(body: JsonObject, cleared: readonly string[] = []): Response {
    const duration = text(body.session_duration);
    if (duration !== undefined && goDuration(duration) === undefined) {
      throw invalidAccessRequest("session_duration is not a duration");
    }
    const settings = Object.entries(body).filter(
      ([key, value]) =>
        value !== null && !["created_at", "updated_at"].includes(key),
    );
    const kept = Object.entries(present()).filter(
      ([key]) => !cleared.includes(key),
    );
    const changed = {
      ...ORGANIZATION_DEFAULTS,
      ...Object.fromEntries([...kept, ...settings]),
      updated_at: account.timestamp(),
    } as Organization;
    account.organization = changed;
    return ok(structuredClone(changed));
  }

  return {
    "GET /accounts/:account/access/organizations": route(read, () =>
      ok(structuredClone(present())),
    ),

    "POST /accounts/:account/access/organizations": route(write, () => {
      throw accessConflict("organization already exists", 11002);
    }),

    "PUT /accounts/:account/access/organizations": route(write, ({ body }) => {
      if (text(body.auth_domain) === undefined) {
        throw new ApiError(
          400,
          11004,
          "access.api.error.invalid_auth_domain: auth_domain is missing",
        );
      }
      const cleared = Object.keys(body).filter(
        (key) => body[key] === null && !LASTING.includes(key),
      );
      return change(body, cleared);
    }),

    "PATCH /accounts/:account/access/organizations": route(write, ({ body }) =>
      change(body),
    ),

    "POST /accounts/:account/access/organizations/revoke_user": route(
      revoke,
      ({ body }) => {
        const email = text(body.email);
        if (email === undefined) throw invalidAccessRequest("email is missing");
        account.revocations.push({
          email: email.toLowerCase(),
          at: account.timestamp(),
        });
        return ok(true);
      },
    ),
  };
}
