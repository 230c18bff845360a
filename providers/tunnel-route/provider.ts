import { userInfo } from "node:os";
import { resolve } from "node:path";
import {
  ProviderError,
  type Provider,
  type Resource,
} from "../../terraform-plugin/provider";
import type { ObjectValue } from "../../terraform-plugin/value";
import { DESTROY_RUN, REVIEWED_RUN } from "../../base/destroy-run";
import { MANAGED_TUNNEL } from "../../base/managed-tunnel";
import { TUNNEL_RECORD } from "../../base/tunnel-record";
import { UNIQUE_NAMES } from "../../base/unique-names";
import { RecordApi } from "../dns-record/api";
import { dnsRecord } from "../dns-record/resource";
import { ApplicationApi } from "../existing-application/api";
import { existingApplication } from "../existing-application/resource";
import { ManagedTunnelApi } from "../managed-tunnel/api";
import { managedTunnel } from "../managed-tunnel/resource";
import { PinApi } from "../one-time-pin/api";
import { oneTimePin } from "../one-time-pin/resource";
import { NamesApi } from "../unique-names/api";
import { uniqueNames } from "../unique-names/resource";
import { TunnelApi } from "./api";
import { ApiCalls } from "./api-calls";
import { Client } from "./client";
import { Journal } from "./journal";
import { proxyFor } from "./proxy";
import { tunnelRoute } from "./resource";
import type { Sleep } from "./retry";

const BASE_URL = "https://api.cloudflare.com/client/v4";

/**
 * The provider `tunnel`, with the resources `tunnel_route`, `tunnel_dns_record`,
 * `tunnel_one_time_pin`, `tunnel_managed`, `tunnel_existing_application` and
 * `tunnel_unique_names`.
 *
 * @param directory where Terraform runs
 */
export const tunnelProvider = (directory: string): Provider<Client> => ({
  schema: {
    attributes: {
      api_token: {
        type: "string",
        optional: true,
        sensitive: true,
        description: "Default: the environment variable CLOUDFLARE_API_TOKEN.",
      },
      base_url: {
        type: "string",
        optional: true,
        description: `Default: the environment variable CLOUDFLARE_BASE_URL, or ${BASE_URL}.`,
      },
      journal_dir: {
        type: "string",
        optional: true,
        description:
          "Folder for data that must survive a crash, relative to Terraform's working directory; keep it with the state. Default: tunnel-route.journal.",
      },
    },
  },

  configure: async (config) => connect(config, directory).client,

  resources: {
    tunnel_route: idleInDestroys(tunnelRoute),
    [TUNNEL_RECORD]: idleInDestroys(dnsRecord),
    tunnel_one_time_pin: idleInDestroys(oneTimePin),
    [MANAGED_TUNNEL]: idleInDestroys(managedTunnel),
    tunnel_existing_application: idleInDestroys(existingApplication),
    [UNIQUE_NAMES]: idleInDestroys(uniqueNames),
  },
  dataSources: {},
});

/**
 * Before it destroys, Terraform plans a deploy that never comes: what a deploy
 * is refused for is no reason to keep anything.
 */
function idleInDestroys({ plan, ...rest }: Resource<Client>): Resource<Client> {
  return {
    ...rest,
    plan: async (request, context) =>
      plan && !context.client?.destroysAll
        ? plan(request, context)
        : { planned: request.planned },
  };
}

/**
 * What calls Cloudflare's API, and what the resources share.
 *
 * @param directory where a relative folder of the journal is
 * @throws ProviderError where there is no token, or something can't be one
 */
export function connect(
  { api_token, base_url, journal_dir }: ObjectValue,
  directory: string,
  { env = process.env, sleep }: { env?: NodeJS.ProcessEnv; sleep?: Sleep } = {},
): { readonly calls: ApiCalls; readonly client: Client } {
  const apiToken = given(api_token) ?? env["CLOUDFLARE_API_TOKEN"];
  if (!apiToken)
    throw new ProviderError(
      "No Cloudflare API token",
      'Set CLOUDFLARE_API_TOKEN to a token with the account permission "Cloudflare Tunnel: Edit" (dash.cloudflare.com, My Profile, API Tokens).',
    );
  // Sent as it is, it would end up in the message of a header's refusal.
  if (!/^[\x21-\x7e]+$/.test(apiToken))
    throw new ProviderError(
      "The Cloudflare API token contains a space, a line break or another invalid character",
      "Check CLOUDFLARE_API_TOKEN: it must contain only the token.",
    );
  const baseUrl = given(base_url) ?? (env["CLOUDFLARE_BASE_URL"] || BASE_URL);
  if (!/^https?:\/\//.test(baseUrl) || !URL.canParse(baseUrl))
    throw new ProviderError(
      "The base URL of Cloudflare's API is not an http or https URL",
      `Unset CLOUDFLARE_BASE_URL, or write it as in ${BASE_URL}.`,
    );
  const folder = given(journal_dir) ?? "tunnel-route.journal";
  const calls = new ApiCalls({
    apiToken,
    baseUrl,
    proxy: proxyFor(baseUrl, env),
  });
  const client = new Client({
    api: new TunnelApi(calls),
    pins: new PinApi(calls),
    managedTunnels: new ManagedTunnelApi(calls),
    applications: new ApplicationApi(calls),
    records: new RecordApi(calls),
    names: new NamesApi(calls),
    journal: new Journal(resolve(directory, folder)),
    lockFolder: env["ACCESS_STACKS_LOCK_DIR"] || defaultLockFolder(),
    destroysAll: env[DESTROY_RUN] === "1",
    isReviewed: env[REVIEWED_RUN] === "1",
    sleep,
  });
  return { calls, client };
}

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
