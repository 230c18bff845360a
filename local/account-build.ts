import { checkProps } from "../base/check-props";
import { goDuration } from "../base/duration";
import { HOST_TYPES as HOST_RECORDS } from "../dns/record";
import { Account, type AccountOptions } from "./account";
import { HOST_TYPES } from "./account-file-references";
import { NEVER, ORGANIZATION_DEFAULTS } from "./account-defaults";
import type { AccountFile } from "./account-file-schema";
import type {
  Application,
  Organization,
  Tunnel,
  Zone,
  ServiceToken,
} from "./account-objects";

export type BuildOptions = Pick<AccountOptions, "now" | "newId" | "switches">;

/** Builds the account of a file in memory; what does not say when it was made was made "now". */
export function buildAccount(
  file: AccountFile,
  options: BuildOptions = {},
): Account {
  checkProps("buildAccount", file, ["account", "zones", "tunnels"]);
  const account = new Account({
    ...file.account,
    ...options,
    rehearsal: file.rehearsal,
    switches: { ...file.switches, ...options.switches },
  });
  addZones(account, file);
  for (const tunnel of file.tunnels) {
    account.tunnels.set(tunnel.id, newTunnel(account, tunnel));
  }
  addAccess(account, file);
  account.apiTokens.push(...structuredClone(file.api_tokens));
  account.people.push(...structuredClone(file.people));
  for (const user of file.users)
    account.users.set(user.email.toLowerCase(), { ...user });
  account.googleClients.push(...structuredClone(file.google_clients));
  return account;
}

function addZones(account: Account, file: AccountFile): void {
  const now = account.timestamp();
  for (const zone of file.zones) {
    account.zones.set(zone.id, newZone(account, zone));
  }
  for (const record of file.dns_records) {
    account.dnsRecords.set(record.id, {
      ...record,
      proxiable: HOST_RECORDS.includes(record.type),
      created_on: record.created_on ?? now,
      modified_on: record.modified_on ?? now,
    });
  }
}

function addAccess(account: Account, file: AccountFile): void {
  const now = account.timestamp();
  const made = { created_at: now, updated_at: now };
  account.organization = file.organization && newOrganization(file, now);
  for (const tag of file.tags) account.tags.add(tag);
  for (const provider of file.identity_providers) {
    const version = provider.version ?? account.newHexId();
    account.identityProviders.set(provider.id, { ...provider, version });
  }
  for (const group of file.groups) {
    account.groups.set(group.id, { ...made, ...group });
  }
  for (const policy of file.policies) {
    account.policies.set(policy.id, { ...made, ...policy });
  }
  for (const application of file.applications) {
    account.applications.set(application.id, {
      ...made,
      ...application,
      aud: application.aud ?? account.newHex64(),
      ...places(application),
      policies: application.policies
        .map((policy, index) =>
          typeof policy === "string"
            ? { id: policy, precedence: index + 1 }
            : policy,
        )
        .sort((a, b) => a.precedence - b.precedence),
    });
  }
  for (const token of file.service_tokens) {
    account.serviceTokens.set(token.id, newServiceToken(account, token));
  }
}

/** For those on a host each of the two ways of saying where follows from the other. */
function places({
  destinations,
  domain,
  type,
}: AccountFile["applications"][number]): Pick<
  Application,
  "domain" | "destinations"
> {
  if (destinations)
    return { destinations, domain: domain ?? destinations[0]?.uri };
  if (domain === undefined) return {};
  return HOST_TYPES.includes(type)
    ? { domain, destinations: [{ type: "public", uri: domain }] }
    : { domain };
}

function newTunnel(
  account: Account,
  { config_src, ...tunnel }: AccountFile["tunnels"][number],
): Tunnel {
  const now = account.timestamp();
  const never = { version: 0, config: null, source: config_src };
  const secret = Buffer.from(account.newHex64(), "hex").toString("base64");
  const created_at = tunnel.created_at ?? now;
  return {
    ...tunnel,
    created_at,
    tunnel_secret: tunnel.tunnel_secret ?? secret,
    configuration: { created_at, ...(tunnel.configuration ?? never) },
    connectors: tunnel.connectors.map((connector) => ({
      opened_at: now,
      ...connector,
    })),
  };
}

function newServiceToken(
  account: Account,
  token: AccountFile["service_tokens"][number],
): ServiceToken {
  const now = account.timestamp();
  const length = goDuration(token.duration);
  const expiry =
    length === undefined
      ? NEVER
      : new Date(Date.parse(now) + length)
          .toISOString()
          .replace(/\.\d+Z$/, "Z");
  return {
    ...token,
    client_id: token.client_id ?? `${account.newHexId()}.access`,
    client_secret: token.client_secret ?? account.newClientSecret(),
    expires_at: token.expires_at ?? expiry,
    created_at: token.created_at ?? now,
    updated_at: token.updated_at ?? now,
  };
}

function newOrganization(file: AccountFile, now: string): Organization {
  return {
    ...ORGANIZATION_DEFAULTS,
    created_at: now,
    updated_at: now,
    ...file.organization,
  } as Organization;
}

function newZone(account: Account, zone: AccountFile["zones"][number]): Zone {
  const now = account.timestamp();
  return {
    account: { id: account.id, name: account.name },
    name_servers: ["ada.ns.cloudflare.com", "bob.ns.cloudflare.com"],
    plan: { id: "0feeeeeeeeeeeeeeeeeeeeeeeeeeeeee", name: "Free Website" },
    created_on: now,
    modified_on: now,
    activated_on: zone.status === "active" ? now : null,
    ...zone,
  };
}
