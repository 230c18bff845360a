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

/** The rule that a request reaches in a tunnel. */
export function reachedRule(
  { rules }: TunnelWithRules,
  hostname: string,
  path: string,
): IngressRule | undefined {
  return rules[findMatchingRule(rules, hostname, decodePath(path) ?? path)];
}

/** What a rule says of Access's token; undefined where it demands none. */
export function tokenDemand(
  rule: IngressRule | undefined,
): { readonly team: string; readonly auds: readonly string[] } | undefined {
  const access = rule?.originRequest?.access as
    | { required?: unknown; teamName?: unknown; audTag?: unknown }
    | null
    | undefined;
  if (access?.required !== true) return undefined;
  return {
    team: String(access.teamName ?? ""),
    auds: Array.isArray(access.audTag) ? access.audTag.map(String) : [],
  };
}
