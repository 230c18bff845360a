import {
  decodePath,
  findMatchingRule,
  matchesHostname,
} from "../ingress/match";
import type { IngressRule } from "../ingress/rule";
import type { AccountReader } from "../account/account-reader";
import { NotKnown } from "../account/not-known";
import type { DnsRecord, TunnelWithRules } from "../account/objects";

const TUNNEL_SUFFIX = ".cfargotunnel.com";

/**
 * The records that answer for a host: its own or, where it has none, those of
 * the nearest wildcard.
 *
 * @see https://developers.cloudflare.com/dns/manage-dns-records/reference/wildcard-dns-records/
 */
export function recordsFor(
  hostname: string,
  records: readonly DnsRecord[],
): readonly DnsRecord[] {
  const leading = records.filter(({ type }) =>
    ["A", "AAAA", "CNAME"].includes(type),
  );
  const named = (name: string) => leading.filter((one) => one.name === name);
  let found = named(hostname);
  for (let name = hostname; found.length === 0 && name.includes(".");) {
    name = name.slice(name.indexOf(".") + 1);
    found = named(`*.${name}`);
  }
  return found;
}

/** The id of the tunnel that a record names. */
export function tunnelOf({ content, type }: DnsRecord): string | undefined {
  return type === "CNAME" && content.endsWith(TUNNEL_SUFFIX)
    ? content.slice(0, -TUNNEL_SUFFIX.length)
    : undefined;
}

/** The tunnels with a rule for exactly this host. */
export function tunnelsFor(
  hostname: string,
  tunnels: readonly TunnelWithRules[],
): readonly TunnelWithRules[] {
  return tunnels.filter(({ rules }) =>
    rules.some((rule) => namesHost(rule, hostname)),
  );
}

/**
 * The tunnels whose rules decide about a host: the one that DNS leads to or,
 * where that can't be told, all that have a rule for it.
 */
export async function decidingTunnels(
  hostname: string,
  account: AccountReader,
): Promise<readonly TunnelWithRules[]> {
  const all = tunnelsFor(hostname, await account.tunnelsWithRules());
  const records = await account.records(hostname).catch((error: unknown) => {
    if (error instanceof NotKnown) return [];
    throw error;
  });
  const led = recordsFor(hostname, records).map(tunnelOf);
  const deciding = all.filter(({ id }) => led.includes(id));
  return deciding.length > 0 ? deciding : all;
}

/** Whether a rule is for this host, and not for a wildcard that it fits. */
export function namesHost(rule: IngressRule, hostname: string): boolean {
  const { hostname: name } = rule;
  return (
    Boolean(name) && !name?.startsWith("*") && matchesHostname(rule, hostname)
  );
}

/** A rule of a tunnel that a request reaches. */
export interface Reached {
  readonly tunnel: TunnelWithRules;
  readonly index: number;
  readonly rule: IngressRule | undefined;
}

/**
 * The rule that a request reaches in a tunnel.
 *
 * @param target the path as it goes over the wire
 */
export function reachedRule(
  tunnel: TunnelWithRules,
  hostname: string,
  target: string,
): Reached {
  const { rules } = tunnel;
  const index = findMatchingRule(rules, hostname, decodePath(target) ?? target);
  return { tunnel, index, rule: rules[index] };
}
