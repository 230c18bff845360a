import type { Account } from "../account";
import type {
  AccessLogEntry,
  Application,
  ServiceToken,
} from "../account-objects";
import type { EdgeRequest } from "./edge-request";
import type { Identity } from "./sessions";

/**
 * Writes a person's login or logout to the account's log. Requests within a
 * session are not in it.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/insights/logs/dashboard-logs/access-authentication-logs/
 */
export function logAccess(
  account: Account,
  request: EdgeRequest,
  application: Application,
  { email, idp, user }: Identity,
  allowed: boolean,
  action: "login" | "logout" = "login",
): void {
  write(account, request, application, {
    user_email: email,
    user_id: user.id,
    action,
    connection: idp.type,
    allowed,
  });
}

/** Writes that a service token was accepted; one that is refused leaves no trace. */
export function logServiceToken(
  account: Account,
  request: EdgeRequest,
  application: Application,
  { client_id }: ServiceToken,
): void {
  write(account, request, application, {
    user_email: client_id,
    action: "login",
    connection: "nonidentity",
    allowed: true,
  });
}

function write(
  account: Account,
  { country, host, ip, rayId }: EdgeRequest,
  application: Application,
  who: Pick<
    AccessLogEntry,
    "user_email" | "user_id" | "action" | "connection" | "allowed"
  >,
): void {
  account.accessLog.push({
    ...who,
    ip_address: ip,
    country,
    app_uid: application.id,
    app_domain: application.domain ?? host,
    app_name: application.name,
    app_type: application.type,
    created_at: account.timestamp(),
    ray_id: rayId,
  });
}
