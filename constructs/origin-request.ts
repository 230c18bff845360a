import type { KnownProps } from "./known-props";

/**
 * How a connector talks to a service, in cloudflared's own names. What is left
 * out stays as the rule had it that stood there before the route; where there
 * was none, it is as the tunnel's own `originRequest` says, else cloudflared's
 * default.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/configure-tunnels/cloudflared-parameters/origin-parameters/
 */
export interface OriginRequest {
  /** Host header the service sees. @default - the visitor's */
  readonly httpHostHeader?: string;
  /** Whether the service's certificate is not checked. @default false */
  readonly noTLSVerify?: boolean;
  /** Name expected in the service's certificate. @default - that of the service's URL */
  readonly originServerName?: string;
  /** Whether the name expected in the certificate is that of the request. @default false */
  readonly matchSNItoHost?: boolean;
  /**
   * File, where the connector runs, with the authority that signed the
   * service's certificate.
   *
   * @default - those that the connector's system trusts
   */
  readonly caPool?: string;
  /** Whether the service is spoken to in HTTP/2; it has to have HTTPS. @default false */
  readonly http2Origin?: boolean;
  /** Whole seconds to connect to the service. @default 30 */
  readonly connectTimeout?: number;
  /** Whole seconds for the TLS handshake. @default 10 */
  readonly tlsTimeout?: number;
  /** Whole seconds between signs of life on a connection. @default 30 */
  readonly tcpKeepAlive?: number;
  /** Whether IPv4 and IPv6 are not tried side by side. @default false */
  readonly noHappyEyeballs?: boolean;
  /** How many idle connections are kept. @default 100 */
  readonly keepAliveConnections?: number;
  /** Whole seconds that an idle connection is kept. @default 90 */
  readonly keepAliveTimeout?: number;
  /**
   * Whether bodies are sent with their length and not in chunks, for WSGI
   * servers.
   *
   * @default false
   */
  readonly disableChunkedEncoding?: boolean;
  /** Whether the visitor names the service (jump host). @default false */
  readonly bastionMode?: boolean;
  /** Address on which the connector's own proxy listens. @default "127.0.0.1" */
  readonly proxyAddress?: string;
  /** Port on which the connector's own proxy listens; 0 is any. @default 0 */
  readonly proxyPort?: number;
  /** Kind of the connector's own proxy: `socks`, or `""` for none. @default "" */
  readonly proxyType?: "" | "socks";
  /** What the service `socks-proxy` may reach. @default - nothing */
  readonly ipRules?: readonly IpRule[];
}

/** A network that the service `socks-proxy` may reach, or may not. */
export interface IpRule {
  /** Such as `192.0.2.0/24`. */
  readonly prefix: string;
  /** @default - all */
  readonly ports?: readonly number[];
  /** @default false */
  readonly allow?: boolean;
}

/** Their values are looked at as cloudflared does. */
export const ORIGIN_PROPS: KnownProps<OriginRequest> = {
  httpHostHeader: "any",
  noTLSVerify: "any",
  originServerName: "any",
  matchSNItoHost: "any",
  caPool: "any",
  http2Origin: "any",
  connectTimeout: "any",
  tlsTimeout: "any",
  tcpKeepAlive: "any",
  noHappyEyeballs: "any",
  keepAliveConnections: "any",
  keepAliveTimeout: "any",
  disableChunkedEncoding: "any",
  bastionMode: "any",
  proxyAddress: "any",
  proxyPort: "any",
  proxyType: "any",
  ipRules: "any",
};

export const IP_RULE: KnownProps<IpRule> = {
  prefix: "any",
  ports: "any",
  allow: "any",
};

/** It as the resource `tunnel_route` writes it. */
export function originRequestBlock(origin: OriginRequest): object {
  return {
    http_host_header: origin.httpHostHeader,
    no_tls_verify: origin.noTLSVerify,
    origin_server_name: origin.originServerName,
    match_sni_to_host: origin.matchSNItoHost,
    ca_pool: origin.caPool,
    http2_origin: origin.http2Origin,
    connect_timeout: origin.connectTimeout,
    tls_timeout: origin.tlsTimeout,
    tcp_keep_alive: origin.tcpKeepAlive,
    no_happy_eyeballs: origin.noHappyEyeballs,
    keep_alive_connections: origin.keepAliveConnections,
    keep_alive_timeout: origin.keepAliveTimeout,
    disable_chunked_encoding: origin.disableChunkedEncoding,
    bastion_mode: origin.bastionMode,
    proxy_address: origin.proxyAddress,
    proxy_port: origin.proxyPort,
    proxy_type: origin.proxyType,
    ip_rules: origin.ipRules,
  };
}
