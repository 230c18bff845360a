import type Cloudflare from "cloudflare";
import { withRetries, type Progress } from "../account/with-retries";
import { refusal } from "../account/refusal";

/** A login of a person to the team that Cloudflare says still counts. */
export interface ActiveSession {
  /** The same each time it is listed. */
  readonly id: string;
  /** Applications it has led to. */
  readonly applications: readonly string[];
}

/**
 * Lists the sessions of a person as Cloudflare does.
 *
 * @param client one that does not retry by itself
 * @returns undefined where nobody with this address has ever logged in
 * @throws Error with the remedy where Cloudflare does not tell
 * @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/access/subresources/users/subresources/active_sessions/methods/list/
 */
export async function activeSessions(
  client: Cloudflare,
  accountId: string,
  email: string,
  progress: Progress,
): Promise<ActiveSession[] | undefined> {
  const { users } = client.zeroTrust.access;
  const at = { account_id: accountId };
  try {
    return await withRetries(async (options) => {
      // The filter also finds parts of addresses.
      const ids: string[] = [];
      for await (const user of users.list({ ...at, email }, options))
        if (isSame(user.email ?? "", email)) ids.push(user.id ?? "");
      if (ids.length === 0) return undefined;
      const found: ActiveSession[] = [];
      for (const id of ids)
        for await (const { metadata } of users.activeSessions.list(
          id,
          at,
          options,
        ))
          found.push({
            id: metadata?.nonce ?? String(metadata?.iat),
            applications: Object.values(metadata?.apps ?? {}).map(
              ({ hostname, name, uid = "" }) => name ?? hostname ?? uid,
            ),
          });
      return found;
    }, progress);
  } catch (error) {
    throw refusal(
      error,
      `The sessions of ${email} can't be listed`,
      "Access: Audit Logs Read",
    );
  }
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
