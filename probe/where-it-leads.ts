import {
  decodePath,
  findMatchingRule,
  matchesHostname,
} from "../ingress/match";
import type { IngressRule } from "../ingress/rule";
import type { AccountReader } from "../account/account-reader";
import { NotKnown } from "../account/not-known";
import { namesAround } from "../account/names-around";
import type { TunnelWithRules } from "../account/objects";

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
  const names = await namesAround(hostname, account).catch((error: unknown) => {
    if (error instanceof NotKnown) return undefined;
    throw error;
  });
  const led = names?.destination(hostname);
  const deciding = all.filter(
    ({ id }) => led?.kind === "tunnel" && led.tunnelId === id,
  );
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
