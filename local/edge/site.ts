import type { OutgoingHttpHeaders } from "node:http";
import type { SettledDecision } from "../../access/decision";
import type { AccessRequest } from "../../access/request";
import type { Application } from "../account-objects";
import { html, json, type Answer } from "./answer";
import { applicationEndpoints } from "./application-endpoints";
import { answerPreflight } from "./cors";
import { decideFor, findApplication } from "./decide";
import type { EdgeRequest } from "./edge-request";
import { findTunnel } from "./find-tunnel";
import { honourSession } from "./honour-session";
import { logNonIdentity } from "./log-access";
import { asksForOAuth, oauthChallenge } from "./managed-oauth";
import { originHeaders, type Admission } from "./origin-headers";
import { refusedPage } from "./pages";
import { redirectToLogin } from "./redirect-to-login";
import { readServiceToken, type ServiceTokenHeaders } from "./service-token";
import { isStrict, readSession, sessionCookie } from "./session-cookie";
import type { Identity, Presented } from "./sessions";
import type { Team } from "./team";

/** A request that may go into a tunnel. */
export interface Forward {
  readonly tunnelId: string;
  readonly headers: OutgoingHttpHeaders;
  /** To be added to the origin's answer. */
  readonly setCookie?: string;
}

/**
 * What happens to a request to a host of a zone, in the order in which the
 * edge looks at it: DNS, the edge's own endpoints, the application, who asks,
 * what the policies say.
 */
export async function site(
  request: EdgeRequest,
  team: Team,
): Promise<{ readonly answer: Answer } | { readonly forward: Forward }> {
  const { account, sessions } = team;
  const found = findTunnel(account, request);
  if ("answer" in found) return found;
  const { tunnelId } = found;
  const own = await applicationEndpoints(request, team);
  if (own !== undefined) return { answer: own };

  const application = findApplication(account, request.host, request.path);
  const serviceToken =
    application && readServiceToken(request.req, account, application);
  const session =
    application && (await readSession(request, sessions, application));
  const asked: AccessRequest = {
    host: request.host,
    path: request.path,
    preflight: request.preflight,
    xhr: request.xhr,
    webSocket: request.webSocket,
    ip: request.ip,
    country: request.country,
    identity: identityOf(session),
    serviceToken: serviceToken?.presented ?? serviceOf(session),
  };
  const decided = decideFor(account, asked, application);
  const decision = honourSession(decided, asked, account, session);
  const refusal = await answerFor(
    decision,
    request,
    team,
    application,
    serviceToken,
  );
  if (refusal !== undefined) {
    if (application && isMachines(decision, request, serviceToken))
      logNonIdentity(account, request, application, {
        success: false,
        serviceTokenId: serviceToken?.presented.id,
      });
    return { answer: refusal };
  }
  const admitted = await admit(decision, request, team, application, session);
  return {
    forward: {
      tunnelId,
      headers: originHeaders(request, admitted, serviceToken),
      ...(admitted?.setCookie && { setCookie: admitted.setCookie }),
    },
  };
}

/** A refusal that is not a person's: nobody is sent to log in, and no page asks on their behalf. */
function isMachines(
  { outcome }: SettledDecision,
  { xhr }: EdgeRequest,
  serviceToken: ServiceTokenHeaders | undefined,
): boolean {
  if (serviceToken !== undefined) return outcome !== "identity_denied";
  return outcome === "forbidden" || (outcome === "unauthorized" && !xhr);
}

function identityOf(session: Presented | undefined): Identity | null {
  return session?.kind === "person" ? session.session.team.identity : null;
}

function serviceOf(session: Presented | undefined) {
  return session?.kind === "service"
    ? ({ state: "valid", id: session.serviceToken.id } as const)
    : null;
}

/** The edge's answer to what does not pass; undefined for what does. */
async function answerFor(
  decision: SettledDecision,
  request: EdgeRequest,
  team: Team,
  application: Application | undefined,
  serviceToken: ServiceTokenHeaders | undefined,
): Promise<Answer | undefined> {
  switch (decision.outcome) {
    case "pass":
      return undefined;
    case "preflight_answer":
      return answerPreflight(request, application);
    case "login":
      if (application !== undefined && asksForOAuth(request, application))
        return oauthChallenge(request);
      return application === undefined
        ? refuse(403, request, application)
        : redirectToLogin(request, team, application, serviceToken);
    case "identity_denied":
    case "forbidden":
    case "unauthorized":
      return refuse(decision.status, request, application);
  }
}

function refuse(
  status: 401 | 403,
  { host, req }: EdgeRequest,
  application: Application | undefined,
): Answer {
  const headers = application && {
    "cf-access-aud": application.aud,
    "cf-access-domain": application.domain ?? host,
  };
  const { accept } = req.headers;
  return status === 403 && accept?.includes("application/json")
    ? json(
        status,
        { error: "Forbidden. You don't have permission to view this." },
        headers,
      )
    : html(status, refusedPage(status), headers);
}

/** The token that goes to the origin with a request that Access has admitted. */
async function admit(
  decision: SettledDecision,
  request: EdgeRequest,
  { account, sessions }: Team,
  application: Application | undefined,
  session: Presented | undefined,
): Promise<(Admission & { setCookie?: string }) | undefined> {
  if (decision.outcome !== "pass" || application === undefined)
    return undefined;
  const person = identityOf(session);
  if (decision.how === "identity" && session && person)
    return { token: session.token, email: person.email };
  if (decision.how !== "service_auth") return undefined;
  if (session?.kind === "service") return { token: session.token };
  // Undefined where another selector than a service token admitted: an address, for example.
  const serviceToken = account.serviceTokens.get(decision.serviceTokenId ?? "");
  logNonIdentity(account, request, application, {
    success: true,
    policyId: decision.policy?.id,
    serviceTokenId: decision.serviceTokenId,
  });
  const issued = await sessions.startService(
    application,
    serviceToken,
    decision.session,
  );
  return {
    token: issued.token,
    ...(serviceToken &&
      !isStrict(account) && {
        setCookie: sessionCookie(application, issued),
      }),
  };
}
