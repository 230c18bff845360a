import type { Account } from "../local/account";
import type { Person, RehearsalSettings } from "../local/account-objects";
import { UsageError } from "../base/usage-error";

/** Who plays which part in a rehearsal on an account. */
export interface Cast {
  readonly zone: string;
  readonly tunnel: string;
  readonly apiToken: string;
  readonly google: { readonly clientId: string; readonly clientSecret: string };
  readonly loginMethod: {
    readonly name: string;
    /** Undefined: the stacks make none. */
    readonly googleClientId?: string;
  };
  readonly allowedEmails: readonly string[];
  readonly allowedEmailDomains: readonly string[];
  /** Named by the policy. */
  readonly allowed: Person;
  /** Has a Google account and no business here. */
  readonly other: Person;
}

/**
 * Casts the parts as the account's file says, else: the first zone, tunnel,
 * token and Google client of the account, its first person as the one who may
 * get in. Its last person is the other.
 *
 * @throws UsageError naming all that the account lacks
 */
export function cast(account: Account): Cast {
  const { rehearsal } = account;
  const zone = named(account.zones.values(), rehearsal?.zone);
  const tunnel = named(account.tunnels.values(), rehearsal?.tunnel);
  const [token] = account.apiTokens;
  const clientId = rehearsal?.google_client_id;
  const client = account.googleClients.find(
    ({ client_id }) => client_id === (clientId ?? client_id),
  );
  const allowed = account.people.find(admittedBy(rehearsal));
  const other = account.people.at(-1);
  const lacks = (what: string, name?: string) =>
    `it has no ${what}${name === undefined ? "" : ` "${name}", which its "rehearsal" names`}`;
  const faults = [
    !zone && lacks("zone", rehearsal?.zone),
    !tunnel && lacks("tunnel", rehearsal?.tunnel),
    !token && "it has no API token",
    !client && lacks("Google client", clientId ?? undefined),
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
    loginMethod: {
      name: rehearsal?.login_method ?? "Google",
      googleClientId: clientId === null ? undefined : client.client_id,
    },
    allowedEmails: rehearsal?.allowed_emails ?? [allowed.email],
    allowedEmailDomains: rehearsal?.allowed_email_domains ?? [],
    allowed,
    other,
  };
}

function named<T extends { name: string }>(
  objects: Iterable<T>,
  name: string | undefined,
): T | undefined {
  return [...objects].find((one) => one.name === (name ?? one.name));
}

/** Whether the settings of a rehearsal name a person; without any, everyone is. */
function admittedBy(
  rehearsal: RehearsalSettings | undefined,
): (person: Person) => boolean {
  const emails = rehearsal?.allowed_emails ?? [];
  const domains = rehearsal?.allowed_email_domains ?? [];
  return ({ email }) =>
    emails.length + domains.length === 0 ||
    emails.includes(email) ||
    domains.some((domain) => email.endsWith(`@${domain}`));
}

/** The host that main.ts gives to ComfyUI. */
export function serviceHost(account: Account): string {
  return `comfyui.${cast(account).zone}`;
}

export function hasRecord(account: Account, host: string): boolean {
  return [...account.dnsRecords.values()].some(({ name }) => name === host);
}
