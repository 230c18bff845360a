import { DEPRECATED, SENSITIVE, type Overlay } from "./overlay";
import type { Owner } from "./owner";
import type { RestDataSource } from "./rest-data-source";
import { RULE_NAMES } from "./resources/rules";
import { asText } from "./wire";

/** How a tunnel's configuration spells its keys. */
const INGRESS_NAMES = {
  origin_request: "originRequest",
  aud_tag: "audTag",
  team_name: "teamName",
  ca_pool: "caPool",
  connect_timeout: "connectTimeout",
  disable_chunked_encoding: "disableChunkedEncoding",
  http2_origin: "http2Origin",
  http_host_header: "httpHostHeader",
  keep_alive_connections: "keepAliveConnections",
  keep_alive_timeout: "keepAliveTimeout",
  match_sn_ito_host: "matchSNItoHost",
  no_happy_eyeballs: "noHappyEyeballs",
  no_tls_verify: "noTLSVerify",
  origin_server_name: "originServerName",
  proxy_type: "proxyType",
  tcp_keep_alive: "tcpKeepAlive",
  tls_timeout: "tlsTimeout",
};

/**
 * A pair: one object by id or filter, and a list whose `result` has the same
 * attributes.
 */
function pair(
  one: string,
  many: string,
  path: string,
  owner: Owner,
  id: string,
  { overlay = {}, ...more }: Partial<RestDataSource> = {},
): [RestDataSource, RestDataSource] {
  const below = Object.fromEntries(
    Object.entries(overlay).map(([name, facts]) => [`result.${name}`, facts]),
  );
  return [
    { module: `data-cloudflare-${one}`, path, owner, id, overlay, ...more },
    { module: `data-cloudflare-${many}`, path, owner, overlay: below, ...more },
  ];
}

/** The pair of a kind of object of Access. */
function access(
  one: string,
  many: string,
  path: string,
  id: string,
  overlay: Overlay = {},
): [RestDataSource, RestDataSource] {
  return pair(
    `zero-trust-access-${one}`,
    `zero-trust-access-${many}`,
    `access/${path}`,
    one === "policy" ? "account" : "either",
    id,
    { jsonNames: RULE_NAMES, overlay },
  );
}

/** The application by id or filter leaves its own `id` null in this version. */
function withoutId([one, many]: [RestDataSource, RestDataSource]) {
  return [{ ...one, idStaysNull: true }, many];
}

/** The data sources of what the stacks use, and of what is beside it. */
export const DATA_SOURCES: readonly RestDataSource[] = [
  ...pair("zone", "zones", "zones", "none", "zone_id", {
    overlay: { permissions: DEPRECATED, plan: DEPRECATED },
  }),
  ...pair("dns-record", "dns-records", "dns_records", "zone", "dns_record_id", {
    answer: asText("meta"),
  }),
  ...pair(
    "zero-trust-tunnel-cloudflared",
    "zero-trust-tunnel-cloudflareds",
    "cfd_tunnel",
    "account",
    "tunnel_id",
    {
      overlay: { connections: DEPRECATED, remote_config: DEPRECATED },
      answer: asText("metadata"),
    },
  ),
  {
    module: "data-cloudflare-zero-trust-tunnel-cloudflared-config",
    path: "cfd_tunnel",
    owner: "account",
    id: "tunnel_id",
    below: "configurations",
    jsonNames: INGRESS_NAMES,
  },
  {
    module: "data-cloudflare-zero-trust-organization",
    path: "access/organizations",
    owner: "either",
    single: true,
  },
  ...withoutId(
    access("application", "applications", "apps", "app_id", {
      self_hosted_domains: DEPRECATED,
      // Neither computed nor settable in the provider: always null.
      "destinations.mcp_server_id": { computed: false },
      "scim_config.authentication.token": SENSITIVE,
      "scim_config.authentication.client_secret": SENSITIVE,
      "saas_app.client_secret": SENSITIVE,
    }),
  ),
  ...access("policy", "policies", "policies", "policy_id"),
  ...access("group", "groups", "groups", "group_id"),
  ...access(
    "service-token",
    "service-tokens",
    "service_tokens",
    "service_token_id",
  ),
  ...access(
    "identity-provider",
    "identity-providers",
    "identity_providers",
    "identity_provider_id",
    { "config.client_secret": SENSITIVE, "scim_config.secret": SENSITIVE },
  ),
];
