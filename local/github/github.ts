import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { Account } from "../account";
import type { Person } from "../account-objects";
import { Clients } from "../google/clients";
import { chooserPage, failurePage } from "../google/pages";
import { findByEmail } from "../google/people";
import { sendJson, sendPage } from "../google/send";
import { hostOf, type WebHosts } from "../web-hosts";

const AUTHORIZE = "/login/oauth/authorize";
const TOKEN = "/login/oauth/access_token";
const CODE_MS = 10 * 60 * 1000;

/**
 * GitHub's login for OAuth apps, for the people and OAuth clients of the
 * account. Everybody's only address is verified, and nobody is in an
 * organization.
 *
 * @see https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
 */
export function github(account: Account): WebHosts {
  const clients = new Clients(account);
  const codes = new Map<
    string,
    { clientId: string; person: Person; redirectUri: string; until: number }
  >();
  const tokens = new Map<string, Person>();

  async function authorize(
    url: URL,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const clientId = url.searchParams.get("client_id") ?? "";
    const redirectUri = url.searchParams.get("redirect_uri") ?? "";
    if (clients.fault(clientId, redirectUri) !== undefined) {
      request.resume();
      const fault =
        clients.find(clientId) === undefined
          ? "There is no application with this client id."
          : "The redirect_uri is not associated with this application.";
      return sendPage(response, 404, failurePage(fault));
    }
    if (request.method !== "POST") {
      request.resume();
      return sendPage(
        response,
        200,
        chooserPage(request.url ?? "", account.people, "GitHub"),
      );
    }
    const email = new URLSearchParams(await text(request)).get("email") ?? "";
    const person = findByEmail(account, email);
    if (person === undefined)
      return sendPage(response, 400, failurePage("Incorrect username", email));
    const code = randomBytes(10).toString("hex");
    codes.set(code, {
      clientId,
      person,
      redirectUri,
      until: Date.now() + CODE_MS,
    });
    const back = new URL(redirectUri);
    back.searchParams.set("code", code);
    back.searchParams.set("state", url.searchParams.get("state") ?? "");
    response.writeHead(302, { location: back.href });
    response.end();
  }

  /** GitHub answers 200 to what it refuses, with an `error`. */
  async function token(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const form = new URLSearchParams(await text(request));
    const found = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    const client = clients.find(form.get("client_id") ?? "");
    if (client?.client_secret !== form.get("client_secret"))
      return sendJson(response, 200, { error: "incorrect_client_credentials" });
    if (
      found === undefined ||
      found.clientId !== client?.client_id ||
      found.until < Date.now() ||
      found.redirectUri !== form.get("redirect_uri")
    )
      return sendJson(response, 200, { error: "bad_verification_code" });
    const access_token = `gho_${randomBytes(18).toString("hex")}`;
    tokens.set(access_token, found.person);
    return sendJson(response, 200, { access_token, token_type: "bearer" });
  }

  function api(
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const [, bearer = ""] =
      /^Bearer (.+)$/.exec(request.headers.authorization ?? "") ?? [];
    const person = tokens.get(bearer);
    if (person === undefined)
      return sendJson(response, 401, { message: "Bad credentials" });
    const { email, name } = person;
    switch (path) {
      case "/user":
        return sendJson(response, 200, { login: email.split("@")[0], name });
      case "/user/emails":
        return sendJson(response, 200, [
          { email, primary: true, verified: true },
        ]);
      case "/user/orgs":
      case "/user/teams":
        return sendJson(response, 200, []);
      default:
        return sendJson(response, 404, { message: "Not Found" });
    }
  }

  return {
    hosts: ["github.com", "api.github.com"],
    async handle(request, response) {
      const host = hostOf(request);
      const url = new URL(`https://${host}${request.url ?? "/"}`);
      if (host === "api.github.com") {
        request.resume();
        return api(url.pathname, request, response);
      }
      if (url.pathname === AUTHORIZE) return authorize(url, request, response);
      if (url.pathname === TOKEN && request.method === "POST")
        return token(request, response);
      request.resume();
      sendPage(response, 404, failurePage("Not Found"));
    },
  };
}
