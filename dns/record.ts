/** A DNS record, as far as it says where a name leads. */
export interface DnsRecord {
  /** The whole name. */
  readonly name: string;
  readonly type: string;
  readonly content: string;
  /** Whether Cloudflare answers in its place, so that requests go through it. */
  readonly proxied: boolean;
}

/** The types that say where a host is, which are those that can be proxied. */
export const HOST_TYPES: readonly string[] = ["A", "AAAA", "CNAME"];

/** A name as DNS compares it. */
export function normalized(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}
