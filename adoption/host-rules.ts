import type { TunnelSummary } from "../account/objects";
import { DnsNames } from "../dns/dns-names";
import type { Defaults } from "../ingress/defaults";
import { NotKnown } from "../account/not-known";
import type { Tunnel } from "../review/change";
import { findAnsweringRule, matchesHostname } from "../ingress/match";
import type { IngressRule } from "../ingress/rule";
import { withoutRule, withRule } from "../providers/tunnel-route/document";
import { formerRule, toRule } from "../providers/tunnel-route/route";
import type { ObjectValue } from "../terraform-plugin/value";
import type { Scene } from "./survey";

/** The tunnel of a host as it is, and as a stack leaves it. */
export interface HostTunnel {
  readonly before: Tunnel;
  /**
   * @param audOf the audience of an application of the stack, by its address
   */
  after(audOf: (address: string) => string | undefined): Tunnel;
}

/**
 * The rules that take requests of a host, reduced to what decides who comes
 * through: where they lead to is said elsewhere. Undefined where the rules can't
 * be read.
 */
export async function hostTunnel({
  account,
  leaving,
  service,
}: Pick<Scene, "account" | "leaving" | "service">): Promise<
  HostTunnel | undefined
> {
  const found = await orUnknown(() =>
    Promise.all([
      account.configuration(),
      account.tunnel(),
      account.teamDomain(),
    ]),
  );
  if (found === undefined) return undefined;
  const [{ rules = [], source }, { id, name }, domain] = found;
  if (source === "local") return undefined;
  const whole = service.routes.find(({ rule }) => !rule.path);
  const former = whole && (await formerTunnel(account, whole, id));
  const team = domain.replace(/\.cloudflareaccess\.com$/, "");
  const tunnelWith = (
    all: readonly IngressRule[],
    of: Pick<Tunnel, "id" | "name"> = { id, name },
  ): Tunnel => ({
    id: of.id,
    name: of.name,
    source: "cloudflare",
    rules: all
      .filter(
        (rule, at) =>
          at === all.length - 1 || matchesHostname(rule, service.hostname),
      )
      .map(asGate),
  });
  const kept = leaving
    .filter(
      ({ type, values }) =>
        type === "tunnel_route" && values["tunnel_id"] === id,
    )
    .map(({ values }) => values as ObjectValue)
    .reduce<readonly IngressRule[]>(
      (all, route) => withoutRule(all, toRule(route), formerRule(route)),
      rules,
    );
  const led = former
    ? undefined
    : await orUnknown(() => ledElsewhere(account, service.hostname, id));
  const { rules: there = rules, tunnel } = former ?? led ?? {};
  return {
    before: tunnelWith(tunnel ? there : rules, tunnel),
    after: (audOf) =>
      tunnelWith(
        service.routes.reduce<readonly IngressRule[]>(
          (all, { rule }) => withRule(all, resolved(rule, team, audOf)),
          kept,
        ),
      ),
  };
}

/**
 * The tunnel that a route is deployed in, with its rules, where the code names
 * another by now.
 *
 * @param to id of the one that the code names
 */
export async function formerTunnel(
  account: Scene["account"],
  { state }: Scene["service"]["routes"][number],
  to: string,
) {
  if (state === undefined || state["tunnel_id"] === to) return undefined;
  const all = await account.tunnels();
  const tunnel = all.find(({ id }) => id === state["tunnel_id"]);
  // With it its rules are gone.
  if (tunnel === undefined) return undefined;
  const { defaults, rules = [] } = await account.tunnelConfiguration(tunnel);
  return { tunnel, rules, defaults, former: formerRule(state) };
}

/** Where a host leads to today that is not the tunnel that the code names. */
export interface LedElsewhere {
  /** The tunnel of the account, with its rules. @default - none of this account */
  readonly tunnel?: TunnelSummary;
  readonly source?: string;
  readonly defaults?: Defaults;
  readonly rules?: readonly IngressRule[];
}

/**
 * @param to id of the tunnel that the code names
 * @returns undefined where the host leads there, or nowhere
 */
export async function ledElsewhere(
  account: Pick<
    Scene["account"],
    "records" | "tunnels" | "tunnelConfiguration"
  >,
  hostname: string,
  to: string,
): Promise<LedElsewhere | undefined> {
  const names = new DnsNames(await account.records(hostname));
  const way = names.destination(hostname);
  if (way.kind === "server" || way.kind === "past") return {};
  if (way.kind !== "tunnel" || way.tunnelId === to) return undefined;
  const tunnel = (await account.tunnels()).find(
    ({ id }) => id === way.tunnelId,
  );
  return tunnel
    ? { tunnel, ...(await account.tunnelConfiguration(tunnel)) }
    : {};
}

/** Whether a service answers for a host today. */
export function isAnswered(
  { rules }: Pick<Tunnel, "rules">,
  hostname: string,
): boolean {
  const index = findAnsweringRule(rules, hostname, "/");
  return !isStatus(rules[index]) || index < rules.length - 1;
}

/** Whether a rule leads to no service: none at all does not either. */
export function isStatus(rule: IngressRule | undefined): boolean {
  return !rule?.service || rule.service.startsWith("http_status:");
}

function asGate({
  hostname,
  originRequest,
  path,
  service,
}: IngressRule): IngressRule {
  const access = Object.entries(originRequest ?? {}).filter(
    ([name]) => name.toLowerCase() === "access",
  );
  return {
    hostname,
    path,
    service: isStatus({ service }) ? service : "http://service",
    originRequest: Object.fromEntries(access),
  };
}

/** A planned rule with ids in the place of references. */
function resolved(
  rule: IngressRule,
  team: string,
  audOf: (address: string) => string | undefined,
): IngressRule {
  const { access, ...rest } = rule.originRequest ?? {};
  if (typeof access !== "object" || access === null) return rule;
  const { audTag, teamName } = access as {
    readonly audTag?: readonly string[];
    readonly teamName?: string;
  };
  return {
    ...rule,
    originRequest: {
      ...rest,
      access: {
        ...access,
        teamName: teamName?.includes("${") ? team : teamName,
        audTag: audTag?.map((aud) => {
          const [, address] = /^\$\{(.+)\.aud\}$/.exec(aud) ?? [];
          return (address && audOf(address)) ?? aud;
        }),
      },
    },
  };
}

async function orUnknown<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof NotKnown) return undefined;
    throw error;
  }
}
