import type Cloudflare from "cloudflare";
import { z } from "zod/mini";
import { withRetries, type Progress } from "../account/with-retries";
import { refusal } from "../account/refusal";
import { API_TOKENS } from "../base/dashboard";
import { NON_IDENTITY, readCountry, readTime, type LogEntry } from "./entry";
import type { LogQuery } from "./read-log";

const PERMISSION = "Account Analytics Read";
const WHAT = "Service token logins can't be read";
/** The most that Cloudflare answers at once. */
const LIMIT = 10_000;

const ANSWER = z.object({
  data: z.nullish(
    z.object({
      viewer: z.object({
        accounts: z.array(
          z.object({
            accessLoginRequestsAdaptiveGroups: z.array(
              z.object({
                dimensions: z.object({
                  appId: z.string(),
                  cfRayId: z.string(),
                  country: z.string(),
                  datetime: z.string(),
                  ipAddress: z.string(),
                  isSuccessfulLogin: z.number(),
                  serviceTokenId: z.string(),
                }),
              }),
            ),
          }),
        ),
      }),
    }),
  ),
  errors: z.nullish(z.array(z.object({ message: z.string() }))),
});

type Row = NonNullable<
  z.infer<typeof ANSWER>["data"]
>["viewer"]["accounts"][number]["accessLoginRequestsAdaptiveGroups"][number]["dimensions"];

/**
 * Reads which machines were allowed and denied, oldest first. Cloudflare tells
 * this in its GraphQL API alone, of which a large account sees samples.
 *
 * @param client one that does not retry by itself
 * @throws Error with the remedy where Cloudflare refuses
 * @see https://developers.cloudflare.com/cloudflare-one/insights/logs/dashboard-logs/access-authentication-logs/#non-identity-authentication
 */
export async function readMachines(
  client: Cloudflare,
  { accountId, applicationIds, since }: LogQuery,
  until: Date,
  progress: Progress,
): Promise<LogEntry[]> {
  const seen = new Set<string>();
  const entries: LogEntry[] = [];
  let from = since.toISOString();
  for (;;) {
    const query = queryOf(accountId, from, until.toISOString());
    const rows = await ask(client, query, progress);
    const before = seen.size;
    for (const row of rows) {
      const key = JSON.stringify(row);
      if (seen.has(key)) continue;
      seen.add(key);
      if (applicationIds.has(row.appId)) entries.push(toEntry(row));
    }
    if (rows.length < LIMIT || seen.size === before) return entries;
    // What is as old as the last one may stand on both pages.
    from = rows.at(-1)!.datetime;
    progress.tick(`Reading service token logins: ${seen.size} entries`);
  }
}

function queryOf(accountId: string, since: string, until: string): string {
  return `{ viewer { accounts(filter: {accountTag: ${JSON.stringify(accountId)}}) {
    accessLoginRequestsAdaptiveGroups(
      limit: ${LIMIT}
      filter: {
        datetime_geq: ${JSON.stringify(since)}
        datetime_leq: ${JSON.stringify(until)}
        identityProvider: "${NON_IDENTITY}"
      }
      orderBy: [datetime_ASC]
    ) {
      dimensions {
        appId cfRayId country datetime ipAddress isSuccessfulLogin serviceTokenId
      }
    }
  } } }`;
}

async function ask(
  client: Cloudflare,
  query: string,
  progress: Progress,
): Promise<Row[]> {
  let answer: unknown;
  try {
    answer = await withRetries(
      (options) => client.post("/graphql", { body: { query }, ...options }),
      progress,
    );
  } catch (error) {
    throw refusal(error, WHAT, PERMISSION);
  }
  const parsed = ANSWER.safeParse(answer);
  if (!parsed.success)
    throw new Error(`${WHAT}: Cloudflare's response has an unexpected format`);
  const { data, errors } = parsed.data;
  if (data)
    return data.viewer.accounts.flatMap((account) =>
      account.accessLoginRequestsAdaptiveGroups.map((one) => one.dimensions),
    );
  const message = errors?.map((error) => error.message).join("; ") ?? "nothing";
  throw new Error(
    /not authorized/i.test(message)
      ? `${WHAT}: the API token lacks a permission for this (${message}). Add the permission "${PERMISSION}" to it: ${API_TOKENS}`
      : `${WHAT}: Cloudflare answered ${message}`,
  );
}

function toEntry(row: Row): LogEntry {
  return {
    at: readTime(row.datetime),
    who: "",
    kind: "machine",
    ...(row.serviceTokenId && { tokenId: row.serviceTokenId }),
    result: row.isSuccessfulLogin === 0 ? "denied" : "allowed",
    connection: NON_IDENTITY,
    ...readCountry(row.country),
    ip: row.ipAddress,
    appId: row.appId,
    domain: "",
    rayId: row.cfRayId,
  };
}
