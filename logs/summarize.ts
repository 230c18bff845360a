import type Cloudflare from "cloudflare";
import { applicationsOn } from "../account/applications-on";
import type { OwnDoings } from "../account/own-doings";
import type { Progress } from "../account/with-retries";
import { readAccess, type LiveAccount } from "../account/read-access";
import type { StackService } from "../secrets/stack-tokens";
import { isOver, type DatedGuest } from "../contract/guests";
import { explain, type ExplainedEntry } from "./explain";
import { group, type Group } from "./group";
import type { LogEntry } from "./entry";
import { minute } from "./minute";
import { readLog, type LogQuery } from "./read-log";
import { readMachines } from "./read-machines";
import { times, type StandsOut } from "./stands-out/check";
import { standsOut } from "./stands-out/stands-out";

const DAY = 86_400_000;

/** Who came to a service in a period, and what is to be known of it. */
export interface LogSummary {
  readonly service: string;
  readonly hostname: string;
  /** ISO 8601. */
  readonly since: string;
  readonly until: string;
  readonly groups: readonly Group[];
  readonly standsOut: readonly StandsOut[];
  /** What the log can't show, or could not this time. */
  readonly notes: readonly string[];
  /** Oldest first. */
  readonly entries: readonly ExplainedEntry[];
}

export interface LogSummaryOptions {
  /** One that does not retry by itself. */
  readonly client: Cloudflare;
  readonly accountId: string;
  readonly since: Date;
  readonly now: Date;
  readonly progress: Progress;
  /** What this machine has done itself. @default - not known */
  readonly own?: OwnDoings;
}

/**
 * Looks who was allowed and refused, and why by the policies of today.
 *
 * @throws Error with the remedy where the log can't be read
 */
export async function summarizeLog(
  service: StackService,
  { accountId, client, now, own, progress, since }: LogSummaryOptions,
): Promise<LogSummary> {
  const { guests = [], hostname, name, tokens } = service;
  progress.tick("Reading the account's policies");
  const account = await orError(
    readAccess(client, accountId, progress),
    progress,
  );
  const known = account instanceof Error ? undefined : account;
  const query: LogQuery = {
    accountId,
    hostname,
    applicationIds: new Set(
      known ? applicationsOn(known, hostname).map(({ id }) => id ?? "") : [],
    ),
    since,
  };
  const logged = await readLog(client, query, progress);
  const machines = await orError(
    readMachines(client, query, now, progress),
    progress,
  );
  const entries = explain(
    machines instanceof Error ? logged : merge(logged, machines),
    known,
    hostname,
  );
  return {
    service: name,
    hostname,
    since: since.toISOString(),
    until: now.toISOString(),
    groups: group(entries, new Set(own?.rays.map(({ ray }) => ray))),
    standsOut: standsOut({
      service: name,
      entries,
      tokens,
      own,
      machinesKnown: known !== undefined && !(machines instanceof Error),
    }),
    notes: [
      ...guests.map((guest) => visitOf(guest, entries, since, now)),
      ...notesOn(account, machines, now.getTime() - since.getTime()),
    ],
    entries,
  };
}

/** Whether and when a guest came, as far as this part of the log says. */
function visitOf(
  guest: DatedGuest,
  entries: readonly ExplainedEntry[],
  since: Date,
  now: Date,
): string {
  const { email, said } = guest;
  const came = entries.filter(
    ({ result, who }) => result === "allowed" && who === email,
  );
  const until = `${isOver(guest, now) ? "was" : "is"} a guest until ${said}`;
  const last = came.at(-1);
  return last
    ? `${email} ${until}: logged in ${times(came.length)}, last on ${minute(last.at)} UTC.`
    : `${email} ${until}: no login since ${minute(since.toISOString())} UTC.`;
}

/** What a part that may be missing comes to. */
async function orError<T>(
  reading: Promise<T>,
  { signal }: Progress,
): Promise<T | Error> {
  try {
    return await reading;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Error) return error;
    throw error;
  }
}

/** The log of people has some machines as well, though never all. */
function merge(
  logged: readonly LogEntry[],
  machines: readonly LogEntry[],
): LogEntry[] {
  const rays = new Set(machines.map(({ rayId }) => rayId));
  const others = logged.filter(
    ({ kind, rayId }) => kind === "person" || !rays.has(rayId),
  );
  return [...others, ...machines].sort((a, b) => a.at.localeCompare(b.at));
}

/** @see https://developers.cloudflare.com/cloudflare-one/insights/logs/#log-retention */
function notesOn(
  account: LiveAccount | Error,
  machines: readonly LogEntry[] | Error,
  asked: number,
): string[] {
  return [
    ...(account instanceof Error
      ? [`Reasons are missing: ${account.message}.`]
      : []),
    ...(machines instanceof Error
      ? [`Denied service tokens are missing: ${machines.message}.`]
      : []),
    ...(asked > DAY
      ? [
          "Cloudflare keeps this log for 24 hours on the Free plan and longer on others: older entries may be missing.",
        ]
      : []),
    "Not in this log: visitors who did not log in, and requests within a session.",
  ];
}
