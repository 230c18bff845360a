import type Cloudflare from "cloudflare";
import type { Application } from "../access/model";
import { withRetries, type Progress } from "../account/with-retries";
import { refusal } from "../account/refusal";

const APPS = "Access: Apps and Policies";
const ORGANIZATIONS = "Access: Organizations, Identity Providers, and Groups";

/** Whose sessions are to end. */
export type Target =
  | { readonly applications: readonly Application[] }
  | { readonly person: string };

/**
 * Ends sessions now: all of some applications, or those of a person at every
 * application of the account. A person's WARP client stays connected.
 *
 * @param client one that does not retry by itself
 * @throws Error with the remedy where Cloudflare refuses
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/access-settings/session-management/#revoke-user-sessions
 */
export async function revoke(
  client: Cloudflare,
  accountId: string,
  target: Target,
  progress: Progress,
): Promise<void> {
  const at = { account_id: accountId };
  const { access, organizations } = client.zeroTrust;
  if ("person" in target) {
    const { person } = target;
    const done = await asked(
      (options) => organizations.revokeUsers({ ...at, email: person }, options),
      `The sessions of ${person} can't be ended`,
      ORGANIZATIONS,
      progress,
    );
    if (done === false)
      throw new Error(
        `The sessions of ${person} can't be ended: Cloudflare reports a failure. Try Zero Trust, Team & Resources, Users, Revoke`,
      );
    return;
  }
  for (const { id, name } of target.applications)
    await asked(
      (options) => access.applications.revokeTokens(id ?? "", at, options),
      `The sessions of the application "${name}" can't be ended`,
      APPS,
      progress,
    );
}

async function asked<T>(
  ask: (options: { signal: AbortSignal }) => Promise<T>,
  what: string,
  permission: string,
  progress: Progress,
): Promise<T> {
  try {
    return await withRetries(ask, progress);
  } catch (error) {
    throw refusal(error, what, `${permission} Edit`, `${permission} Revoke`);
  }
}
