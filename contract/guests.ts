import { z } from "zod/mini";

/** Somebody who may log in until a day is over. */
export interface Guest {
  readonly email: string;
  /**
   * Their last day, `2026-12-06`, or the minute from which on they are out,
   * `2026-12-06T18:00`, in the service's time zone.
   */
  readonly until: string;
}

/** A guest with the moment from which on they are out. */
export interface DatedGuest extends Guest {
  readonly ends: Date;
  /** For people: `Sunday, 6 December 2026, 24:00 Europe/Berlin`. */
  readonly said: string;
}

export const GUESTS_OUTPUT = "guests";

/**
 * Admitted where the last guest is out and nobody else is named, as a policy
 * needs somebody. Nobody has this address: `invalid` is no domain (RFC 2606).
 */
export const NO_GUEST = "no-guest-is-left@guests.invalid";

const OUTPUT = z.array(
  z.object({
    email: z.string(),
    until: z.string(),
    ends: z.string(),
    said: z.string(),
  }),
);

/** As they are written for commands. */
export function guestsOutput(
  guests: readonly DatedGuest[],
): z.input<typeof OUTPUT> {
  return guests.map(({ email, ends, said, until }) => ({
    email,
    until,
    ends: ends.toISOString(),
    said,
  }));
}

/** The guests that a stack's outputs tell of, those whose day is over too. */
export function guestsIn(
  outputs: Readonly<Record<string, unknown>>,
): DatedGuest[] {
  const { data = [] } = OUTPUT.safeParse(outputs[GUESTS_OUTPUT]);
  return data.map(({ ends, ...guest }) => ({ ...guest, ends: new Date(ends) }));
}

export function isOver({ ends }: Pick<DatedGuest, "ends">, now: Date): boolean {
  return ends.getTime() <= now.getTime();
}

const UNTIL = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d))?$/;

/** With the moment of their end; undefined where `until` is no such day or minute. */
export function dated(guest: Guest, timeZone: string): DatedGuest | undefined {
  const [, ...parts] = UNTIL.exec(guest.until) ?? [];
  if (parts.length === 0) return undefined;
  const [year = 0, month = 0, day = 0, hours, minutes] = parts.map((part) =>
    part === undefined ? undefined : Number(part),
  );
  const midnight = Date.UTC(year, month - 1, day);
  // Neither 31 February nor 25:00.
  if (
    new Date(midnight).toISOString().slice(0, 10) !== guest.until.slice(0, 10)
  )
    return undefined;
  if ((hours ?? 0) > 23 || (minutes ?? 0) > 59) return undefined;
  const wholeDay = hours === undefined;
  const local =
    midnight + (wholeDay ? 24 * 60 : hours * 60 + (minutes ?? 0)) * 60_000;
  const weekday = new Intl.DateTimeFormat("en-GB", {
    dateStyle: "full",
    timeZone: "UTC",
  })
    .format(midnight)
    .replace(/^(\w+) /, "$1, ");
  const time = wholeDay ? "24:00" : guest.until.slice(11);
  return {
    ...guest,
    email: guest.email.toLowerCase(),
    ends: new Date(momentOf(local, timeZone)),
    said: `${weekday}, ${time} ${timeZone}`,
  };
}

/** The moment at which clocks of a zone show a time, given as if it were UTC. */
function momentOf(local: number, timeZone: string): number {
  // A second look, as the first may be on the other side of a change of clocks.
  return [1, 2].reduce((moment) => local - offsetOf(moment, timeZone), local);
}

function offsetOf(moment: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(moment);
  const of = (name: string) =>
    Number(parts.find(({ type }) => type === name)?.value);
  const shown = Date.UTC(
    of("year"),
    of("month") - 1,
    of("day"),
    of("hour"),
    of("minute"),
    of("second"),
  );
  return shown - Math.floor(moment / 1000) * 1000;
}

/** Whether it is a time zone that this Node knows: `Europe/Berlin`. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en-GB", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
