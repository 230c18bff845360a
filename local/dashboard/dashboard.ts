import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { Account } from "../account";
import { CodeFlow } from "../google/code-flow";
import { failurePage } from "../google/pages";
import { sendJson, sendPage } from "../google/send";
import { hostOf, type WebHosts } from "../web-hosts";

/** The client by which Access has people log in; every account has it. */
export const ACCESS_CLIENT = "cloudflare-access";

const DASHBOARD = "dash.cloudflare.com";
const API = "api.cloudflare.com";
/**
 * Cloudflare's own login, for the people of the account file: everybody has a
 * user at Cloudflare, and `member_of` says in which accounts.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/integrations/identity-providers/cloudflare/
 */
export function dashboard(account: Account): WebHosts {
  const flow = new CodeFlow<{ readonly challenge: string }>(account, {
    title: "The Cloudflare dashboard",
    unknown: "Incorrect email",
  });

  async function authorize(
    { searchParams: query }: URL,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const redirectUri = query.get("redirect_uri") ?? "";
    const team = account.organization?.auth_domain;
    if (
      query.get("client_id") !== ACCESS_CLIENT ||
      redirectUri !== `https://${team}/cdn-cgi/access/callback`
    ) {
      request.resume();
      return sendPage(response, 400, failurePage("invalid_client"));
    }
    const challenge = query.get("code_challenge") ?? "";
    return flow.choose(query, request, response, { challenge });
  }

  async function token(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const form = new URLSearchParams(await text(request));
    const proof = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    const granted = flow.take(form);
    if (granted?.to.challenge !== proof)
      return sendJson(response, 400, { error: "invalid_grant" });
    flow.sendToken(response, granted.person);
  }

  function api(
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    request.resume();
    const person = flow.personOf(request);
    const answer = (status: number, result: unknown) =>
      sendJson(response, status, { success: status === 200, result });
    if (person === undefined) return answer(401, null);
    const { email, member_of = [], name } = person;
    switch (path) {
      case "/client/v4/user":
        return answer(200, { email, first_name: name, last_name: null });
      case "/client/v4/memberships":
        return answer(
          200,
          member_of.map((id) => ({ account: { id }, status: "accepted" })),
        );
      default:
        return answer(404, null);
    }
  }

  return {
    hosts: [DASHBOARD, API],
    async handle(request, response) {
      const host = hostOf(request);
      const url = new URL(`https://${host}${request.url ?? "/"}`);
      if (host === API) return api(url.pathname, request, response);
      if (url.pathname === "/oauth2/auth")
        return authorize(url, request, response);
      if (url.pathname === "/oauth2/token" && request.method === "POST")
        return token(request, response);
      request.resume();
      sendPage(response, 404, failurePage("Not Found"));
    },
  };
}
