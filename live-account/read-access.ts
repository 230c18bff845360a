import type Cloudflare from "cloudflare";
import type { Account, ServiceToken } from "../access/model";
import { patiently, type Patience } from "./patience";
import { refusal } from "./refusal";

/** What decides who gets in, and who is who. */
export interface LiveAccount extends Account {
  readonly service_tokens: readonly (ServiceToken & {
    readonly client_id?: string | null;
  })[];
}

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
  patience: Patience,
): Promise<LiveAccount> {
  const { access, identityProviders, organizations } = client.zeroTrust;
  const at = { account_id: accountId };

  async function read<T>(
    what: string,
    permission: string,
    ask: (options: { signal: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    try {
      return await patiently(ask, patience);
    } catch (error) {
      throw refusal(error, `${what} can't be read`, permission);
    }
  }

  const ORGANIZATIONS =
    "Access: Organizations, Identity Providers, and Groups Read";
  return {
    applications: await read(
      "The applications",
      "Access: Apps and Policies Read",
      async (options) =>
        (await collect(
          access.applications.list(at, options),
        )) as Account["applications"],
    ),
    groups: await read(
      "The groups",
      ORGANIZATIONS,
      async (options) =>
        (await collect(access.groups.list(at, options))) as Account["groups"],
    ),
    identity_providers: await read(
      "The login methods",
      ORGANIZATIONS,
      async (options) =>
        (await collect(
          identityProviders.list(at, options),
        )) as Account["identity_providers"],
    ),
    service_tokens: await read(
      "The service tokens",
      "Access: Service Tokens Read",
      (options) => collect(access.serviceTokens.list(at, options)),
    ),
    organization: await read(
      "The organization",
      ORGANIZATIONS,
      async (options) =>
        (await organizations.list(at, options)) as Account["organization"],
    ),
  };
}

export async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of pages) all.push(one);
  return all;
}
