import { ORIGIN_SETTINGS } from "../../ingress/origin-request";
import type { Attribute, Schema } from "../../terraform-plugin/provider";
import { SETTINGS } from "./origin-request";

const text = { type: "string" } as const;

/** Terraform's types of what cloudflared demands. */
const TYPES = {
  bool: "bool",
  text: "string",
  seconds: "number",
  int: "number",
  uint: "number",
} as const;

const ACCESS: { readonly [name: string]: Attribute } = {
  required: {
    type: "bool",
    optional: true,
    description:
      "The connector refuses requests without a valid Access JWT. Default: it checks nothing.",
  },
  team_name: {
    ...text,
    optional: true,
    description: "The team as in https://TEAM.cloudflareaccess.com.",
  },
  aud_tag: {
    type: ["list", "string"],
    optional: true,
    description:
      "The application audience (AUD) tags of every Access application on the hostname.",
  },
};

const IP_RULE: { readonly [name: string]: Attribute } = {
  prefix: {
    ...text,
    required: true,
    description: "A network: 192.0.2.0/24.",
  },
  ports: { type: ["list", "number"], optional: true },
  allow: { type: "bool", optional: true },
};

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  connect_timeout: "Whole seconds to connect to the service; by default 30.",
  tls_timeout: "Whole seconds for the TLS handshake; by default 10.",
  tcp_keep_alive:
    "Whole seconds between signs of life on a connection; by default 30.",
  no_happy_eyeballs: "IPv4 and IPv6 are not tried side by side.",
  keep_alive_connections: "Idle connections that are kept; by default 100.",
  keep_alive_timeout:
    "Whole seconds that an idle connection is kept; by default 90.",
  http_host_header:
    "Host header that the service sees; by default the visitor's.",
  origin_server_name: "Name expected in the service's certificate.",
  match_sni_to_host:
    "The name expected in the certificate is that of the request.",
  ca_pool:
    "File, where the connector runs, of the authority that signed the service's certificate.",
  no_tls_verify: "The service's certificate is not checked.",
  disable_chunked_encoding: "Bodies are sent with their length, not in chunks.",
  bastion_mode: "The visitor names the service (jump host).",
  proxy_address: "Address on which the connector's own proxy listens.",
  proxy_port: "Port on which the connector's own proxy listens.",
  proxy_type: 'Kind of the connector\'s own proxy: "socks", or "" for none.',
  http2_origin: "The service is spoken to in HTTP/2.",
};

const ORIGIN_REQUEST: { readonly [name: string]: Attribute } = {
  ...Object.fromEntries(
    Object.entries(SETTINGS).map(([attribute, key]) => [
      attribute,
      {
        type: TYPES[ORIGIN_SETTINGS[key]],
        optional: true,
        description: DESCRIPTIONS[attribute],
      },
    ]),
  ),
  ip_rules: {
    nested: { mode: "list", attributes: IP_RULE },
    optional: true,
    description: "What the service socks-proxy may reach.",
  },
  access: {
    nested: { mode: "single", attributes: ACCESS },
    optional: true,
    description: "The connector's check of Access's JWT.",
  },
};

/**
 * One public hostname of a tunnel.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/configure-tunnels/cloudflared-parameters/origin-parameters/
 */
export const ROUTE_SCHEMA: Schema = {
  description:
    "One ingress rule of a remotely-managed Cloudflare Tunnel. Every other rule and key of the tunnel's configuration stays as it is.",
  attributes: {
    id: {
      ...text,
      computed: true,
      useStateForUnknown: true,
      description: "account/tunnel/hostname[/path]",
    },
    account_id: { ...text, required: true, requiresReplace: true },
    tunnel_id: { ...text, required: true, requiresReplace: true },
    hostname: {
      ...text,
      required: true,
      requiresReplace: true,
      description: "One host, or all below a suffix: *.example.com.",
    },
    path: {
      ...text,
      optional: true,
      requiresReplace: true,
      description:
        "Go regular expression on the decoded path, not anchored unless it starts with ^.",
    },
    service: {
      ...text,
      required: true,
      description: "Where the connector sends requests: http://localhost:8188.",
    },
    origin_request: {
      nested: { mode: "single", attributes: ORIGIN_REQUEST },
      optional: true,
    },
    on_destroy: {
      ...text,
      optional: true,
      computed: true,
      default: "restore",
      description:
        "restore: a destroy restores the previous rule, which may be public. remove: it leaves no rule, and a wider one may take the host.",
    },
    existing_application: {
      type: "bool",
      optional: true,
      description:
        "An application whose JWT it demands was there before, so a rule that demands it is somebody's too and is restored by a destroy.",
    },
    application_id: {
      ...text,
      optional: true,
      description:
        "Id of that of the host, where it was there before: then it is no stack's own.",
    },
    existing_applications: {
      type: ["map", "string"],
      optional: true,
      description:
        "Ids of those that were there before for paths of the host, by host and path.",
    },
    new_applications: {
      type: ["map", "string"],
      optional: true,
      // In no state, so that a version which states it changes nothing.
      writeOnly: true,
      description:
        "Ids of the applications that the stack makes, by their hosts and paths: a plan is refused that would make one for a place which another has.",
    },
    replaced_rule: {
      ...text,
      computed: true,
      useStateForUnknown: true,
      description:
        "The rule that this one replaced, as JSON; null if there was none.",
    },
    access_before: {
      ...text,
      computed: true,
      sensitive: true,
      useStateForUnknown: true,
      description:
        "What decided who got to the host before the first deploy, as JSON: applications, groups and rules. A destroy by which others get there is refused where nobody is asked. Null where it is not known.",
    },
    restored_rule: {
      ...text,
      computed: true,
      useStateForUnknown: true,
      description:
        "The rule that a destroy would restore now, as JSON, where somebody has changed this one since: what they changed is carried over. Null while nobody has.",
    },
    kept_settings: {
      ...text,
      computed: true,
      useStateForUnknown: true,
      description:
        "The originRequest of the rule that was there before, as JSON: each stays while origin_request does not say otherwise. Null where there was none.",
    },
    drift: {
      ...text,
      computed: true,
      useStateForUnknown: true,
      description:
        "What differs from the configuration beyond the rule's attributes; null if nothing does.",
    },
    claim: {
      ...text,
      computed: true,
      useStateForUnknown: true,
      description:
        "Distinguishes this resource from another of the same stack that takes over the rule.",
    },
  },
};
