import type { IncomingMessage, ServerResponse } from "node:http";
import type { Provider } from "oidc-provider";
import type { Account } from "../account";
import { accountChooser } from "./account-chooser";
import { Clients } from "./clients";
import {
  CHOOSER_PATH,
  discovery,
  DISCOVERY_PATH,
  ERROR_PATH,
  GOOGLE,
  type Site,
} from "./endpoints";
import { encodeAuthError, errorPage, failurePage } from "./pages";
import { createProvider } from "./provider";
import { sendPage } from "./send";

export interface Google {
  /** The hosts that it answers for. */
  readonly hosts: readonly string[];
  /**
   * Answers a request to one of them, which its `Host` names.
   *
   * @throws what went wrong inside the provider, which is a fault of ours
   */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/**
 * Google's login, for the people and OAuth clients of the account. It refuses
 * unknown clients and redirect URIs as Google does: with its own error page,
 * never by going back to the client.
 *
 * Its times are the machine's, not the account's. The OpenID provider and its
 * key are made at the first request.
 *
 * @see https://developers.google.com/identity/openid-connect/openid-connect
 * @param options.clients Those that it knows. @default - the account's
 * @param options.site Another OpenID provider in Google's place, with its manners.
 */
export function google({
  account,
  clients = new Clients(account),
  site = GOOGLE,
}: {
  readonly account: Account;
  readonly clients?: Clients;
  readonly site?: Site;
}): Google {
  const { endpoints } = site;
  const accountsHost = new URL(endpoints.authorization).host;
  const failures = new WeakMap<IncomingMessage, Error>();
  let made: Promise<Provider> | undefined;
  const provider = () => (made ??= make());

  async function make(): Promise<Provider> {
    const provider = await createProvider(account, clients, site);
    provider.on("server_error", ({ req }, error) => failures.set(req, error));
    return provider;
  }

  return {
    hosts: Object.values(endpoints).map((url) => new URL(url).host),
    async handle(request, response) {
      const host = (request.headers.host ?? "").replace(/:\d+$/, "");
      const url = new URL(`https://${host}${request.url ?? "/"}`);
      const at = `${url.origin}${url.pathname}`;
      // Google speaks TLS only; whoever ends it for us need not say so.
      request.headers["x-forwarded-proto"] = "https";
      delete request.headers["x-forwarded-host"];

      if (at === endpoints.authorization) {
        const asked = (name: string) => url.searchParams.get(name) ?? "";
        const fault = clients.fault(asked("client_id"), asked("redirect_uri"));
        if (fault !== undefined) {
          request.resume();
          const authError = encodeURIComponent(encodeAuthError(fault));
          response.writeHead(302, {
            location: `https://${accountsHost}${ERROR_PATH}?authError=${authError}`,
          });
          response.end();
          return;
        }
      }
      if (host === accountsHost) {
        if (url.pathname === ERROR_PATH) {
          const page = errorPage(url.searchParams.get("authError") ?? "");
          if (page === undefined) notFound(request, response);
          else sendPage(response, 400, page);
          return;
        }
        if (url.pathname === DISCOVERY_PATH) {
          response.setHeader("content-type", "application/json");
          response.end(JSON.stringify(discovery(site)));
          return;
        }
        if (url.pathname.startsWith(CHOOSER_PATH))
          return accountChooser(
            await provider(),
            account,
            request,
            response,
            site.name,
          );
      }
      if (!isEndpoint(at, site)) return notFound(request, response);
      await (await provider()).callback()(request, response);
      const failure = failures.get(request);
      if (failure !== undefined) throw failure;
    },
  };
}

/** Its endpoints, and the place where a login goes on after the chooser. */
function isEndpoint(at: string, { endpoints }: Site): boolean {
  return (
    Object.values<string>(endpoints).includes(at) ||
    at.startsWith(`${endpoints.authorization}/`)
  );
}

function notFound(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  sendPage(response, 404, failurePage("The requested URL was not found."));
}
