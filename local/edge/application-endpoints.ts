import { decodeJwt } from "jose";
import { publicDestinations } from "../../access/match-application";
import { hostMatcher, parseUri } from "../../access/path-pattern";
import type { Account } from "../account";
import type { Application } from "../account-objects";
import { html, json, type Answer } from "./answer";
import { authorized } from "./authorized";
import { forget } from "./cookies";
import { accessPath } from "./decide";
import { cookieOf, type EdgeRequest } from "./edge-request";
import { logAccess } from "./log-access";
import { messagePage } from "./pages";
import {
  AUTHORIZATION,
  BINDING,
  cookieScope,
  readSession,
} from "./session-cookie";
import { describeIdentity } from "./sessions";
import type { Team } from "./team";

/**
 * What Access answers below `/cdn-cgi/` on the host of an application. None of
 * it reaches an origin, whatever the application's policies say.
 *
 * @see https://developers.cloudflare.com/fundamentals/reference/cdn-cgi-endpoint/
 */
export async function applicationEndpoints(
  request: EdgeRequest,
  team: Team,
): Promise<Answer | undefined> {
  const path = accessPath(team.account, request.path);
  if (!/^\/cdn-cgi(\/|$)/i.test(path)) return undefined;
  const here = applicationsOn(team.account, request.host);
  if (here.length > 0) {
    switch (path) {
      case "/cdn-cgi/access/authorized":
        return authorized(request, team);
      case "/cdn-cgi/access/certs":
        return json(200, await team.tokens.keys.certs());
      case "/cdn-cgi/access/get-identity":
        return identity(request, team, here);
      case "/cdn-cgi/access/logout":
        return logout(request, team, here);
    }
  }
  return html(404, messagePage("Not found"));
}

async function identity(
  request: EdgeRequest,
  team: Team,
  here: readonly Application[],
): Promise<Answer> {
  const found = await findSession(request, team, here);
  return found
    ? json(200, describeIdentity(team.account, found.session.team))
    : json(401, { err: "no app token set" });
}

/**
 * Ends the person's session everywhere, as on the team domain; only the cookie
 * that is deleted is another one.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/access-settings/session-management/#log-out-as-a-user
 */
async function logout(
  request: EdgeRequest,
  team: Team,
  here: readonly Application[],
): Promise<Answer> {
  const found = await findSession(request, team, here);
  const paths = new Set(
    here.map((application) => cookieScope(application).path ?? "/"),
  );
  if (found) {
    const { application, session } = found;
    session.team.ended = true;
    logAccess(
      team.account,
      request,
      application,
      session.team.identity,
      true,
      "logout",
    );
  }
  return html(200, messagePage("You have been logged out."), {
    "set-cookie": [...paths].flatMap((path) => [
      forget(AUTHORIZATION, path),
      forget(BINDING, path),
    ]),
  });
}

/** The session of a person that a request carries for any application of this host. */
async function findSession(
  request: EdgeRequest,
  { sessions }: Team,
  here: readonly Application[],
) {
  const claimed = audienceOf(cookieOf(request, AUTHORIZATION));
  for (const application of here) {
    if (claimed !== undefined && claimed !== application.aud) continue;
    const presented = await readSession(request, sessions, application);
    if (presented?.kind === "person")
      return { application, session: presented.session };
  }
  return undefined;
}

/** What a token says it is for; nothing is trusted because of it. */
function audienceOf(token: string | undefined): string | undefined {
  try {
    return token && [decodeJwt(token).aud].flat()[0];
  } catch {
    return undefined;
  }
}

function applicationsOn(account: Account, host: string): Application[] {
  return [...account.applications.values()].filter((application) =>
    publicDestinations(application).some(({ uri }) =>
      hostMatcher(parseUri(uri ?? "").host)(host),
    ),
  );
}
