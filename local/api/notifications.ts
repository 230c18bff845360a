import type { Account } from "../account";
import { ok } from "./envelope";
import { route, type Routes } from "./router";

/**
 * Whom Cloudflare tells of what. It takes either of two permissions there, of
 * which this one is known here.
 *
 * @see https://developers.cloudflare.com/api/resources/alerting/subresources/policies/
 */
export function notifications(account: Account): Routes {
  return {
    "GET /accounts/:account/alerting/v3/policies": route(
      "Account Settings Read",
      () => ok(account.notifications),
    ),
  };
}
