import { randomBytes } from "node:crypto";
import { html, redirect, type Answer } from "./answer";
import { cookie } from "./cookies";
import { decideFor } from "./decide";
import { cookieOf, type EdgeRequest } from "./edge-request";
import { messagePage, refusedPage } from "./pages";
import { APP_SESSION } from "./redirect-to-login";
import { BINDING, cookieScope, sessionCookie } from "./session-cookie";
import { sha256 } from "./sessions";
import { readState } from "./state";
import type { Team } from "./team";

/**
 * `/cdn-cgi/access/authorized` on an application's host: trades the nonce of
 * the team domain for the application's session cookie.
 */
export async function authorized(
  request: EdgeRequest,
  team: Team,
): Promise<Answer> {
  const { account, handovers, sessions } = team;
  const nonce = request.query.get("nonce") ?? "";
  const handover = handovers.take(nonce);
  const wanted = handover?.destination.appSessionHash;
  const state = readState(request.query.get("state") ?? "", team, wanted ?? "");
  const sameBrowser =
    wanted === undefined ||
    wanted === sha256(cookieOf(request, APP_SESSION) ?? "");
  const application =
    handover && account.applications.get(handover.destination.applicationId);
  if (
    application === undefined ||
    handover?.destination.hostname !== request.host ||
    state?.nonce !== nonce ||
    !sameBrowser
  )
    return html(400, messagePage("Invalid login session"));

  const { destination, session } = handover;
  const decision = decideFor(account, {
    host: request.host,
    path: destination.redirectUrl,
    ip: request.ip,
    country: request.country,
    identity: session.identity,
  });
  if (decision.outcome !== "pass") return html(403, refusedPage(403));
  const binding = application.enable_binding_cookie
    ? randomBytes(16).toString("hex")
    : undefined;
  const issued = await sessions.startApp(application, session, {
    ...(decision.policy?.id && { policyId: decision.policy.id }),
    ...(decision.session && { length: decision.session }),
    ...(binding && { binding }),
  });
  const { expires } = issued;
  return redirect(`https://${request.host}${destination.redirectUrl}`, {
    "set-cookie": [
      sessionCookie(application, issued),
      ...(binding
        ? [cookie(BINDING, binding, { ...cookieScope(application), expires })]
        : []),
    ],
  });
}
