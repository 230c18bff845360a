import type {
  CompiledApplication,
  CompiledPolicy,
} from "./compile-application";
import type { SettledDecision } from "./decision";
import type { Inquiry } from "./inquiry";
import type { AccessRequest } from "./request";
import type { Setting } from "./setting";
import { NO, YES } from "./truth";
import { afterLogin, type OnMaybe } from "./after-login";
import { because, NOTHING, refused } from "./settled";
import { withoutLogin } from "./without-login";

/** A preflight that Access leaves to the origin, whatever the policies say. */
export function preflightToOrigin(
  app: CompiledApplication,
  request: AccessRequest,
): SettledDecision | undefined {
  if (request.preflight !== true) return undefined;
  if (app.application.options_preflight_bypass !== true) return undefined;
  return {
    application: app.application,
    reason: because(app, "it lets preflights through to the origin"),
    dependsOn: NOTHING,
    outcome: "pass",
    how: "preflight",
  };
}

/**
 * Decides by policies and login. Undefined where `onMaybe` gave up;
 * `inquiry.open` is then the fact that was missing.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/policies/#cloudflare-access-policy-order-of-execution
 */
export function settle(
  app: CompiledApplication,
  inquiry: Inquiry,
  setting: Setting,
  onMaybe: OnMaybe,
): SettledDecision | undefined {
  const { request } = inquiry;
  const token = setting.strict ? request.serviceToken : undefined;
  const badToken = token && token.state !== "valid" ? token : undefined;
  for (const policy of app.beforeLogin) {
    // A bypass policy switches Access off; a token that cannot authenticate fails in any other.
    if (badToken && policy.decision === "non_identity") continue;
    inquiry.acceptsServiceTokens = policy.decision === "non_identity";
    const match = policy.matches(inquiry);
    if (match === NO) continue;
    const decision = passBeforeLogin(app, policy, inquiry, setting);
    if (match === YES) return decision;
    if (!onMaybe(decision)) return undefined;
  }
  inquiry.acceptsServiceTokens = false;

  // https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/cors/
  if (request.preflight === true) {
    return app.answersPreflights
      ? {
          application: app.application,
          reason: because(
            app,
            "the edge answers preflights from its CORS settings",
          ),
          dependsOn: NOTHING,
          outcome: "preflight_answer",
          status: 200,
        }
      : refused(
          app,
          403,
          "a preflight carries no cookie, and neither options_preflight_bypass nor cors_headers is set",
        );
  }
  // https://developers.cloudflare.com/cloudflare-one/access-controls/service-credentials/service-tokens/#enforce-strict-service-token-authentication
  if (badToken) {
    return refused(
      app,
      401,
      `the service token is ${badToken.state}, and strict service token authentication is on`,
    );
  }
  if (token?.state === "valid") {
    return refused(
      app,
      403,
      `no Service Auth or bypass policy admits ${setting.tokenName(token.id)}, and strict service token authentication is on`,
    );
  }

  const { identity } = request;
  if (!identity || !app.hasLogin) return withoutLogin(app, request, setting);
  if (app.allowedIdps?.has(identity.idp.id) === false) {
    const viaWarp = app.viaWarp?.(inquiry) ?? NO;
    if (viaWarp !== YES) {
      const refused = withoutLogin(
        app,
        request,
        setting,
        `it does not accept the login method that ${identity.email} used`,
      );
      if (viaWarp === NO || !onMaybe(refused))
        return viaWarp === NO ? refused : undefined;
    }
  }
  inquiry.identity = identity;
  return afterLogin(app, inquiry, identity.email, onMaybe);
}

function passBeforeLogin(
  app: CompiledApplication,
  policy: CompiledPolicy,
  inquiry: Inquiry,
  setting: Setting,
): SettledDecision {
  if (policy.decision === "bypass") {
    return {
      application: app.application,
      reason: because(
        app,
        `policy ${policy.label} lets the request through without Access`,
      ),
      dependsOn: NOTHING,
      outcome: "pass",
      how: "bypass",
      policy: policy.policy,
    };
  }
  const id = inquiry.serviceTokenId;
  return {
    application: app.application,
    reason: because(
      app,
      `Service Auth policy ${policy.label} admits ${id === undefined ? "the request" : setting.tokenName(id)}`,
    ),
    dependsOn: NOTHING,
    outcome: "pass",
    how: "service_auth",
    policy: policy.policy,
    serviceTokenId: id,
    session: policy.session,
  };
}
