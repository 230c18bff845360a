import { oncePer } from "../base/once-per";
import { DnsNames } from "../dns/dns-names";
import type { AccountReader } from "./account-reader";
import { NotKnown } from "./not-known";
import type { DnsRecord } from "./objects";

/** The reader answers with the same records for as long as they are fresh. */
const namesOf = oncePer(
  (records: readonly DnsRecord[]) => new DnsNames(records),
);

/**
 * The DNS names of the zone that a host lies in, and of those other zones of
 * the account to which its CNAMEs lead.
 *
 * @throws NotKnown where the account has no zone for the host, or it can't be read
 */
export async function namesAround(
  host: string,
  account: Pick<AccountReader, "records">,
): Promise<DnsNames<DnsRecord>> {
  const own = await account.records(host);
  const zones = [own];
  for (;;) {
    const names =
      zones.length === 1 ? namesOf(own) : new DnsNames(zones.flat());
    const destination = names.destination(host);
    if (destination.kind !== "server") return names;
    const next = await zoneOf(destination.address, account);
    const known = new Set(zones.flat().map(({ id }) => id));
    if (next.every(({ id }) => known.has(id))) return names;
    zones.push(next);
  }
}

/** Nothing of a name that lies in no zone of the account, or of an address. */
async function zoneOf(
  name: string,
  account: Pick<AccountReader, "records">,
): Promise<readonly DnsRecord[]> {
  try {
    return await account.records(name);
  } catch (error) {
    if (error instanceof NotKnown) return [];
    throw error;
  }
}
