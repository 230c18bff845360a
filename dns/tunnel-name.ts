import { normalized, type DnsRecord } from "./record";

const SUFFIX = ".cfargotunnel.com";

/**
 * The name under which Cloudflare reaches a tunnel: the content of the CNAME of
 * a host that leads there.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/routing-to-tunnel/dns/
 */
export function tunnelName(tunnelId: string): string {
  return tunnelId + SUFFIX;
}

/** The id of the tunnel that a record itself names. */
export function namedTunnel({
  content,
  type,
}: Pick<DnsRecord, "content" | "type">): string | undefined {
  const target = normalized(content);
  return type === "CNAME" && target.endsWith(SUFFIX)
    ? target.slice(0, -SUFFIX.length)
    : undefined;
}
