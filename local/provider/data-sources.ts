import { SINCE } from "../../base/provider-versions";
import {
  below,
  computed,
  computedObject,
  MFA,
  optional,
  toldBy,
  type Newer,
} from "./newer";
import { COMPUTED, DEPRECATED, SENSITIVE } from "./overlay";
import type { Owner } from "./owner";
import type { RestDataSource } from "./rest-data-source";
import { NEWER_LOGIN_METHOD } from "./resources/access-identity-provider";
import { NEWER_POLICY } from "./resources/access-policy";
import { newerRules, RULE_NAMES, RULES } from "./resources/rules";

const ZONE_TYPES = {
  since: SINCE.zoneTypes,
  attribute: optional(["list", "string"]),
};

/** Records that others hide, such as those below a delegated name. */
const SHADOWS: Newer = {
  shadowed_by_name: {
    since: SINCE.shadowedRecords,
    attribute: optional("string"),
  },
  shadowing_name: {
    since: SINCE.shadowedRecords,
    attribute: optional("string"),
  },
};
const INCLUDE_SHADOWS: Newer = {
  include_shadow_metadata: {
    since: SINCE.shadowedRecords,
    attribute: { ...optional("bool"), ...COMPUTED },
  },
};

const APPLICATION_MFA = { since: SINCE.applicationMfa, attribute: MFA };

const NEWER_ORGANIZATION: Newer = {
  deny_unmatched_requests: {
    since: SINCE.denyUnmatched,
    attribute: computed("bool"),
  },
  deny_unmatched_requests_exempted_zone_names: {
    since: SINCE.denyUnmatched,
    attribute: computed(["list", "string"]),
  },
  mfa_config: {
    since: SINCE.policyMfa,
    attribute: computedObject({
      allowed_authenticators: computed(["list", "string"]),
      session_duration: computed("string"),
    }),
  },
  mfa_required_for_all_apps: {
    since: SINCE.policyMfa,
    attribute: computed("bool"),
  },
  "mfa_config.amr_matching_session_duration": {
    since: SINCE.organizationKeys,
    attribute: computed("string"),
  },
  "mfa_config.required_aaguids": {
    since: SINCE.organizationKeys,
    attribute: computed("string"),
  },
  mfa_ssh_piv_key_requirements: {
    since: SINCE.organizationKeys,
    attribute: computedObject({
      pin_policy: computed("string"),
      require_fips_device: computed("bool"),
      ssh_key_size: computed(["list", "number"]),
      ssh_key_type: computed(["list", "string"]),
      touch_policy: computed("string"),
    }),
  },
};

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
  {
    overlay = {},
    newer = {},
    newerAlone = {},
    newerList = {},
    ...more
  }: More = {},
): [RestDataSource, RestDataSource] {
  const inList = Object.fromEntries(
    Object.entries(overlay).map(([name, facts]) => [`result.${name}`, facts]),
  );
  return [
    {
      module: `data-cloudflare-${one}`,
      path,
      owner,
      id,
      overlay,
      newer: { ...newer, ...newerAlone },
      ...more,
    },
    {
      module: `data-cloudflare-${many}`,
      path,
      owner,
      overlay: inList,
      newer: { ...below("result", newer), ...newerList },
      ...more,
    },
  ];
}

interface More extends Partial<RestDataSource> {
  /** What the one by id or filter alone has, in later versions. */
  readonly newerAlone?: Newer;
  /** What the list has around its objects, in later versions. */
  readonly newerList?: Newer;
}

/** Both leave out whose it is, in later versions. */
function ownerLeftOut(name: "account_id" | "zone_id") {
  const newer: Newer = {
    [name]: { since: SINCE.ownerLeftOut, attribute: optional("string") },
  };
  return { newerAlone: newer, newerList: newer };
}

/** The pair of a kind of object of Access. */
function access(
  one: string,
  many: string,
  path: string,
  id: string,
  more: More = {},
): [RestDataSource, RestDataSource] {
  return pair(
    `zero-trust-access-${one}`,
    `zero-trust-access-${many}`,
    `access/${path}`,
    one === "policy" ? "account" : "either",
    id,
    { jsonNames: RULE_NAMES, ...more },
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
    newerAlone: { "filter.type": ZONE_TYPES },
    newerList: { type: ZONE_TYPES },
  }),
  ...pair("dns-record", "dns-records", "dns_records", "zone", "dns_record_id", {
    newer: {
      private_routing: {
        since: SINCE.privateRouting,
        attribute: computed("bool"),
      },
    },
    newerAlone: {
      ...ownerLeftOut("zone_id").newerAlone,
      ...INCLUDE_SHADOWS,
      ...below("filter", SHADOWS),
      meta: {
        since: SINCE.shadowedRecords,
        attribute: computedObject({
          dead_glue: computed("bool"),
          is_glue: computed("bool"),
          shadowed_by: computed(["list", "string"]),
          shadowed_records_count: computed("number"),
        }),
      },
    },
    newerList: {
      ...ownerLeftOut("zone_id").newerList,
      ...INCLUDE_SHADOWS,
      ...SHADOWS,
    },
    texts: ["meta"],
  }),
  ...pair(
    "zero-trust-tunnel-cloudflared",
    "zero-trust-tunnel-cloudflareds",
    "cfd_tunnel",
    "account",
    "tunnel_id",
    {
      overlay: { connections: DEPRECATED, remote_config: DEPRECATED },
      ...ownerLeftOut("account_id"),
      texts: ["metadata"],
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
    newer: NEWER_ORGANIZATION,
  },
  ...withoutId(
    access("application", "applications", "apps", "app_id", {
      overlay: {
        self_hosted_domains: DEPRECATED,
        // Neither computed nor settable in the provider: always null.
        "destinations.mcp_server_id": { computed: false },
        "scim_config.authentication.token": SENSITIVE,
        "scim_config.authentication.client_secret": SENSITIVE,
        "saas_app.client_secret": SENSITIVE,
      },
      newer: toldBy({
        mfa_config: APPLICATION_MFA,
        "policies.mfa_config": APPLICATION_MFA,
      }),
    }),
  ),
  ...access("policy", "policies", "policies", "policy_id", {
    newer: toldBy(NEWER_POLICY),
    ...ownerLeftOut("account_id"),
  }),
  ...access("group", "groups", "groups", "group_id", {
    newer: toldBy(newerRules([...RULES, "is_default"])),
  }),
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
    {
      overlay: {
        "config.client_secret": SENSITIVE,
        "scim_config.secret": SENSITIVE,
      },
      newer: toldBy(NEWER_LOGIN_METHOD),
      newerList: {
        "result.config.redirect_url": {
          since: SINCE.loginMethodMembers,
          attribute: computed("string"),
        },
      },
    },
  ),
];
