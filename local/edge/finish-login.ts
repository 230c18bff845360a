import type { AccessUser, IdentityProvider } from "../account-objects";
import type { Answer } from "./answer";
import { completeLogin } from "./complete-login";
import { cookie } from "./cookies";
import type { EdgeRequest } from "./edge-request";
import type { LoggedIn } from "./logged-in";
import { AUTHORIZATION } from "./session-cookie";
import type { Identity } from "./sessions";
import type { Destination, Team } from "./team";

/** Someone has proved who they are: begins their session with the team. */
export async function finishLogin(
  request: EdgeRequest,
  team: Team,
  destination: Destination,
  provider: IdentityProvider,
  person: LoggedIn,
): Promise<Answer> {
  const idp = { id: provider.id, type: provider.type };
  const { expires, session, token } = await team.sessions.startTeam({
    ...person,
    idp,
    user: remember(team, person, idp),
    ip: request.ip,
    country: request.country,
  });
  return completeLogin(request, team, destination, session, {
    "set-cookie": cookie(AUTHORIZATION, token, { expires, sameSite: "None" }),
  });
}

/** Keeps the person among the account's users. */
function remember(
  { account }: Team,
  { email, name }: LoggedIn,
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
