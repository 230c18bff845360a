import { userInfo } from "node:os";
import { resolve } from "node:path";
import { ProviderError, type Provider } from "../../terraform-plugin/provider";
import { TunnelApi } from "./api";
import { Client } from "./client";
import { Journal } from "./journal";
import { proxyFor } from "./proxy";
import { tunnelRoute } from "./resource";

const BASE_URL = "https://api.cloudflare.com/client/v4";

/** The provider `tunnel`, with the resource `tunnel_route`. */
export const tunnelProvider: Provider<Client> = {
  schema: {
    attributes: {
      api_token: {
        type: "string",
        optional: true,
        sensitive: true,
        description: "By default CLOUDFLARE_API_TOKEN of the environment.",
      },
      base_url: {
        type: "string",
        optional: true,
        description: `By default CLOUDFLARE_BASE_URL of the environment, or ${BASE_URL}.`,
      },
      journal_dir: {
        type: "string",
        optional: true,
        description:
          "Folder for what must survive a crash, from the folder in which Terraform runs; keep it with the state. By default tunnel-route.journal.",
      },
    },
  },

  async configure(config) {
    const { api_token, base_url, journal_dir } = config;
    const env = process.env;
    const apiToken = given(api_token) ?? env["CLOUDFLARE_API_TOKEN"];
    if (!apiToken)
      throw new ProviderError(
        "No API token for Cloudflare",
        'Set CLOUDFLARE_API_TOKEN to a token with the account permission "Cloudflare Tunnel: Edit" (dash.cloudflare.com, My Profile, API Tokens).',
      );
    // Sent as it is, it would end up in the message of a header's refusal.
    if (!/^[\x21-\x7e]+$/.test(apiToken))
      throw new ProviderError(
        "The API token for Cloudflare holds a space, a line break or another character that no token has",
        "Check CLOUDFLARE_API_TOKEN: it must hold the token and nothing else.",
      );
    const baseUrl = given(base_url) ?? (env["CLOUDFLARE_BASE_URL"] || BASE_URL);
    if (!/^https?:\/\//.test(baseUrl) || !URL.canParse(baseUrl))
      throw new ProviderError(
        "The base URL of Cloudflare's API is no http or https URL",
        `Unset CLOUDFLARE_BASE_URL, or write it as in ${BASE_URL}.`,
      );
    const folder = given(journal_dir) ?? "tunnel-route.journal";
    return new Client({
      api: new TunnelApi({
        apiToken,
        baseUrl,
        proxy: proxyFor(baseUrl, env),
      }),
      journal: new Journal(resolve(folder)),
      lockFolder: env["ACCESS_STACKS_LOCK_DIR"] || defaultLockFolder(),
    });
  },

  resources: { tunnel_route: tunnelRoute },
  dataSources: {},
};

/**
 * One for all processes of this user, whatever their environment: TMPDIR and
 * HOME differ between a login, a service and cron.
 */
function defaultLockFolder(): string {
  return `/tmp/access-stacks-${userInfo().uid}`;
}

function given(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
