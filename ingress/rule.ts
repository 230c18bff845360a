/**
 * One rule of a tunnel's ingress. Cloudflare and cloudflared add keys over
 * time, so a rule is an open object; `null` means the same as absent.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/do-more-with-tunnels/local-management/configuration-file/
 */
export interface IngressRule {
  /** Exact, `*.suffix`, or `*`; absent or empty means any host. */
  readonly hostname?: string | null;
  /** A Go regular expression, not anchored; absent or empty means any path. */
  readonly path?: string | null;
  /** Where requests go: `http://wiki:3000`, `http_status:404`. */
  readonly service?: string | null;
  /** Settings of the connection, as cloudflared names them. */
  readonly originRequest?: { readonly [key: string]: unknown } | null;
  readonly [key: string]: unknown;
}

/** Whether the rule takes every host. */
export function takesEveryHost(rule: IngressRule): boolean {
  return !rule.hostname || rule.hostname === "*";
}

/** Whether the rule takes every request: only the last rule may. */
export function isCatchAll(rule: IngressRule): boolean {
  return takesEveryHost(rule) && !rule.path;
}
