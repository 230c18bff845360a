import type Cloudflare from "cloudflare";
import { TUNNEL_RECORD } from "../base/tunnel-record";

/** Fields of an object, of Cloudflare's or of a stack's configuration. */
export type Values = Readonly<Record<string, unknown>>;

/** An object of the account. */
export interface Found extends Values {
  readonly id: string;
}

/** One object that a stack has or is about to make. */
export interface Own {
  readonly address: string;
  readonly type: string;
  /** What its configuration says, without what Terraform has to work out. */
  readonly values: Values;
  /** Absent while the state does not know it. */
  readonly id?: string;
}

/** Terraform types of which an account may hold something left behind. */
export type AdoptableType =
  | "cloudflare_zero_trust_access_identity_provider"
  | "cloudflare_zero_trust_access_application"
  | "cloudflare_zero_trust_access_policy"
  | "cloudflare_zero_trust_access_group"
  | "cloudflare_zero_trust_access_service_token"
  | typeof TUNNEL_RECORD;

/** How the objects of one type are listed, told apart and removed. */
export interface Adoptable {
  /** What people call it. */
  readonly kind: string;
  list(client: Cloudflare, own: readonly Own[]): Promise<Found[]>;
  /** Whether an object is what a deploy of our own would have made. */
  alike(own: Values, object: Values): boolean;
  /** Its name and what else tells it apart, for people. */
  describe(object: Values): string;
  remove(client: Cloudflare, accountId: string, object: Found): Promise<void>;
  /** What `terraform import` takes. */
  importId(accountId: string, object: Found): string;
  /**
   * Whether it is worth having. Not so a service token: its secret was in the
   * answer that got lost.
   */
  readonly usable: boolean;
}

/** Users of others come first: what they are to become decides about those. */
export const ADOPTABLE: Readonly<Record<AdoptableType, Adoptable>> = {
  [TUNNEL_RECORD]: {
    kind: "DNS record",
    usable: true,
    list: dnsRecords,
    alike: (own, object) =>
      same("name", "type")(own, object) &&
      // It makes none.
      own.ownership !== "existing" &&
      // Where the record leads can't be told once its route has gone.
      (own.content === undefined
        ? /\.cfargotunnel\.com$/.test(String(object.content))
        : own.content === object.content),
    describe: ({ content, name, type }) => `${name} ${type} ${content}`,
    remove: async (client, _, { id, zone_id }) => {
      await client.dns.records.delete(id, { zone_id: String(zone_id) });
    },
    importId: (_, { id, zone_id }) => `${zone_id}/${id}`,
  },
  cloudflare_zero_trust_access_application: {
    kind: "application",
    usable: true,
    list: (client, own) => applications(client, accountOf(own)),
    alike: same("name", "domain", "type"),
    describe: ({ domain, name }) => `${name} (${domain})`,
    remove: async (client, account_id, { id }) => {
      await client.zeroTrust.access.applications.delete(id, { account_id });
    },
    importId: (accountId, { id }) => `accounts/${accountId}/${id}`,
  },
  cloudflare_zero_trust_access_policy: {
    kind: "policy",
    usable: true,
    list: (client, own) => policies(client, accountOf(own)),
    alike: same("name", "decision"),
    describe: ({ decision, name }) => `${name} (${decision})`,
    remove: async (client, account_id, { id }) => {
      await client.zeroTrust.access.policies.delete(id, { account_id });
    },
    importId: (accountId, { id }) => `${accountId}/${id}`,
  },
  cloudflare_zero_trust_access_group: {
    kind: "group",
    usable: true,
    list: (client, own) => groups(client, accountOf(own)),
    alike: same("name"),
    describe: ({ name }) => String(name),
    remove: async (client, account_id, { id }) => {
      await client.zeroTrust.access.groups.delete(id, { account_id });
    },
    importId: (accountId, { id }) => `accounts/${accountId}/${id}`,
  },
  cloudflare_zero_trust_access_service_token: {
    kind: "service token",
    usable: false,
    list: async (client, own) =>
      collect(
        client.zeroTrust.access.serviceTokens.list({
          account_id: accountOf(own),
        }),
      ),
    alike: same("name"),
    describe: ({ name }) => String(name),
    remove: async (client, account_id, { id }) => {
      await client.zeroTrust.access.serviceTokens.delete(id, { account_id });
    },
    importId: (accountId, { id }) => `accounts/${accountId}/${id}`,
  },
  cloudflare_zero_trust_access_identity_provider: {
    kind: "login method",
    usable: true,
    list: async (client, own) =>
      collect(
        client.zeroTrust.identityProviders.list({ account_id: accountOf(own) }),
      ),
    alike: (own, object) =>
      same("name", "type")(own, object) &&
      clientId(own.config) === clientId(object.config),
    describe: ({ name, type }) => `${name} (${type})`,
    remove: async (client, account_id, { id }) => {
      await client.zeroTrust.identityProviders.delete(id, { account_id });
    },
    importId: (accountId, { id }) => `accounts/${accountId}/${id}`,
  },
};

/** Everything of an account that can name one of the objects above. */
export async function usersIn(
  client: Cloudflare,
  accountId: string,
): Promise<readonly Found[]> {
  return [
    ...(await applications(client, accountId)),
    ...(await policies(client, accountId)),
    ...(await groups(client, accountId)),
  ];
}

/** The account that a stack's objects belong to. */
export function accountOf(own: readonly Own[]): string {
  const ids = own.map(({ values }) => values.account_id);
  return String(ids.find((id) => typeof id === "string"));
}

function applications(client: Cloudflare, account_id: string) {
  return collect(client.zeroTrust.access.applications.list({ account_id }));
}

function policies(client: Cloudflare, account_id: string) {
  return collect(client.zeroTrust.access.policies.list({ account_id }));
}

function groups(client: Cloudflare, account_id: string) {
  return collect(client.zeroTrust.access.groups.list({ account_id }));
}

/** The records that have a name of ours, each with its zone. */
async function dnsRecords(
  client: Cloudflare,
  own: readonly Own[],
): Promise<Found[]> {
  const zones = await collect(
    client.zones.list({ account: { id: accountOf(own) } }),
  );
  const found: Found[] = [];
  for (const { type, values } of own) {
    const name = String(values.name);
    const zone = zones
      .filter((zone) => `.${name}`.endsWith(`.${zone.name}`))
      .sort((a, b) => String(b.name).length - String(a.name).length)[0];
    if (type !== TUNNEL_RECORD || !zone) continue;
    const records = await collect(
      client.dns.records.list({ zone_id: zone.id, name: { exact: name } }),
    );
    found.push(...records.map((record) => ({ ...record, zone_id: zone.id })));
  }
  return found;
}

function same(...fields: string[]): Adoptable["alike"] {
  return (own, object) =>
    fields.every(
      (field) => own[field] !== undefined && own[field] === object[field],
    );
}

function clientId(config: unknown): unknown {
  return (config as { client_id?: unknown } | undefined)?.client_id;
}

async function collect(pages: AsyncIterable<object>): Promise<Found[]> {
  const objects: Found[] = [];
  for await (const object of pages)
    objects.push({ ...object, id: String((object as { id?: unknown }).id) });
  return objects;
}
