import { randomUUID } from "node:crypto";
import type { AccountReader } from "../account/account-reader";
import { NotKnown } from "../account/not-known";
import type { DnsRecord, TunnelWithRules } from "../account/objects";
import { DnsNames } from "../dns/dns-names";
import { takesEveryHost, type IngressRule } from "../ingress/rule";
import { serviceAddress } from "../ingress/service-address";
import { namesHost, reachedRule } from "./where-it-leads";
import type { Deployed } from "./world";

/** A host that may lead to the service without its protection. */
export interface SideDoor {
  readonly host: string;
  /** Where it leads, for people. */
  readonly why: string;
  readonly remedy: string;
  /** The connector's own address, where the host is that of the machine itself. */
  readonly address?: string;
}

/**
 * The hosts that may lead to a service beside its own: those that rules of the
 * account's tunnels name, those whose records lead into a tunnel where a wider
 * rule takes them, and those whose records lead to a connector's machine.
 * Whether one does is for who asks it to see.
 *
 * What is not in the account is not known: records elsewhere, load balancers,
 * other ways into the network of the machine.
 */
export async function sideDoors(
  deployed: Deployed,
  account: AccountReader,
): Promise<{
  readonly doors: readonly SideDoor[];
  /** Why there may be more: DNS or the connectors can't be read. */
  readonly unread?: string;
}> {
  let unread: string | undefined;
  const known = <T>(read: Promise<readonly T[]>): Promise<readonly T[]> =>
    read.catch((error: unknown) => {
      if (!(error instanceof NotKnown)) throw error;
      unread = error.message;
      return [];
    });
  const [tunnels, records] = await Promise.all([
    account.tunnelsWithRules(),
    known(account.records(deployed.hostname)),
  ]);
  const leadsTo = toService(deployed, tunnels);
  const doors = [
    ...byRule(deployed, tunnels, leadsTo),
    ...byRecord(deployed, tunnels, records, leadsTo),
    ...(await known(byAddress(deployed, account, tunnels, records))),
  ];
  const hosts = new Set<string>();
  return {
    doors: doors.filter(({ host }) => !hosts.has(host) && hosts.add(host)),
    unread,
  };
}

type LeadsTo = (rule: IngressRule | undefined) => boolean;

/** Whether a rule may lead to the service, by its address or by the Host header. */
function toService(
  { containerUrl, hostname }: Deployed,
  tunnels: readonly TunnelWithRules[],
): LeadsTo {
  const services = new Set(
    tunnels
      .flatMap(({ rules }) => rules)
      .filter((rule) => namesHost(rule, hostname))
      .map(({ service }) => serviceAddress(service ?? "")),
  );
  return (rule) =>
    rule !== undefined &&
    ([...services, serviceAddress(containerUrl)].includes(
      serviceAddress(rule.service ?? ""),
    ) ||
      rule.originRequest?.httpHostHeader === hostname);
}

function byRule(
  { hostname }: Deployed,
  tunnels: readonly TunnelWithRules[],
  leadsTo: LeadsTo,
): SideDoor[] {
  return tunnels.flatMap((tunnel) =>
    tunnel.rules
      .filter((rule) => !namesHost(rule, hostname) && leadsTo(rule))
      .map((rule) => ({
        host: someHost(rule.hostname ?? "", hostname),
        ...throughTunnel(tunnel, rule),
      })),
  );
}

/** Names that no rule is for, but that a wildcard or the last rule takes. */
function byRecord(
  { hostname }: Deployed,
  tunnels: readonly TunnelWithRules[],
  records: readonly DnsRecord[],
  leadsTo: LeadsTo,
): SideDoor[] {
  const isWide = (rule: IngressRule) =>
    takesEveryHost(rule) || rule.hostname?.startsWith("*.") === true;
  // Most often no wide rule leads there, and no record has to be followed.
  if (!tunnels.some(({ rules }) => rules.some((r) => isWide(r) && leadsTo(r))))
    return [];
  const names = new DnsNames(records);
  return namesIn(records, hostname).flatMap((name) => {
    const host = someHost(name, hostname);
    const led = names.destination(host);
    if (led.kind !== "tunnel") return [];
    const tunnel = tunnels.find(({ id }) => id === led.tunnelId);
    const rule = tunnel && reachedRule(tunnel, host, "/").rule;
    if (!tunnel || !rule || !leadsTo(rule)) return [];
    return [{ host, ...throughTunnel(tunnel, rule) }];
  });
}

function throughTunnel(tunnel: TunnelWithRules, { hostname }: IngressRule) {
  return {
    why: `the rule for ${hostname || "every host"} of the tunnel ${tunnel.name} leads to the same service`,
    remedy:
      "protect its host with an Access application as well; or remove its Host header, or that rule once you know what takes its requests then",
  };
}

/** Names that lead to the machine of a connector, past the tunnel. */
async function byAddress(
  { hostname }: Deployed,
  account: AccountReader,
  tunnels: readonly TunnelWithRules[],
  records: readonly DnsRecord[],
): Promise<SideDoor[]> {
  const addressed = records.filter(({ type }) => ["A", "AAAA"].includes(type));
  if (addressed.length === 0) return [];
  const own = tunnels.filter(({ rules }) =>
    rules.some((rule) => namesHost(rule, hostname)),
  );
  const addresses = new Set(
    (await Promise.all(own.map(account.connectorAddresses))).flat(),
  );
  return addressed
    .filter(({ content, name }) => addresses.has(content) && name !== hostname)
    .map(({ content, name, proxied, type }) => ({
      host: someHost(name, hostname),
      address: content,
      why: `the ${type} record ${name} leads to ${content}, the machine of the tunnel's connector${proxied ? "" : ", past Cloudflare"}`,
      remedy:
        "close that machine's ports to the internet, as the tunnel needs none",
    }));
}

function namesIn(records: readonly DnsRecord[], ours: string): string[] {
  const names = records
    .filter(({ name, proxied }) => proxied && name !== ours)
    .map(({ name }) => name);
  return [...new Set(names)];
}

/** A name that nobody has a rule or a record for. */
const UNUSED = `probe-${randomUUID().slice(0, 8)}`;

/** A host that a name takes; for a wildcard some host below it. */
function someHost(name: string, ours: string): string {
  if (!name || name === "*") return ours.replace(/^[^.]+/, UNUSED);
  return name.replace(/^\*/, UNUSED);
}
