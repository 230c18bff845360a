import Cloudflare from "cloudflare";

/** A client of Cloudflare's API with the credentials of a deploy. */
export function cloudflareClient(env: NodeJS.ProcessEnv): Cloudflare {
  return new Cloudflare({
    apiToken: env.CLOUDFLARE_API_TOKEN,
    baseURL: env.CLOUDFLARE_BASE_URL || undefined,
  });
}

/** Terraform types of which an account may hold something left behind. */
export type AdoptableType =
  | "cloudflare_zero_trust_access_identity_provider"
  | "cloudflare_zero_trust_access_application"
  | "cloudflare_zero_trust_access_policy"
  | "cloudflare_zero_trust_access_service_token"
  | "cloudflare_dns_record";

/** How the objects of one type are told apart, listed and removed. */
export interface Adoptable {
  /** What people call it. */
  readonly kind: string;
  /** Values that make two objects the same to us. */
  readonly identity: readonly string[];
  list(client: Cloudflare, scope: Scope): Promise<Record<string, unknown>[]>;
  remove(client: Cloudflare, scope: Scope, id: string): Promise<unknown>;
  /** What `terraform import` takes; absent where importing makes no sense. */
  importId?(scope: Scope, id: string): string;
}

export interface Scope {
  readonly accountId: string;
  /** Of the record at hand; lists of other types don't need it. */
  readonly zoneId?: string;
}

/** In the order in which they can be removed. */
export const ADOPTABLE: Readonly<Record<AdoptableType, Adoptable>> = {
  cloudflare_dns_record: {
    kind: "DNS record",
    identity: ["name", "type", "content"],
    list: async (client, { zoneId = "" }) =>
      collect(client.dns.records.list({ zone_id: zoneId })),
    remove: (client, { zoneId = "" }, id) =>
      client.dns.records.delete(id, { zone_id: zoneId }),
    importId: ({ zoneId }, id) => `${zoneId}/${id}`,
  },
  cloudflare_zero_trust_access_application: {
    kind: "Access application",
    identity: ["domain"],
    list: async (client, { accountId }) =>
      collect(
        client.zeroTrust.access.applications.list({ account_id: accountId }),
      ),
    remove: (client, { accountId }, id) =>
      client.zeroTrust.access.applications.delete(id, {
        account_id: accountId,
      }),
    importId: ({ accountId }, id) => `accounts/${accountId}/${id}`,
  },
  cloudflare_zero_trust_access_policy: {
    kind: "Access policy",
    identity: ["name", "decision"],
    list: async (client, { accountId }) =>
      collect(client.zeroTrust.access.policies.list({ account_id: accountId })),
    remove: (client, { accountId }, id) =>
      client.zeroTrust.access.policies.delete(id, { account_id: accountId }),
    importId: ({ accountId }, id) => `${accountId}/${id}`,
  },
  cloudflare_zero_trust_access_service_token: {
    kind: "service token",
    identity: ["name"],
    list: async (client, { accountId }) =>
      collect(
        client.zeroTrust.access.serviceTokens.list({ account_id: accountId }),
      ),
    remove: (client, { accountId }, id) =>
      client.zeroTrust.access.serviceTokens.delete(id, {
        account_id: accountId,
      }),
    // Its secret was in the answer that got lost: no one can use it any more.
  },
  cloudflare_zero_trust_access_identity_provider: {
    kind: "login method",
    identity: ["name", "type"],
    list: async (client, { accountId }) =>
      collect(
        client.zeroTrust.identityProviders.list({ account_id: accountId }),
      ),
    remove: (client, { accountId }, id) =>
      client.zeroTrust.identityProviders.delete(id, {
        account_id: accountId,
      }),
    importId: ({ accountId }, id) => `accounts/${accountId}/${id}`,
  },
};

async function collect(
  pages: AsyncIterable<object>,
): Promise<Record<string, unknown>[]> {
  const objects: Record<string, unknown>[] = [];
  for await (const object of pages) objects.push({ ...object });
  return objects;
}
