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
  const { left, openings, refusals, writes } = change;
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
    ...refusals.map(
      ({ after, url, who }) => `after "${after}" ${who} did not reach ${url}`,
    ),
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
  [/^create policy .* is open$/, /^create application .*\//],
  // A token that is limited to a path is admitted by an application of its own.
  [
    /^create policy .*(?<! is open|\(service token\))$/,
    /^(create|update) application [^/]*$/,
  ],
  [/^delete application/, /^delete policy/],
  // A token's policy may have been another application's, which is gone by then:
  // Cloudflare refuses to delete one that is listed.
  [
    /^update application [^/]*$/,
    /^delete policy .*(?<! is open|\(service token\))$/,
  ],
  [/^update application .*\//, /^delete policy .* is open$/],
];

/** The same of one token: its name stands for NAME. */
const ORDER_OF_TOKEN: readonly (readonly [before: string, after: string])[] = [
  ["create token NAME", "create policy NAME (service token)"],
  ["delete policy NAME (service token)", "delete token NAME"],
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
  const ofHosts = [...hosts].flatMap((host) => {
    // An application that is taken over protects an open path until its own
    // application is there, and then its rule has to be.
    const isTakenOver = writes.includes(`update application ${host}`);
    const of = (write: string) =>
      isTakenOver && write.endsWith(" route")
        ? wholly(`${write} ${host}`)
        : exactly(`${write} ${host}`);
    return ORDER_OF_HOST.map(
      ([before, after]) => [of(before), of(after)] as const,
    );
  });
  const tokens = new Set(
    writes.map((write) => / token (.+)$/.exec(write)?.[1] ?? ""),
  );
  const ofTokens = [...tokens].flatMap((name) =>
    ORDER_OF_TOKEN.map((order) => {
      const [before, after] = order.map((write) =>
        wholly(write.replace("NAME", name)),
      ) as [RegExp, RegExp];
      return [before, after] as const;
    }),
  );
  return [
    ...outOfOrder(writes, [...ORDER, ...ofHosts, ...ofTokens]),
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
  return new RegExp(`^${escaped(text)}(?=[ /]|$)`);
}

function wholly(text: string): RegExp {
  return new RegExp(`^${escaped(text)}$`);
}

function escaped(text: string): string {
  return text.replace(/[.()]/g, "\\$&");
}
