import { html, json, type Answer } from "./answer";
import { callback } from "./callback";
import { forget } from "./cookies";
import { cookieOf, type EdgeRequest } from "./edge-request";
import { login, UNAVAILABLE } from "./login";
import { ONE_TIME_PIN, oneTimePin } from "./one-time-pin";
import { messagePage } from "./pages";
import { AUTHORIZATION } from "./session-cookie";
import { describeIdentity } from "./sessions";
import type { Team } from "./team";

const LOGIN = "/cdn-cgi/access/login/";

/** What the team domain answers. */
export async function teamDomain(
  request: EdgeRequest,
  team: Team,
): Promise<Answer> {
  const { path, query } = request;
  if (path.startsWith(LOGIN))
    return login(request, team, path.slice(LOGIN.length).toLowerCase());
  switch (path) {
    case "/cdn-cgi/access/callback":
      return callback(request, team);
    case ONE_TIME_PIN:
      return oneTimePin(request, team);
    case "/cdn-cgi/access/certs":
      return json(200, await team.tokens.keys.certs());
    case "/cdn-cgi/access/get-identity": {
      const session = await teamSession(request, team);
      return session
        ? json(200, describeIdentity(team.account, session))
        : json(401, { err: "no org token set" });
    }
    case "/cdn-cgi/access/logout":
      return logout(request, team);
    case UNAVAILABLE:
      return html(
        501,
        messagePage(
          `${query.get("name") ?? "This login method"} is not available here`,
          "The local Cloudflare logs people in through its own Google, GitHub, Cloudflare and OpenID providers, and by one-time PIN. Go back and choose one of these, or add it to the application.",
        ),
      );
    default:
      return html(404, messagePage("Not found"));
  }
}

async function teamSession(request: EdgeRequest, { sessions }: Team) {
  const token = cookieOf(request, AUTHORIZATION);
  return token === undefined ? undefined : sessions.readTeam(token);
}

/** Ends the person's session and with it those at all applications. */
async function logout(request: EdgeRequest, team: Team): Promise<Answer> {
  const session = await teamSession(request, team);
  if (session) session.ended = true;
  return html(200, messagePage("You have been logged out."), {
    "set-cookie": forget(AUTHORIZATION),
  });
}
