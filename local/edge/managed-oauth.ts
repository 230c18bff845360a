import type { Application } from "../account-objects";
import { html, type Answer } from "./answer";
import type { EdgeRequest } from "./edge-request";
import { refusedPage } from "./pages";

/**
 * Whether Access answers with a challenge of OAuth in place of the login page:
 * the application has managed OAuth, and it is no browser that asks.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/ai-controls/
 */
export function asksForOAuth(
  { req, webSocket }: EdgeRequest,
  { oauth_configuration: oauth }: Application,
): boolean {
  if (typeof oauth !== "object" || oauth === null || webSocket) return false;
  const { enabled = true } = oauth as { readonly enabled?: boolean };
  return enabled && !(req.headers.accept ?? "").includes("text/html");
}

/** @see https://datatracker.ietf.org/doc/html/rfc9728#section-5.1 */
export function oauthChallenge({ host, path }: EdgeRequest): Answer {
  const metadata = `https://${host}/.well-known/cloudflare-access-protected-resource${path}`;
  return html(401, refusedPage(401), {
    "www-authenticate": `Bearer resource_metadata="${metadata}"`,
  });
}
