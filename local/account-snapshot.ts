import type { Account } from "./account";

/** Kind of object -> id -> the object as its owner sees it. */
export type AccountSnapshot = Record<string, unknown>;

/** Keeps secrets out: they are not visible, and a snapshot gets printed. */
const SECRETS = new Set([
  "client_secret",
  "previous_client_secret",
  "tunnel_secret",
  "value",
]);

/** @see Account.snapshot */
export function snapshot(account: Account): AccountSnapshot {
  const visible = {
    account: { id: account.id, name: account.name },
    organization: account.organization,
    zones: byId(account.zones),
    dns_records: byId(account.dnsRecords),
    tunnels: byId(account.tunnels),
    identity_providers: byId(account.identityProviders),
    applications: byId(account.applications),
    policies: byId(account.policies),
    groups: byId(account.groups),
    service_tokens: byId(account.serviceTokens),
    tags: [...account.tags],
    api_tokens: byId(new Map(account.apiTokens.map((t) => [t.id, t]))),
  };
  return JSON.parse(JSON.stringify(visible)) as AccountSnapshot;
}

function byId<T extends object>(
  objects: Map<string, T>,
): Record<string, object> {
  return Object.fromEntries(
    [...objects].map(([id, object]) => [id, withoutSecrets(object)]),
  );
}

function withoutSecrets(object: object): object {
  return Object.fromEntries(
    Object.entries(object).filter(([key]) => !SECRETS.has(key)),
  );
}
