import { HOST_TYPES, normalized, type DnsRecord } from "./record";
import { namedTunnel } from "./tunnel-name";

interface Addresses {
  /** The first of them. */
  readonly address: string;
  /** Each may get a request. */
  readonly addresses: readonly string[];
}

/** Where a request for a host goes. */
export type Destination<R extends DnsRecord = DnsRecord> =
  /** No record says where the host is. */
  | { readonly kind: "nowhere" }
  /** Through Cloudflare, Access included, to the tunnel that `record` names. */
  | { readonly kind: "tunnel"; readonly tunnelId: string; readonly record: R }
  /** Through Cloudflare, Access included, to an address or a name outside. */
  | ({ readonly kind: "server" } & Addresses)
  /** Past Cloudflare, so that Access never sees the request. */
  | ({ readonly kind: "past"; readonly record: R } & Addresses)
  /** To a tunnel by a record that is not proxied: nothing answers there. */
  | { readonly kind: "unproxied tunnel"; readonly record: R }
  /** CNAMEs lead back to a name that was followed already. */
  | { readonly kind: "loop" };

/** A name on the way of a host. */
export interface Hop<R extends DnsRecord = DnsRecord> {
  readonly name: string;
  /** The record that leads on from it. @default - none says where it is */
  readonly record?: R;
}

/**
 * Finds which records answer for a name, and where they lead, from the records
 * of one or more zones.
 *
 * A name exists if it has a record or lies above one that does. Where it does
 * not, the wildcard directly below its closest existing ancestor answers, and
 * no other: a name that exists keeps wildcards above it from all below it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4592
 * @see https://developers.cloudflare.com/dns/manage-dns-records/reference/wildcard-dns-records/
 */
export class DnsNames<R extends DnsRecord> {
  /** By name; empty for a name that only others lie below. */
  readonly #records = new Map<string, R[]>();

  constructor(records: Iterable<R>) {
    for (const record of records) {
      const name = normalized(record.name);
      const known = this.#records.get(name);
      if (known) {
        known.push(record);
        continue;
      }
      this.#records.set(name, [record]);
      for (const above of ancestors(name)) {
        if (this.#records.has(above)) break;
        this.#records.set(above, []);
      }
    }
  }

  /** Whether DNS knows the name, be it with records of any type or none. */
  exists(name: string): boolean {
    return this.#answer(name) !== undefined;
  }

  /** The records of every type that answer for a name. */
  answering(name: string): readonly R[] {
    return this.#answer(name) ?? [];
  }

  /** Those of them that say where a host is; the proxied ones first. */
  leading(name: string): readonly R[] {
    return this.answering(name)
      .filter(({ type }) => HOST_TYPES.includes(type))
      .sort((a, b) => Number(b.proxied) - Number(a.proxied));
  }

  /**
   * Follows a host to where its requests go. Whether they pass Cloudflare is
   * decided by the host's own record; CNAMEs behind it say where it leads.
   */
  destination(host: string): Destination<R> {
    const hops = this.hops(host);
    const [first] = hops.map(({ record }) => record);
    if (!first) return { kind: "nowhere" };
    const { name, record } = hops.at(-1)!;
    const tunnelId = record && namedTunnel(record);
    if (record && tunnelId !== undefined && !record.proxied)
      return { kind: "unproxied tunnel", record };
    if (record && tunnelId !== undefined && first.proxied)
      return { kind: "tunnel", tunnelId, record };
    if (record && isAlias(record)) return { kind: "loop" };
    const address = record?.content ?? name;
    const contents = this.leading(name).map(({ content }) => content);
    const addresses = record ? [...new Set(contents)].sort() : [name];
    return first.proxied
      ? { kind: "server", address, addresses }
      : { kind: "past", address, addresses, record: first };
  }

  /**
   * The names that a host is followed through, itself first. The last one is no
   * alias, or is an alias of one that was followed already.
   */
  hops(host: string): Hop<R>[] {
    const found = new Map<string, Hop<R>>();
    for (let name = normalized(host); !found.has(name);) {
      const [record] = this.leading(name);
      found.set(name, { name, record });
      if (!record || !isAlias(record)) break;
      name = normalized(record.content);
    }
    return [...found.values()];
  }

  #answer(name: string): readonly R[] | undefined {
    const wanted = normalized(name);
    const own = this.#records.get(wanted);
    if (own) return own;
    for (const above of ancestors(wanted))
      if (this.#records.has(above)) return this.#records.get(`*.${above}`);
    return undefined;
  }
}

function isAlias(record: DnsRecord): boolean {
  return record.type === "CNAME" && namedTunnel(record) === undefined;
}

/** `b.example.com`, `example.com` and `com` for `a.b.example.com`. */
function* ancestors(name: string): Generator<string> {
  for (let at = name.indexOf("."); at !== -1; at = name.indexOf(".", at + 1))
    yield name.slice(at + 1);
}
