import type Cloudflare from "cloudflare";
import { accountReader, type AccountReader } from "../account/account-reader";
import { NotKnown } from "../account/not-known";
import { UsageError } from "../base/usage-error";
import type { AccountState, ServiceToken, Tunnel } from "./change";
import { inlineToReferences } from "./merge";

/**
 * Reads all of an account that decides who reaches what, and changes nothing
 * in it. An API token with read permissions is enough. Lists of people and
 * addresses are left out: a decision that hangs on one is in doubt. A record of
 * any zone can lead to a tunnel, so the records of all zones are read.
 *
 * @throws UsageError naming everything that can't be read
 * @see https://developers.cloudflare.com/api/
 */
export async function readAccount(
  client: Cloudflare,
  accountId: string,
): Promise<AccountState> {
  const account = accountReader(client, accountId, { freshMs: Infinity });
  const faults: string[] = [];
  const orFault = <T>(read: Promise<T>): Promise<T | undefined> =>
    read.catch((error: unknown) => {
      if (!(error instanceof NotKnown)) throw error;
      faults.push(error.message);
      return undefined;
    });
  const check = () => {
    if (faults.length > 0) throw new UsageError("Account", faults.sort());
  };

  const [
    applications = [],
    policies = [],
    groups = [],
    loginMethods = [],
    tokens = [],
    organization,
    tunnels = [],
    zones = [],
  ] = await Promise.all([
    orFault(account.applications()),
    orFault(account.policies()),
    orFault(account.groups()),
    orFault(account.loginMethods()),
    orFault(account.serviceTokens() as Promise<readonly ServiceToken[]>),
    orFault(account.organization()),
    orFault(readTunnels(account)),
    orFault(account.zones()),
  ]);
  check();
  const own = zones.filter((zone) => zone.account.id === accountId);
  const state = {
    access: {
      id: accountId,
      applications,
      policies,
      groups,
      identity_providers: loginMethods,
      service_tokens: tokens,
      organization,
    },
    tokens,
    tunnels,
    zones: own.map(({ name }) => name),
    zoneNames: Object.fromEntries(own.map(({ id, name }) => [id, name])),
  };
  const records = await Promise.all(
    state.zones.map((zone) => orFault(account.records(zone))),
  );
  check();
  return inlineToReferences({
    ...state,
    records: records
      .flatMap((found) => found ?? [])
      .map(({ id = "", ...record }) => ({ id, ...record })),
  });
}

async function readTunnels(account: AccountReader): Promise<Tunnel[]> {
  return Promise.all(
    (await account.tunnels()).map(async (tunnel) => {
      const {
        defaults,
        rules = [],
        source,
      } = await account.tunnelConfiguration(tunnel);
      const { id, name } = tunnel;
      return {
        id,
        name,
        rules,
        ...(defaults && { defaults }),
        source: source === "local" ? "local" : "cloudflare",
      };
    }),
  );
}
