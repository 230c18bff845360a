import { html, type Answer } from "./answer";
import { cookieOf, type EdgeRequest } from "./edge-request";
import { finishLogin } from "./finish-login";
import { redeemAtCloudflare } from "./cloudflare-login";
import { redeemAtGithub } from "./github-login";
import { LoginFailed, redeemCode } from "./google-login";
import type { LoggedIn } from "./logged-in";
import { callbackUrl } from "./login";
import { LOGIN_SESSION } from "./one-time-pin";
import { messagePage } from "./pages";
import { readState } from "./state";
import type { Team } from "./team";

/** How codes are traded at other places than OpenID providers. */
const REDEEM: Readonly<Record<string, typeof redeemAtCloudflare | undefined>> =
  { cloudflare: redeemAtCloudflare, github: redeemAtGithub };

/** `/cdn-cgi/access/callback` on the team domain: a browser comes back from the login method. */
export async function callback(
  request: EdgeRequest,
  team: Team,
): Promise<Answer> {
  const { account, pendingLogins } = team;
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

  let person: LoggedIn;
  try {
    const redeem = REDEEM[provider.type] ?? redeemCode;
    person = await redeem(
      provider,
      code,
      { ...pending, redirectUri: callbackUrl(team) },
      team.askGoogle,
      account.id,
    );
  } catch (error) {
    if (!(error instanceof LoginFailed)) throw error;
    return html(400, messagePage("Login failed", error.message));
  }
  return finishLogin(request, team, pending.destination, provider, person);
}
