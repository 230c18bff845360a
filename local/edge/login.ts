import { randomBytes } from "node:crypto";
import type { IdentityProvider } from "../account-objects";
import { html, redirect, type Answer } from "./answer";
import { completeLogin } from "./complete-login";
import { cookie } from "./cookies";
import { decideFor, findApplication } from "./decide";
import { cookieOf, type EdgeRequest } from "./edge-request";
import { cloudflareUrl } from "./cloudflare-login";
import { githubUrl } from "./github-login";
import { authorizationUrl, isOpenId } from "./google-login";
import { LOGIN_SESSION, ONE_TIME_PIN } from "./one-time-pin";
import { loginPage, messagePage, refusedPage } from "./pages";
import { AUTHORIZATION } from "./session-cookie";
import { writeState } from "./state";
import { authDomain, type Destination, type Team } from "./team";

/** Where login methods lead that the local Cloudflare can't ask. */
export const UNAVAILABLE = "/cdn-cgi/access/unavailable";
const LOGIN_SESSION_MS = 4 * 60 * 60 * 1000;

export function callbackUrl(team: Team): string {
  return `https://${authDomain(team.account)}/cdn-cgi/access/callback`;
}

/**
 * `/cdn-cgi/access/login/<host>` on the team domain: the choice of login
 * methods, or straight to the only one, or straight back for someone who is
 * logged in already.
 */
export async function login(
  request: EdgeRequest,
  team: Team,
  hostname: string,
): Promise<Answer> {
  const destination = await readDestination(request, team, hostname);
  if (destination === undefined)
    return html(400, messagePage("Invalid login session"));
  const { account } = team;
  const token = cookieOf(request, AUTHORIZATION);
  const session = token && (await team.sessions.readTeam(token));
  const decision = decideFor(account, {
    host: hostname,
    path: destination.redirectUrl,
    ip: request.ip,
    country: request.country,
    identity: session ? session.identity : null,
  });

  if (decision.outcome === "login") {
    const browserSession =
      cookieOf(request, LOGIN_SESSION) ?? randomBytes(16).toString("hex");
    const headers = {
      "set-cookie": cookie(LOGIN_SESSION, browserSession, {
        expires: new Date(Date.now() + LOGIN_SESSION_MS),
        sameSite: "None",
      }),
    };
    const choices = decision.identityProviders
      .map((id) => account.identityProviders.get(id))
      .filter((provider) => provider !== undefined)
      .map((provider) => ({
        name: provider.name,
        url: beginLogin(team, provider, destination, browserSession),
      }));
    if (decision.direct && choices[0]) return redirect(choices[0].url, headers);
    const name = account.applications.get(destination.applicationId)?.name;
    return html(
      200,
      loginPage(name ?? hostname, account.organization?.name ?? "", choices),
      headers,
    );
  }
  if (session) return completeLogin(request, team, destination, session);
  return html(
    decision.outcome === "unauthorized" ? 401 : 403,
    refusedPage(403),
  );
}

/** The URL of a login method for one login of one browser. */
function beginLogin(
  team: Team,
  provider: IdentityProvider,
  destination: Destination,
  browserSession: string,
): string {
  const here = `https://${authDomain(team.account)}`;
  const urlOf = loginUrl(provider);
  if (urlOf === undefined && provider.type !== "onetimepin") {
    const query = new URLSearchParams({ name: provider.name });
    return `${here}${UNAVAILABLE}?${query}`;
  }
  const nonce = randomBytes(16).toString("hex");
  const codeVerifier = randomBytes(32).toString("base64url");
  team.pendingLogins.put(nonce, {
    identityProviderId: provider.id,
    destination,
    nonce,
    codeVerifier,
  });
  const state = writeState(
    team,
    destination,
    nonce,
    browserSession,
    provider.id,
  );
  if (urlOf === undefined)
    return `${here}${ONE_TIME_PIN}?${new URLSearchParams({ state })}`;
  return urlOf(provider, state, {
    redirectUri: callbackUrl(team),
    nonce,
    codeVerifier,
  });
}

/** What makes the URL at which people log in elsewhere; undefined where nobody can from here. */
function loginUrl(provider: IdentityProvider) {
  if (isOpenId(provider)) return authorizationUrl;
  switch (provider.type) {
    case "github":
      return githubUrl;
    case "cloudflare":
      return cloudflareUrl;
    default:
      return undefined;
  }
}

/** Where the person is to end; undefined where the link was not made here or was changed. */
async function readDestination(
  { query }: EdgeRequest,
  team: Team,
  hostname: string,
): Promise<Destination | undefined> {
  const redirectUrl = pathOn(hostname, query.get("redirect_url") ?? "/");
  const aud = query.get("kid");
  if (redirectUrl === undefined) return undefined;
  const application = findApplication(team.account, hostname, redirectUrl);
  if (application === undefined || application.aud !== aud) return undefined;
  const meta = query.get("meta");
  const claims =
    meta === null ? {} : await team.tokens.verify(meta, "meta", aud);
  if (claims === undefined) return undefined;
  if (meta !== null && claims.hostname !== hostname) return undefined;
  return {
    applicationId: application.id,
    hostname,
    redirectUrl,
    appSessionHash:
      typeof claims.app_session_hash === "string"
        ? claims.app_session_hash
        : undefined,
  };
}

/**
 * A path on this host and no other, fit for a header; undefined for what would
 * lead elsewhere. A path may begin with two slashes, which is no host here.
 */
function pathOn(hostname: string, redirectUrl: string): string | undefined {
  const base = `https://${hostname}`;
  const wanted = redirectUrl.startsWith("/") ? base + redirectUrl : redirectUrl;
  if (!URL.canParse(wanted, base)) return undefined;
  const { hash, origin, pathname, search } = new URL(wanted, base);
  return origin === base ? pathname + search + hash : undefined;
}
