import { randomBytes } from "node:crypto";
import { html, redirect, type Answer } from "./answer";
import { decideFor } from "./decide";
import type { EdgeRequest } from "./edge-request";
import { logAccess } from "./log-access";
import { deniedPage } from "./pages";
import type { TeamSession } from "./sessions";
import { writeState } from "./state";
import type { Destination, Team } from "./team";

/**
 * Someone is logged in to the team: sends them on to the application with a
 * nonce that is good once, or tells them that they may not go there.
 *
 * @param headers of the answer, whatever it is
 */
export function completeLogin(
  request: EdgeRequest,
  team: Team,
  destination: Destination,
  session: TeamSession,
  headers: Answer["headers"] = {},
): Answer {
  const { account } = team;
  const { applicationId, hostname, redirectUrl } = destination;
  const application = account.applications.get(applicationId);
  const decision = decideFor(account, {
    host: hostname,
    path: redirectUrl,
    ip: request.ip,
    country: request.country,
    identity: session.identity,
  });
  const admitted = decision.outcome === "pass" && decision.how === "identity";
  const denied = decision.outcome === "identity_denied";
  if (application === undefined || !(admitted || denied)) {
    // The account has changed while the person was away: let the host decide anew.
    return redirect(`https://${hostname}${redirectUrl}`, headers);
  }
  logAccess(account, request, application, session.identity, admitted);
  if (denied) {
    const { custom_deny_message, custom_deny_url } = application;
    if (typeof custom_deny_url === "string" && custom_deny_url !== "")
      return redirect(custom_deny_url, headers);
    const message =
      typeof custom_deny_message === "string" ? custom_deny_message : undefined;
    return html(403, deniedPage(session.identity.email, message), headers);
  }
  const nonce = randomBytes(32).toString("hex");
  team.handovers.put(nonce, { destination, session });
  const url = new URL(`https://${hostname}/cdn-cgi/access/authorized`);
  url.searchParams.set("nonce", nonce);
  url.searchParams.set(
    "state",
    writeState(team, destination, nonce, destination.appSessionHash ?? ""),
  );
  return redirect(url.href, headers);
}
