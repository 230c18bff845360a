import type { Account } from "../account";
import type { Application } from "../account-objects";
import type { EdgeRequest } from "./edge-request";
import type { Identity } from "./sessions";

/**
 * Writes a person's login or logout to the account's log. Requests within a
 * session and those of service tokens are not in it.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/insights/logs/dashboard-logs/access-authentication-logs/
 */
export function logAccess(
  account: Account,
  { country, host, ip, rayId }: EdgeRequest,
  application: Application,
  { email, idp }: Identity,
  allowed: boolean,
  action: "login" | "logout" = "login",
): void {
  account.accessLog.push({
    user_email: email,
    ip_address: ip,
    app_uid: application.id,
    app_domain: application.domain ?? host,
    action,
    connection: idp.type,
    allowed,
    created_at: account.timestamp(),
    ray_id: rayId,
    country,
  });
}
