import { createHash, randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { Account } from "../account";
import type { Person } from "../account-objects";
import { chooserPage, failurePage } from "../google/pages";
import { findByEmail } from "../google/people";
import { sendJson, sendPage } from "../google/send";
import { hostOf, type WebHosts } from "../web-hosts";

/** The client by which Access has people log in; every account has it. */
export const ACCESS_CLIENT = "cloudflare-access";

const DASHBOARD = "dash.cloudflare.com";
const API = "api.cloudflare.com";
const CODE_MS = 10 * 60 * 1000;

interface Granted {
  readonly person: Person;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly until: number;
}

/**
 * Cloudflare's own login, for the people of the account file: everybody has a
 * user at Cloudflare, and `member_of` says in which accounts.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/integrations/identity-providers/cloudflare/
 */
export function dashboard(account: Account): WebHosts {
  const codes = new Map<string, Granted>();
  const tokens = new Map<string, Person>();

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
    if (request.method !== "POST") {
      request.resume();
      const page = chooserPage(
        request.url ?? "",
        account.people,
        "The Cloudflare dashboard",
      );
      return sendPage(response, 200, page);
    }
    const email = new URLSearchParams(await text(request)).get("email") ?? "";
    const person = findByEmail(account, email);
    if (person === undefined)
      return sendPage(response, 400, failurePage("Incorrect email", email));
    const code = randomBytes(20).toString("base64url");
    codes.set(code, {
      person,
      redirectUri,
      challenge: query.get("code_challenge") ?? "",
      until: Date.now() + CODE_MS,
    });
    const back = new URL(redirectUri);
    back.searchParams.set("code", code);
    back.searchParams.set("state", query.get("state") ?? "");
    response.writeHead(302, { location: back.href });
    response.end();
  }

  async function token(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const form = new URLSearchParams(await text(request));
    const code = form.get("code") ?? "";
    const granted = codes.get(code);
    codes.delete(code);
    const proof = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (
      granted === undefined ||
      granted.until < Date.now() ||
      granted.redirectUri !== form.get("redirect_uri") ||
      granted.challenge !== proof
    )
      return sendJson(response, 400, { error: "invalid_grant" });
    const access_token = randomBytes(24).toString("base64url");
    tokens.set(access_token, granted.person);
    return sendJson(response, 200, { access_token, token_type: "bearer" });
  }

  function api(
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    request.resume();
    const [, bearer = ""] =
      /^Bearer (.+)$/.exec(request.headers.authorization ?? "") ?? [];
    const person = tokens.get(bearer);
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
