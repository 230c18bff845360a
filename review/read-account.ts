import type Cloudflare from "cloudflare";
import { publicDestinations } from "../access/match-application";
import { parseUri } from "../access/path-pattern";
import { accountReader, type AccountReader } from "../account/account-reader";
import { NotKnown } from "../account/not-known";
import { UsageError } from "../settings";
import type { AccountState, ServiceToken, Tunnel } from "./change";
import { inlineToReferences } from "./merge";

/**
 * Reads all of an account that decides who reaches what, and changes nothing
 * in it. An API token with read permissions is enough. Lists of people and
 * addresses are left out: a decision that hangs on one is in doubt.
 *
 * @param hosts host names that the plans are about; the zones of these and of
 * all hosts that the account protects or routes are read
 * @throws UsageError naming everything that can't be read
 * @see https://developers.cloudflare.com/api/
 */
export async function readAccount(
  client: Cloudflare,
  accountId: string,
  hosts: readonly string[],
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
  const state = {
    access: {
      applications,
      policies,
      groups,
      identity_providers: loginMethods,
      service_tokens: tokens,
      organization,
    },
    tokens,
    tunnels,
    zones: zones
      .filter((zone) => zone.account.id === accountId)
      .map(({ name }) => name),
  };
  const wanted = new Set(
    [...hosts, ...hostsOf(state)].map((host) => zoneOf(host, state.zones)),
  );
  const records = await Promise.all(
    state.zones
      .filter((zone) => wanted.has(zone))
      .map((zone) => orFault(account.records(zone))),
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
      const { rules = [], source } = await account.tunnelConfiguration(tunnel);
      const { id, name } = tunnel;
      return {
        id,
        name,
        rules,
        source: source === "local" ? "local" : "cloudflare",
      };
    }),
  );
}

/** Every host that an application or a rule names, without wildcards. */
function hostsOf({
  access,
  tunnels,
}: Pick<AccountState, "access" | "tunnels">): string[] {
  return [
    ...access.applications.flatMap((application) =>
      publicDestinations(application).map(
        ({ uri }) => parseUri(uri ?? "").host,
      ),
    ),
    ...tunnels.flatMap(({ rules }) =>
      rules.flatMap(({ hostname }) => hostname ?? []),
    ),
  ].map((host) => host.replace(/^\*\./, ""));
}

/** The nearest zone that a host lies in. */
function zoneOf(host: string, zones: readonly string[]): string | undefined {
  return zones
    .filter((zone) => `.${host}`.endsWith(`.${zone}`))
    .sort((a, b) => b.length - a.length)[0];
}
