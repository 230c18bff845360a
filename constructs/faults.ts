import { Token } from "cdktf";
import type { IConstruct } from "constructs";

/**
 * Reports what is wrong with a construct's props when the app is synthesized,
 * so that one run names the faults of every construct.
 */
export function addFaults(
  construct: IConstruct,
  faults: readonly (string | false | undefined)[],
): void {
  const found = faults.filter((fault) => typeof fault === "string");
  if (found.length > 0) construct.node.addValidation({ validate: () => found });
}

/** A value that can be looked at now, or undefined while it is a reference. */
export function known(value: string | undefined): string | undefined {
  return Token.isUnresolved(value) ? undefined : value;
}

const HOURS: Record<string, number> = {
  ns: 1 / 3.6e12,
  us: 1 / 3.6e9,
  ms: 1 / 3.6e6,
  s: 1 / 3600,
  m: 1 / 60,
  h: 1,
};

/** The hours of a duration such as `24h` or `2h45m`; undefined if it is none. */
export function durationHours(duration: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ns|us|ms|s|m|h))+$/.test(duration)) return undefined;
  return [...duration.matchAll(/([\d.]+)([a-z]+)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (HOURS[unit ?? ""] ?? 0),
    0,
  );
}
