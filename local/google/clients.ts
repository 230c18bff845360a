import type { ClientMetadata } from "oidc-provider";
import type { Account } from "../account";
import type { GoogleClient } from "../account-objects";

/** Why Google refuses to begin a login, in its own words. */
export type ClientFault =
  "deleted_client" | "invalid_client" | "redirect_uri_mismatch";

/** The OAuth clients of Google's console. One that was there and no longer is was deleted. */
export class Clients {
  readonly #known = new Set<string>();

  /**
   * @param ofType Of what type login methods are whose clients are known too:
   * nobody can list those of a provider that is not Google. @default - none
   */
  constructor(
    private readonly account: Account,
    private readonly ofType?: "github" | "oidc",
  ) {
    this.#remember();
  }

  find(clientId: string): GoogleClient | undefined {
    this.#remember();
    return [...this.account.googleClients, ...this.#ofLoginMethods()].find(
      ({ client_id }) => client_id === clientId,
    );
  }

  #ofLoginMethods(): GoogleClient[] {
    const { identityProviders, organization } = this.account;
    return [...identityProviders.values()]
      .filter(({ type }) => type === this.ofType)
      .map(({ client_secret = "", config }) => ({
        client_id: String(config.client_id),
        client_secret,
        redirect_uris: [
          `https://${organization?.auth_domain}/cdn-cgi/access/callback`,
        ],
      }));
  }

  /** What is wrong with a login's client and redirect URI, if anything is. */
  fault(clientId: string, redirectUri: string): ClientFault | undefined {
    const client = this.find(clientId);
    if (client === undefined)
      return this.#known.has(clientId) ? "deleted_client" : "invalid_client";
    return client.redirect_uris.includes(redirectUri)
      ? undefined
      : "redirect_uri_mismatch";
  }

  #remember(): void {
    for (const { client_id } of this.account.googleClients)
      this.#known.add(client_id);
  }
}

/** A client as oidc-provider takes it; its secret may come by header or by form. */
export function toMetadata(client: GoogleClient): ClientMetadata {
  return {
    client_id: client.client_id,
    client_secret: client.client_secret,
    redirect_uris: client.redirect_uris,
    grant_types: ["authorization_code"],
    response_types: ["code"],
    token_endpoint_auth_method: "client_secret_post",
  };
}
