import type { DatedGuest } from "../contract/guests";
import type { AccountState, ServiceToken } from "./change";
import { matrixOf, type Cell } from "./matrix";
import { mergePlans } from "./merge";
import type { Outcome } from "./verdict";

/** Soon enough to do something about it now, in days. */
const SOON = 30;
const DAY = 86_400_000;

/** Who comes to a place in one way. */
export interface Reached {
  readonly outcome: Outcome;
  /** People, endings and tokens, or that anybody does. */
  readonly who: readonly string[];
}

/** A host, or a part of it that is treated in its own way. */
export interface MapPlace {
  readonly host: string;
  readonly path: string;
  /** The tunnel and the service that its rule leads to. @default - no rule leads on */
  readonly by?: { readonly tunnel?: string; readonly service: string };
  /** Where its DNS record leads past all tunnels. @default - to a tunnel, or nowhere */
  readonly server?: string;
  /** Name of the application that covers it. @default - none */
  readonly application?: string;
  /** The ways in which somebody comes in, or may. */
  readonly reached: readonly Reached[];
  /** Whether anybody comes in, without a login or token. */
  readonly open: boolean;
  /** Why nobody comes in. @default - somebody does */
  readonly why?: string;
}

/** Something that ends by itself. */
export interface Ending {
  readonly name: string;
  /** ISO 8601. */
  readonly at: string;
  readonly isOver: boolean;
}

/** A whole account: what is found in it, and who gets there. */
export interface AccountMap {
  /** Open ones first, then by host. */
  readonly places: readonly MapPlace[];
  /** The first to end first. */
  readonly endings: readonly Ending[];
  /** Hosts that no code names. @default - the code is not known */
  readonly notOfCode?: readonly string[];
}

/** The hosts that the code names, each with its guests. */
export type CodeHosts = ReadonlyMap<
  string,
  readonly Pick<DatedGuest, "email" | "ends">[]
>;

/**
 * Draws an account as it is.
 *
 * @param code what the code names @default - not known
 */
export function mapOf(
  account: AccountState,
  now: Date,
  code?: CodeHosts,
): AccountMap {
  const { cells } = matrixOf(mergePlans(account, []), now);
  const byPlace = new Map<Cell["place"], Cell[]>();
  for (const cell of cells)
    byPlace.set(cell.place, [...(byPlace.get(cell.place) ?? []), cell]);
  const places = [...byPlace]
    .map(([, own]) => placeOf(own))
    .sort(
      (a, b) =>
        Number(b.open) - Number(a.open) ||
        a.host.localeCompare(b.host) ||
        a.path.localeCompare(b.path),
    );
  const found = [...new Set(places.map(({ host }) => host))];
  return {
    places,
    endings: endingsOf(
      [...tokenEnds(account.tokens), ...guestEnds(places, code)],
      now,
    ),
    ...(code && { notOfCode: found.filter((host) => !code.has(host)) }),
  };
}

/** `9 hosts in 10 places, 9 of them open to anybody`. */
export function countsOf({ places }: AccountMap): string {
  const hosts = new Set(places.map(({ host }) => host)).size;
  const open = places.filter((place) => place.open).length;
  const counted = (count: number, what: string) =>
    `${count} ${what}${count === 1 ? "" : "s"}`;
  return `${counted(hosts, "host")} with ${counted(places.length, "place")}, ${open} of them open to anybody`;
}

/** In this order they are told. */
const WAYS: readonly Outcome[] = [
  ...(["public", "open", "login", "token", "depends"] as const),
];

function placeOf(cells: readonly Cell[]): MapPlace {
  const [{ place, after: first } = {} as Cell] = cells;
  const of = (outcome: Outcome) =>
    cells.filter(({ after }) => after.outcome === outcome);
  const reached = WAYS.flatMap((outcome): Reached[] => {
    const own = of(outcome);
    const isAnybody = own.some(({ subject }) => subject.kind === "nobody");
    if (own.length === 0) return [];
    const labels = own
      .filter(({ subject }) => subject.kind !== "preflight")
      .map(({ subject }) => subject.label);
    const who = isAnybody ? ["anybody"] : [...new Set(labels)];
    return who.length > 0 ? [{ outcome, who }] : [];
  });
  const verdicts = cells.map(({ after }) => after);
  const rule = verdicts.find((one) => one.rule !== undefined);
  const server = verdicts.find((one) => one.server !== undefined)?.server;
  const application = verdicts.find((one) => one.application)?.application;
  return {
    host: place.host,
    path: place.path,
    ...(rule?.rule && {
      by: { tunnel: rule.tunnel, service: rule.rule.service ?? "nothing" },
    }),
    ...(server !== undefined && { server }),
    ...(application?.name && { application: application.name }),
    reached,
    open: reached.some(({ who }) => who.includes("anybody")),
    ...(reached.length === 0 && { why: first.reason }),
  };
}

type End = Pick<Ending, "at" | "name">;

function tokenEnds(tokens: readonly ServiceToken[]): End[] {
  return tokens.flatMap(({ expires_at: at, name }) =>
    at ? [{ name: `service token ${name ?? "without a name"}`, at }] : [],
  );
}

/** The last days of the guests whom the account admits. */
function guestEnds(
  places: readonly MapPlace[],
  code: CodeHosts = new Map(),
): End[] {
  return [...code].flatMap(([host, guests]) =>
    guests
      .filter(({ email }) =>
        places.some(
          (place) =>
            place.host === host &&
            place.reached.some(({ who }) => who.includes(email)),
        ),
      )
      .map(({ email, ends }) => ({
        name: `guest ${email} at ${host}`,
        at: ends.toISOString(),
      })),
  );
}

function endingsOf(ends: readonly End[], now: Date): Ending[] {
  return ends
    .filter(({ at }) => Date.parse(at) < now.getTime() + SOON * DAY)
    .sort((a, b) => a.at.localeCompare(b.at))
    .map((one) => ({ ...one, isOver: Date.parse(one.at) <= now.getTime() }));
}
