import type { Attribute, Schema } from "../../terraform-plugin/provider";

const text = { type: "string" } as const;

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

const ORIGIN_REQUEST: { readonly [name: string]: Attribute } = {
  http_host_header: {
    ...text,
    optional: true,
    description: "Host header that the service sees. Default: the visitor's.",
  },
  no_tls_verify: {
    type: "bool",
    optional: true,
    description: "The service's certificate is not checked.",
  },
  origin_server_name: {
    ...text,
    optional: true,
    description: "Name expected in the service's certificate.",
  },
  connect_timeout: {
    type: "number",
    optional: true,
    description:
      "Seconds to wait for a connection to the service, a whole number. Default: 30.",
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
        "restore: a destroy restores the previous rule, which may be public. remove: it leaves no rule.",
    },
    replaced_rule: {
      ...text,
      computed: true,
      useStateForUnknown: true,
      description:
        "The rule that this one replaced, as JSON; null if there was none.",
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
