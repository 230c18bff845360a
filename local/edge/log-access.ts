import type { Account } from "../account";
import type { AccessLogEntry, Application } from "../account-objects";
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

/**
 * Writes that something came in, or was refused, without a person. In the log
 * beside people's logins only service tokens that were accepted appear.
 *
 * @see https://developers.cloudflare.com/analytics/graphql-api/tutorials/querying-access-login-events/
 */
export function logNonIdentity(
  account: Account,
  request: EdgeRequest,
  application: Application,
  outcome: {
    readonly success: boolean;
    readonly policyId?: string | null;
    readonly serviceTokenId?: string;
  },
): void {
  const { policyId, serviceTokenId, success } = outcome;
  account.nonIdentityLogins.push({
    at: account.timestamp(),
    app_id: application.id,
    policy_id: policyId ?? "",
    service_token_id: serviceTokenId ?? "",
    success,
    ip_address: request.ip,
    country: request.country,
    ray_id: request.rayId,
  });
  const token = account.serviceTokens.get(serviceTokenId ?? "");
  if (success && token)
    write(account, request, application, {
      user_email: token.client_id,
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
