import type Cloudflare from "cloudflare";
import type { Settings } from "../settings";
import { accountReader, type AccountReader } from "./account-reader";
import { NotKnown } from "./not-known";

/** The account, and what of it the settings name. */
export type NamedAccount = ReturnType<typeof namedAccount>;

/**
 * Reads the account that the settings are about, each thing once. Every method
 * throws NotKnown with the reason where something can't be read or is not there.
 */
export function namedAccount(client: Cloudflare, settings: Settings) {
  const { accountId } = settings;
  return named(
    accountReader(client, accountId, { freshMs: Infinity }),
    client,
    settings,
  );
}

/** The same account, what was read of it included, with another tunnel or zone. */
export function withNames(
  { client, reader, settings }: NamedAccount,
  names: Pick<Settings, "tunnel" | "zone">,
): NamedAccount {
  return named(reader, client, { ...settings, ...names });
}

function named(reader: AccountReader, client: Cloudflare, settings: Settings) {
  const { accountId, tunnel: tunnelName, zone: zoneName } = settings;
  const tunnel = async () => {
    const found = (await reader.tunnels()).find(
      ({ name }) => name === tunnelName,
    );
    if (found) return found;
    throw new NotKnown(`the tunnel ${tunnelName} was not found in the account`);
  };
  const zonesNamed = async () =>
    (await reader.zones()).filter(({ name }) => name === zoneName);
  return {
    ...reader,
    reader,
    client,
    settings,

    /** The tunnel that the settings name. */
    tunnel,

    /** That tunnel's document. */
    configuration: async () => reader.tunnelConfiguration(await tunnel()),

    /** Records with exactly this name. */
    recordsNamed: async (name: string) =>
      (await reader.records(name)).filter((record) => record.name === name),

    /** For example `team.cloudflareaccess.com`. */
    async teamDomain(): Promise<string> {
      const organization = await reader.organization();
      if (organization?.auth_domain) return organization.auth_domain;
      throw new NotKnown("Zero Trust is not switched on, so there is no team");
    },

    /** All zones of the settings' name that the token sees, whosever they are. */
    zonesNamed,

    async zoneId(): Promise<string> {
      const here = (await zonesNamed()).find(
        ({ account }) => account.id === accountId,
      );
      if (here) return here.id;
      throw new NotKnown(`the zone ${zoneName} was not found in the account`);
    },
  };
}
