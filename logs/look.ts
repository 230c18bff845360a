import type Cloudflare from "cloudflare";
import { applicationsOn } from "../live-account/applications";
import type { Patience } from "../live-account/patience";
import { readAccess, type LiveAccount } from "../live-account/read-access";
import type { StackService } from "../secrets/stack-tokens";
import { explain, type ExplainedEntry } from "./explain";
import { group, type Group } from "./group";
import { readLog } from "./read-log";
import type { StandsOut } from "./stands-out/check";
import { standsOut } from "./stands-out/stands-out";

const DAY = 86_400_000;

/** Who came to a service in a period, and what is to be known of it. */
export interface Look {
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

export interface LookOptions {
  /** One that does not retry by itself. */
  readonly client: Cloudflare;
  readonly accountId: string;
  readonly since: Date;
  readonly now: Date;
  readonly patience: Patience;
}

/**
 * Looks who was let in and refused, and why by the policies of today.
 *
 * @throws Error with the remedy where the log can't be read
 */
export async function look(
  service: StackService,
  { accountId, client, now, patience, since }: LookOptions,
): Promise<Look> {
  const { hostname, name, tokens } = service;
  patience.tick("Reading the account's policies");
  const account = await readAccess(client, accountId, patience).catch(
    (error: Error) => {
      patience.signal.throwIfAborted();
      return error;
    },
  );
  const known = account instanceof Error ? undefined : account;
  const applicationIds = new Set(
    known ? applicationsOn(known, hostname).map(({ id }) => id ?? "") : [],
  );
  const entries = explain(
    await readLog(
      client,
      { accountId, hostname, applicationIds, since },
      patience,
    ),
    known,
    hostname,
  );
  return {
    service: name,
    hostname,
    since: since.toISOString(),
    until: now.toISOString(),
    groups: group(entries),
    standsOut: standsOut({ service: name, entries, tokens }),
    notes: notesOn(account, now.getTime() - since.getTime()),
    entries,
  };
}

/** @see https://developers.cloudflare.com/cloudflare-one/insights/logs/#log-retention */
function notesOn(account: LiveAccount | Error, asked: number): string[] {
  return [
    ...(account instanceof Error
      ? [`Reasons are left out: ${account.message}.`]
      : []),
    ...(asked > DAY
      ? [
          "Cloudflare keeps this log for 24 hours on the Free plan and for longer on others: what is older may be missing.",
        ]
      : []),
    "Not in this log: visitors who did not log in, service tokens that were refused, requests within a session.",
  ];
}
