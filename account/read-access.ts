import type Cloudflare from "cloudflare";
import type { AccessAccount, ServiceToken } from "../access/model";
import { accountReader } from "./account-reader";
import { NotKnown } from "./not-known";
import { withRetries, type Progress } from "./with-retries";
import { refusal } from "./refusal";

/** What decides who gets in, and who is who. */
export interface LiveAccount extends AccessAccount {
  readonly service_tokens: readonly (ServiceToken & {
    readonly client_id?: string | null;
  })[];
}

const APPS = "Access: Apps and Policies Read";
const ORGANIZATIONS =
  "Access: Organizations, Identity Providers, and Groups Read";
const SERVICE_TOKENS = "Access: Service Tokens Read";

/**
 * Reads what decides who gets in, as `access/` takes it. Lists of e-mails and
 * addresses are left out: a decision that hangs on one comes out as "depends".
 *
 * @param client one that does not retry by itself
 * @throws Error with the remedy where a part can't be read
 */
export async function readAccess(
  client: Cloudflare,
  accountId: string,
  progress: Progress,
): Promise<LiveAccount> {
  const reader = accountReader(client, accountId, { freshMs: 0 });

  async function read<T>(
    what: string,
    permission: string,
    ask: () => Promise<T>,
  ): Promise<T> {
    try {
      return await withRetries(() => ask().catch(becauseOf), progress);
    } catch (error) {
      throw refusal(error, `${what} can't be read`, permission);
    }
  }

  return {
    applications: await read("The applications", APPS, reader.applications),
    groups: await read("The groups", ORGANIZATIONS, reader.groups),
    identity_providers: await read(
      "The login methods",
      ORGANIZATIONS,
      reader.loginMethods,
    ),
    service_tokens: await read(
      "The service tokens",
      SERVICE_TOKENS,
      reader.serviceTokens,
    ),
    organization: await read(
      "The organization",
      ORGANIZATIONS,
      reader.organization,
    ),
  };
}

/** Whether to ask again hangs on what Cloudflare answered. */
function becauseOf(error: unknown): never {
  throw error instanceof NotKnown && error.cause !== undefined
    ? error.cause
    : error;
}
