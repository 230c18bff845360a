import type { Account } from "../account";
import type { IdentityProvider } from "../account-objects";
import { Clients } from "../google/clients";
import { google } from "../google/google";
import { hostOf, type WebHosts } from "../web-hosts";

/**
 * An OpenID provider at the hosts that each login method of type `oidc` names,
 * for the people and OAuth clients of the account, and the clients that such
 * login methods name: the same as the local Google's, at other endpoints.
 */
export function openId(account: Account): WebHosts {
  const served = new Map<string, { endpoints: string; web: WebHosts }>();

  function sites(): WebHosts[] {
    return [...account.identityProviders.values()].flatMap((provider) => {
      const site = siteOf(provider);
      if (site === undefined) return [];
      const endpoints = JSON.stringify(site);
      const known = served.get(provider.id);
      if (known?.endpoints === endpoints) return [known.web];
      const clients = new Clients(account, "oidc");
      const web = google({ account, clients, site });
      served.set(provider.id, { endpoints, web });
      return [web];
    });
  }

  return {
    get hosts() {
      return sites().flatMap(({ hosts }) => hosts);
    },
    async handle(request, response) {
      const host = hostOf(request);
      const site = sites().find(({ hosts }) => hosts.includes(host));
      await site?.handle(request, response);
    },
  };
}

/** Where a login method's provider is; undefined for other kinds, and for what is no URL. */
function siteOf({ config, type }: IdentityProvider) {
  if (type !== "oidc") return undefined;
  const [authorization, token, jwks] = [
    config.auth_url,
    config.token_url,
    config.certs_url,
  ].map(String);
  if (!authorization || !token || !jwks) return undefined;
  if (![authorization, token, jwks].every((url) => URL.canParse(url)))
    return undefined;
  const { origin } = new URL(authorization);
  return {
    name: "OpenID provider",
    issuer: origin,
    endpoints: { authorization, token, jwks, userinfo: `${origin}/userinfo` },
  };
}
