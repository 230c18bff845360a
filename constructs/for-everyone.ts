import { parseRange, type AddressRange } from "../access/ip";
import type { AccessRule } from "./access-rule";
import { known } from "./faults";
import { isObject } from "./known-props";

/** How many addresses are as good as all: half of IPv4, and what IPv6 hands out (2000::/3). */
const MOST = { v4: 1n << 31n, v6: 1n << 125n };
const V4_START = 1n << 128n;

/**
 * Whether rules are for whoever asks, however that is spelled: `everyone`, a
 * network of all addresses, or several that come to it.
 */
export function isForEveryone(
  include: readonly AccessRule[],
  require: readonly AccessRule[],
): boolean {
  return isWide(include) && require.every((rule) => isWide([rule]));
}

function isWide(rules: readonly AccessRule[]): boolean {
  if (rules.some((rule) => rule.matchesEveryone)) return true;
  const ranges = rules.flatMap((rule) => networkOf(rule) ?? []);
  const [v4, v6] = [true, false].map((isV4) =>
    sizeOf(ranges.filter(({ first }) => first >= V4_START === isV4)),
  );
  return (v4 ?? 0n) >= MOST.v4 || (v6 ?? 0n) >= MOST.v6;
}

function networkOf({ _block }: AccessRule): AddressRange | undefined {
  // A raw rule can be anything; its own faults say so.
  const { ip } = ((isObject(_block) && _block["ip"]) || {}) as {
    readonly ip?: unknown;
  };
  const cidr = typeof ip === "string" ? known(ip) : undefined;
  return cidr === undefined ? undefined : parseRange(cidr);
}

/** How many addresses there are in any of the ranges. */
function sizeOf(ranges: readonly AddressRange[]): bigint {
  const sorted = [...ranges].sort((a, b) => (a.first < b.first ? -1 : 1));
  let total = 0n;
  let end = -1n;
  for (const { first, last } of sorted) {
    const from = first > end ? first : end + 1n;
    if (last < from) continue;
    total += last - from + 1n;
    end = last;
  }
  return total;
}
