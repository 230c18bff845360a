import type { Account } from "../account";
import type { Application } from "../account-objects";
import { cookie, type CookieAttributes } from "./cookies";
import { cookieOf, type EdgeRequest } from "./edge-request";
import type { Issued, Presented, Sessions } from "./sessions";

export const AUTHORIZATION = "CF_Authorization";
export const BINDING = "CF_Binding";
/** Headers in which a client without cookies may send its token. */
const TOKEN_HEADERS = ["cf-access-token", "cf-access-jwt-assertion"];

/**
 * The session that a request carries for an application: in the cookie or one
 * of two headers, never in `Authorization`. Where no allow policy stands
 * nobody can have logged in, and tokens do not count.
 */
export async function readSession(
  request: EdgeRequest,
  sessions: Sessions,
  application: Application,
): Promise<Presented | undefined> {
  const { account } = sessions;
  const admitsPeople = account
    .policiesOf(application)
    .some(({ decision }) => decision === "allow");
  if (!admitsPeople) return undefined;
  const tokens = [
    ...(request.cookies.get(AUTHORIZATION) ?? []),
    ...TOKEN_HEADERS.flatMap((name) => request.req.headers[name] ?? []),
  ];
  const binding = cookieOf(request, BINDING);
  for (const token of tokens) {
    const presented = await sessions.readApp(token, application, binding);
    if (presented?.kind === "service" && isStrict(account)) continue;
    if (presented !== undefined) return presented;
  }
  return undefined;
}

/** Service tokens then have to come with every request. */
export function isStrict(account: Account): boolean {
  return account.organization?.strict_service_token_auth === true;
}

/**
 * The cookie that carries a session, as the application's settings have it.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/#cookie-settings
 */
export function sessionCookie(
  application: Application,
  { expires, token }: Issued,
): string {
  return cookie(AUTHORIZATION, token, {
    ...cookieScope(application),
    expires,
    httpOnly: application.http_only_cookie_attribute !== false,
  });
}

/** Where the application's cookies are sent. */
export function cookieScope(
  application: Application,
): Pick<CookieAttributes, "path" | "sameSite"> {
  const {
    domain = "",
    path_cookie_attribute,
    same_site_cookie_attribute,
  } = application;
  const slash = domain.indexOf("/");
  const path = slash === -1 ? "/" : domain.slice(slash);
  const sameSite =
    typeof same_site_cookie_attribute === "string"
      ? same_site_cookie_attribute
      : "";
  return {
    ...(path_cookie_attribute === true && !path.includes("*") && { path }),
    ...(sameSite !== "" && {
      sameSite: sameSite[0]!.toUpperCase() + sameSite.slice(1).toLowerCase(),
    }),
  };
}
