import type { Account } from "../local/account";
import type { Person } from "../local/account-objects";
import { UsageError } from "../settings";

/** Who plays which part in a rehearsal on an account. */
export interface Cast {
  readonly zone: string;
  readonly tunnel: string;
  readonly apiToken: string;
  readonly google: { readonly clientId: string; readonly clientSecret: string };
  /** Named by the policy. */
  readonly allowed: Person;
  /** Has a Google account and no business here. */
  readonly other: Person;
}

/**
 * Casts the parts: the first zone, tunnel, token and Google client of the
 * account, its first person as the one who may get in, its last as the other.
 *
 * @throws UsageError naming all that the account lacks
 */
export function cast(account: Account): Cast {
  const [zone] = account.zones.values();
  const [tunnel] = account.tunnels.values();
  const [token] = account.apiTokens;
  const [client] = account.googleClients;
  const allowed = account.people[0];
  const other = account.people.at(-1);
  const faults = [
    !zone && "it has no zone",
    !tunnel && "it has no tunnel",
    !token && "it has no API token",
    !client && "it has no Google client",
    (!allowed || allowed === other) &&
      "it needs two people: one who gets in and one who does not",
  ].filter((fault) => typeof fault === "string");
  if (!zone || !tunnel || !token || !client || !allowed || !other || faults[0])
    throw new UsageError("Account of the rehearsal", faults);
  return {
    zone: zone.name,
    tunnel: tunnel.name,
    apiToken: token.value,
    google: {
      clientId: client.client_id,
      clientSecret: client.client_secret,
    },
    allowed,
    other,
  };
}

/** The host that main.ts gives to ComfyUI. */
export function serviceHost(account: Account): string {
  return `comfyui.${cast(account).zone}`;
}

export function hasRecord(account: Account, host: string): boolean {
  return [...account.dnsRecords.values()].some(({ name }) => name === host);
}
