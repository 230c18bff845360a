import type { AccountState, DnsRecord, Tunnel } from "./change";

/** Where the record of a host leads a request. */
export type Leads =
  /** Nothing answers for the name. */
  | { readonly kind: "nowhere"; readonly why: string }
  /** Through Cloudflare, Access included, into a tunnel of this account. */
  | { readonly kind: "tunnel"; readonly tunnel: Tunnel }
  /** Through Cloudflare, Access included, to a server. */
  | { readonly kind: "server"; readonly address: string }
  /** Past Cloudflare, so that Access never sees the request. */
  | { readonly kind: "past"; readonly address: string };

const TUNNEL_SUFFIX = ".cfargotunnel.com";
/** More than anyone strings together on purpose. */
const MOST_ALIASES = 8;

/**
 * Finds records by name. Many hosts are looked up in one account.
 *
 * @see https://developers.cloudflare.com/dns/manage-dns-records/reference/wildcard-dns-records/
 */
export class NameIndex {
  readonly #byName = new Map<string, DnsRecord[]>();
  readonly #tunnels: ReadonlyMap<string, Tunnel>;

  constructor({ records, tunnels }: Pick<AccountState, "records" | "tunnels">) {
    for (const record of records) {
      const named = this.#byName.get(record.name);
      if (named) named.push(record);
      else this.#byName.set(record.name, [record]);
    }
    this.#tunnels = new Map(tunnels.map((tunnel) => [tunnel.id, tunnel]));
  }

  leads(host: string): Leads {
    let name = host;
    for (let alias = 0; alias < MOST_ALIASES; alias++) {
      const record = this.#recordFor(name);
      if (record === undefined)
        return name === host
          ? { kind: "nowhere", why: `${host} has no DNS record` }
          : { kind: "server", address: name };
      const { content, proxied, type } = record;
      const tunnelId =
        type === "CNAME" && content.endsWith(TUNNEL_SUFFIX)
          ? content.slice(0, -TUNNEL_SUFFIX.length)
          : undefined;
      if (!proxied)
        return tunnelId === undefined
          ? { kind: "past", address: content }
          : {
              kind: "nowhere",
              why: `the record of ${host} is not proxied, and a tunnel is reached through Cloudflare only`,
            };
      if (tunnelId !== undefined) {
        const tunnel = this.#tunnels.get(tunnelId);
        return tunnel
          ? { kind: "tunnel", tunnel }
          : {
              kind: "nowhere",
              why: `the record of ${host} names a tunnel that the account does not have`,
            };
      }
      if (type !== "CNAME") return { kind: "server", address: content };
      name = content;
    }
    return { kind: "nowhere", why: `the record of ${host} leads in circles` };
  }

  /** The name's own record or, where nothing has the name, the nearest wildcard's. */
  #recordFor(host: string): DnsRecord | undefined {
    let found = this.#byName.get(host);
    for (let name = host; found === undefined && name.includes(".");) {
      name = name.slice(name.indexOf(".") + 1);
      found = this.#byName.get(`*.${name}`);
      // A name that exists keeps wildcards above it away from those below.
      if (this.#byName.has(name)) break;
    }
    const leading = (found ?? []).filter(({ type }) =>
      ["A", "AAAA", "CNAME"].includes(type),
    );
    return leading.find(({ proxied }) => proxied) ?? leading[0];
  }
}
