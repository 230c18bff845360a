import type { CompiledApplication } from "./compile-application";
import type { SettledDecision } from "./decision";
import type { AccessRequest } from "./request";
import type { Setting } from "./setting";
import { because, NOTHING, refused } from "./settled";

/**
 * What someone sees whom nothing admits and who is not logged in, or not in a
 * way that counts here: the login page where a login could help, else a
 * refusal.
 *
 * A page script gets 401 in place of a redirect that it could not follow; a
 * WebSocket gets the redirect. With `service_auth_401_redirect` it is 401
 * where a Service Auth policy blocked the request. That an application with
 * bypass policies only refuses like one with Service Auth policies only is not
 * documented; either way nobody gets in.
 */
export function withoutLogin(
  app: CompiledApplication,
  request: AccessRequest,
  setting: Setting,
  why = "nothing admits the request without a login",
): SettledDecision {
  const blockedByServiceAuth =
    app.application.service_auth_401_redirect === true && app.hasServiceAuth;
  if (!app.hasLogin) {
    const reason =
      "it has no policy that admits by login, and no other admits the request";
    return refused(app, blockedByServiceAuth ? 401 : 403, reason);
  }
  const asksForToken =
    setting.serviceAuth401 === "always" || Boolean(request.serviceToken);
  if (blockedByServiceAuth && asksForToken) {
    return refused(app, 401, `${why}, and service_auth_401_redirect is on`);
  }
  if (request.xhr === true) {
    return refused(
      app,
      401,
      `${why}, and an XMLHttpRequest is not sent to the login page`,
    );
  }
  return {
    application: app.application,
    reason: because(app, why),
    dependsOn: NOTHING,
    outcome: "login",
    status: 302,
    identityProviders: app.offeredIdps,
    direct: app.direct,
  };
}
