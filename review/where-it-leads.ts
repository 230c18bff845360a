import { DnsNames } from "../dns/dns-names";
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

/** Where hosts lead in one state of an account. Many are looked up. */
export class NameIndex {
  readonly #names: DnsNames<DnsRecord>;
  readonly #tunnels: ReadonlyMap<string, Tunnel>;

  constructor({ records, tunnels }: Pick<AccountState, "records" | "tunnels">) {
    this.#names = new DnsNames(records);
    this.#tunnels = new Map(
      // Records name them as DNS writes names.
      tunnels.map((tunnel) => [tunnel.id.toLowerCase(), tunnel]),
    );
  }

  leads(host: string): Leads {
    const nowhere = (why: string) => ({ kind: "nowhere", why }) as const;
    const destination = this.#names.destination(host);
    switch (destination.kind) {
      case "nowhere":
        return nowhere(`${host} has no DNS record`);
      case "loop":
        return nowhere(`the record of ${host} leads in circles`);
      case "unproxied tunnel":
        return nowhere(
          `the record of ${destination.record.name} is not proxied, and a tunnel is reached through Cloudflare only`,
        );
      case "tunnel": {
        const tunnel = this.#tunnels.get(destination.tunnelId);
        return tunnel
          ? { kind: "tunnel", tunnel }
          : nowhere(
              `the record of ${host} names a tunnel that the account does not have`,
            );
      }
      case "server":
      case "past":
        return {
          kind: destination.kind,
          address: destination.addresses.join(" and "),
        };
    }
  }
}
