import { randomBytes } from "node:crypto";
import type { Application } from "../account-objects";
import { redirect, type Answer } from "./answer";
import { cookie } from "./cookies";
import { cookieOf, type EdgeRequest } from "./edge-request";
import type { ServiceTokenHeaders } from "./service-token";
import { sha256 } from "./sessions";
import { authDomain, type Team } from "./team";

export const APP_SESSION = "CF_AppSession";
const APP_SESSION_MS = 24 * 60 * 60 * 1000;

/** Sends a browser to the team domain, to log in and come back to where it wanted to go. */
export async function redirectToLogin(
  request: EdgeRequest,
  team: Team,
  application: Application,
  serviceToken: ServiceTokenHeaders | undefined,
): Promise<Answer> {
  // One browser keeps one value: two tabs may be on their way at once.
  const appSession =
    cookieOf(request, APP_SESSION) ?? `n${randomBytes(8).toString("hex")}`;
  const iat = team.tokens.seconds();
  const meta = await team.tokens.sign({
    type: "meta",
    aud: application.aud,
    hostname: request.host,
    redirect_url: request.target,
    service_token_status: false,
    ...(serviceToken?.presented.id && {
      service_token_id: serviceToken.presented.id,
    }),
    iat,
    nbf: iat,
    is_warp: false,
    is_gateway: false,
    auth_status: "NONE",
    app_session_hash: sha256(appSession),
  });
  const login = new URL(
    `https://${authDomain(team.account)}/cdn-cgi/access/login/${request.host}`,
  );
  login.searchParams.set("kid", application.aud);
  login.searchParams.set("meta", meta);
  login.searchParams.set("redirect_url", request.target);
  return redirect(login.href, {
    "set-cookie": cookie(APP_SESSION, appSession, {
      expires: new Date(Date.now() + APP_SESSION_MS),
    }),
    "access-control-allow-credentials": "true",
    "www-authenticate": `Cloudflare-Access resource_metadata="https://${request.host}/.well-known/cloudflare-access-protected-resource${request.path}"`,
  });
}
