import type { Change } from "./world";

/** What may be public in a change, because it was so before or will be after. */
export interface Public {
  /** Until this write: `create application app.example.com`. */
  readonly until?: string;
  /** From this write on. */
  readonly from?: string;
}

/**
 * What is wrong with a change: writes that Cloudflare refused or that come in
 * the wrong order, whoever got in who should not, and what another plan would
 * do again.
 *
 * @param allowed what may be public, by URL; all else may never be
 */
export function faults(
  change: Change,
  allowed: Readonly<Record<string, Public>> = {},
): string[] {
  const { left, openings, writes } = change;
  const at = (write: string): number => writes.indexOf(write);
  const mayBeOpen = ({ after, url }: Change["openings"][number]): boolean => {
    const { from, until } = allowed[url] ?? {};
    return (
      (until !== undefined && at(after) < at(until)) ||
      (from !== undefined && at(from) !== -1 && at(after) >= at(from))
    );
  };
  return [
    ...writes.filter((write) => write.startsWith("refused")),
    ...orderFaults(change),
    ...openings
      .filter((opening) => !mayBeOpen(opening))
      .map(({ after, url, who }) => `after "${after}" ${who} reached ${url}`),
    ...left.map((address) => `left to do: ${address}`),
  ];
}

type Order = readonly (readonly [before: RegExp, after: RegExp])[];

/** What has to come before what, where both are written. */
const ORDER: Order = [
  [/^create login method/, /^create application/],
  [/^delete application/, /^delete login method/],
];

/** The same within one stack. */
const ORDER_OF_STACK: Order = [
  [/^create token/, /^create policy .*\(service token\)$/],
  [/^create policy .* is open$/, /^create application .*\//],
  [/^create policy .*(?<! is open)$/, /^(create|update) application [^/]*$/],
  [/^delete application/, /^delete policy/],
  [/^update application/, /^delete policy/],
  [/^delete policy .*\(service token\)$/, /^delete token/],
];

/** The same of one host: its name follows. */
const ORDER_OF_HOST: readonly (readonly [before: string, after: string])[] = [
  ["create application", "create route"],
  ["create application", "protect route"],
  ["create route", "create record"],
  ["delete record", "delete route"],
  ["delete route", "delete application"],
  ["put back route", "delete application"],
];

function orderFaults({ writes, writesOf }: Change): string[] {
  const hosts = new Set(
    writes.map((write) => / ([^ /]+\.[^ /]+)/.exec(write)?.[1] ?? ""),
  );
  const ofHosts = [...hosts].flatMap((host) =>
    ORDER_OF_HOST.map(
      ([before, after]) =>
        [exactly(`${before} ${host}`), exactly(`${after} ${host}`)] as const,
    ),
  );
  return [
    ...outOfOrder(writes, [...ORDER, ...ofHosts]),
    ...Object.values(writesOf).flatMap((own) =>
      outOfOrder(own, ORDER_OF_STACK),
    ),
  ];
}

function outOfOrder(writes: readonly string[], order: Order): string[] {
  return order.flatMap(([before, after]) => {
    const last = writes.findLastIndex((write) => before.test(write));
    const first = writes.findIndex((write) => after.test(write));
    return last !== -1 && first !== -1 && last > first
      ? [`"${writes[last]}" came after "${writes[first]}"`]
      : [];
  });
}

function exactly(text: string): RegExp {
  return new RegExp(`^${text.replace(/[.]/g, "\\.")}(?=[ /]|$)`);
}
