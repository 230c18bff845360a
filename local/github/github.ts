import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { Account } from "../account";
import { Clients } from "../google/clients";
import { CodeFlow } from "../google/code-flow";
import { failurePage } from "../google/pages";
import { sendJson, sendPage } from "../google/send";
import { hostOf, type WebHosts } from "../web-hosts";

const AUTHORIZE = "/login/oauth/authorize";
const TOKEN = "/login/oauth/access_token";

/**
 * GitHub's login for OAuth apps, for the people and OAuth clients of the
 * account, and the clients that its login methods name. Everybody's only address is verified, and nobody is in an
 * organization.
 *
 * @see https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
 */
export function github(account: Account): WebHosts {
  const clients = new Clients(account, "github");
  const flow = new CodeFlow<{ readonly clientId: string }>(account, {
    title: "GitHub",
    unknown: "Incorrect username",
    prefix: "gho_",
  });

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
    return flow.choose(url.searchParams, request, response, { clientId });
  }

  /** GitHub answers 200 to what it refuses, with an `error`. */
  async function token(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const form = new URLSearchParams(await text(request));
    const granted = flow.take(form);
    const client = clients.find(form.get("client_id") ?? "");
    if (client?.client_secret !== form.get("client_secret"))
      return sendJson(response, 200, { error: "incorrect_client_credentials" });
    if (granted === undefined || granted.to.clientId !== client?.client_id)
      return sendJson(response, 200, { error: "bad_verification_code" });
    flow.sendToken(response, granted.person);
  }

  function api(
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const person = flow.personOf(request);
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
