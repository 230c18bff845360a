import type { AccessUser } from "../account-objects";
import { html, type Answer } from "./answer";
import { completeLogin } from "./complete-login";
import { cookie } from "./cookies";
import { cookieOf, type EdgeRequest } from "./edge-request";
import { LoginFailed, redeemCode } from "./google-login";
import { callbackUrl, LOGIN_SESSION } from "./login";
import { messagePage } from "./pages";
import { AUTHORIZATION } from "./session-cookie";
import type { Identity } from "./sessions";
import { readState } from "./state";
import type { Team } from "./team";

/** `/cdn-cgi/access/callback` on the team domain: a browser comes back from the login method. */
export async function callback(
  request: EdgeRequest,
  team: Team,
): Promise<Answer> {
  const { account, pendingLogins, sessions } = team;
  const { query } = request;
  const browserSession = cookieOf(request, LOGIN_SESSION);
  const state =
    browserSession && readState(query.get("state") ?? "", team, browserSession);
  const pending = state ? pendingLogins.take(state.nonce) : undefined;
  const provider =
    pending && account.identityProviders.get(pending.identityProviderId);
  if (pending === undefined || provider === undefined)
    return html(400, messagePage("Invalid login session"));
  const code = query.get("code");
  if (code === null)
    return html(
      400,
      messagePage(
        "Login failed",
        `${provider.name} answers: ${query.get("error_description") ?? query.get("error") ?? "no code"}`,
      ),
    );

  let person: { email: string; name: string };
  try {
    person = await redeemCode(
      provider,
      code,
      { ...pending, redirectUri: callbackUrl(team) },
      team.askGoogle,
    );
  } catch (error) {
    if (!(error instanceof LoginFailed)) throw error;
    return html(400, messagePage("Login failed", error.message));
  }
  const idp = { id: provider.id, type: provider.type };
  const { expires, session, token } = await sessions.startTeam({
    ...person,
    idp,
    user: remember(team, person, idp),
    ip: request.ip,
    country: request.country,
  });
  return completeLogin(request, team, pending.destination, session, {
    "set-cookie": cookie(AUTHORIZATION, token, { expires, sameSite: "None" }),
  });
}

/** Keeps the person among the account's users. */
function remember(
  { account }: Team,
  { email, name }: { email: string; name: string },
  idp: Identity["idp"],
): AccessUser {
  const key = email.toLowerCase();
  const at = account.timestamp();
  const known = account.users.get(key) ?? {
    id: account.newId(),
    email,
    created_at: at,
  };
  const user: AccessUser = { ...known, name, last_successful_login: at, idp };
  account.users.set(key, user);
  return user;
}
