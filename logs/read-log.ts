import type Cloudflare from "cloudflare";
import { hostOf } from "../account/applications-on";
import { withRetries, type Progress } from "../account/with-retries";
import { refusal } from "../account/refusal";
import { toEntry, type AccessRequestRow, type LogEntry } from "./entry";

const PAGE_SIZE = 1000;

/** Of which service, since when. */
export interface LogQuery {
  readonly accountId: string;
  readonly hostname: string;
  /** Ids of the applications on the host. */
  readonly applicationIds: ReadonlySet<string>;
  readonly since: Date;
}

/**
 * Reads the log of who came to log in to a service, oldest first: page by page
 * until one is empty, as Cloudflare does not say how many there are. What a
 * page repeats is dropped.
 *
 * @param client one that does not retry by itself
 * @throws Error with the remedy where Cloudflare refuses, or its pages do not go on
 * @see https://developers.cloudflare.com/cloudflare-one/insights/logs/dashboard-logs/access-authentication-logs/
 */
export async function readLog(
  client: Cloudflare,
  { accountId, applicationIds, hostname, since }: LogQuery,
  progress: Progress,
): Promise<LogEntry[]> {
  const seen = new Set<string>();
  const entries: LogEntry[] = [];
  for (let page = 1; ; page++) {
    const rows = await readPage(client, accountId, since, page, progress);
    if (rows.length === 0) return entries;
    const before = seen.size;
    for (const row of rows) {
      const key = JSON.stringify(row);
      if (seen.has(key)) continue;
      seen.add(key);
      const entry = toEntry(row);
      if (
        applicationIds.has(entry.appId) ||
        hostOf(entry.domain) === hostname.toLowerCase()
      )
        entries.push(entry);
    }
    if (seen.size === before)
      throw new Error(
        `Cloudflare's log cannot be paged further: page ${page} repeats earlier entries. Use a shorter --since.`,
      );
    progress.tick(
      `Reading the log: ${seen.size} entries of the account, ${entries.length} of ${hostname}`,
    );
  }
}

async function readPage(
  client: Cloudflare,
  account_id: string,
  since: Date,
  page: number,
  progress: Progress,
): Promise<readonly AccessRequestRow[]> {
  const { accessRequests } = client.zeroTrust.access.logs;
  const query = {
    account_id,
    // Entries that are written meanwhile come last, and move no page.
    direction: "asc",
    since: since.toISOString(),
    page,
    per_page: PAGE_SIZE,
  } as const;
  try {
    return (
      (await withRetries(
        (options) => accessRequests.list(query, options),
        progress,
      )) ?? []
    );
  } catch (error) {
    throw refusal(
      error,
      "The Access log can't be read",
      "Access: Audit Logs Read",
    );
  }
}
