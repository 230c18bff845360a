import { setTimeout as sleep } from "node:timers/promises";
import Cloudflare from "cloudflare";
import type { Application, Organization } from "../access/model";
import type { IngressRule } from "../ingress/rule";
import { shared } from "./shared";

/** A tunnel with its public hostnames. */
export interface Tunnel {
  readonly id: string;
  readonly name: string;
  /** Empty where it was never configured, or is configured on its host. */
  readonly rules: readonly IngressRule[];
}

/** A DNS record, as far as it says where a name leads. */
export interface DnsRecord {
  readonly name: string;
  readonly type: string;
  readonly content: string;
  readonly proxied: boolean;
}

export interface ServiceToken {
  readonly clientId: string;
  /** ISO 8601; undefined for a token that is valid for ever. */
  readonly expiresAt?: string;
}

/** Something of the account can't be read; the message says why. */
export class NotReadable extends Error {
  override readonly name = "NotReadable";
}

/** What some policies would do with someone who has logged in before. */
export interface PolicyVerdict {
  readonly email: string;
  readonly verdict: "approved" | "blocked" | "error";
}

/** What a Cloudflare account holds. Every method throws NotReadable. */
export interface AccountReader {
  applications(): Promise<readonly Application[]>;
  organization(): Promise<Organization>;
  tunnels(): Promise<readonly Tunnel[]>;
  /** All records of the zone that a host lies in. */
  records(hostname: string): Promise<readonly DnsRecord[]>;
  serviceTokens(): Promise<readonly ServiceToken[]>;
  /** Has Cloudflare try policies on everyone who has logged in before. */
  policyTest(policyIds: readonly string[]): Promise<readonly PolicyVerdict[]>;
}

/** A test takes seconds for a few people, and minutes for thousands. */
const TEST_LOOKS = 20;
const TEST_PAUSE_MS = 1000;

/**
 * Reads an account by Cloudflare's API, and changes nothing in it: a policy
 * test leaves its own result only. What was read just now is not asked for
 * again, so that a hundred services cost no more calls than one.
 *
 * @see https://developers.cloudflare.com/api/
 */
export function accountReader(
  client: Cloudflare,
  accountId: string,
): AccountReader {
  const account = { account_id: accountId };
  const { access, organizations, tunnels } = client.zeroTrust;
  const answers = shared();
  const read = <T>(what: string, ask: () => Promise<T>): Promise<T> =>
    answers(what, () => ask().catch(unreadable(what)));

  return {
    applications: () =>
      read(
        "applications",
        async () =>
          (await collect(
            access.applications.list(account),
          )) as readonly Application[],
      ),

    organization: () =>
      read(
        "the organisation",
        async () => (await organizations.list(account)) as Organization,
      ),

    tunnels: () =>
      read("tunnels", async () => {
        const { configurations } = tunnels.cloudflared;
        const live = await collect(
          tunnels.cloudflared.list({ ...account, is_deleted: false }),
        );
        return Promise.all(
          live.map(async ({ id = "", name = "" }) => {
            const found = await configurations
              .get(id, account)
              .catch(noneIfMissing);
            const rules = (found?.config?.ingress ?? []) as IngressRule[];
            return { id, name, rules };
          }),
        );
      }),

    records: async (hostname) => {
      const zones = await read("zones", () =>
        collect(client.zones.list({ account: { id: accountId } })),
      );
      const zone = zones
        .filter(({ name }) => `.${hostname}`.endsWith(`.${name}`))
        .sort((a, b) => b.name.length - a.name.length)[0];
      if (!zone)
        throw new NotReadable(`the account has no zone for ${hostname}`);
      return read(`DNS records of ${zone.name}`, async () => {
        const records = await collect(
          client.dns.records.list({ zone_id: zone.id }),
        );
        return records.map((record) => ({
          name: String(record.name).toLowerCase(),
          type: record.type,
          content: String(record.content).toLowerCase(),
          proxied: record.proxied === true,
        }));
      });
    },

    serviceTokens: () =>
      read("service tokens", async () => {
        const tokens = await collect(access.serviceTokens.list(account));
        return tokens.map(({ client_id, expires_at }) => ({
          clientId: client_id ?? "",
          expiresAt: expires_at ?? undefined,
        }));
      }),

    policyTest: (policyIds) =>
      read(`the policy test of ${policyIds.join()}`, async () => {
        const { policyTests } = access.applications;
        const { id = "" } = await policyTests.create({
          ...account,
          policies: [...policyIds],
        });
        for (let look = 0; look < TEST_LOOKS; look++) {
          const { status } = await policyTests.get(id, account);
          if (status === "complete") {
            const users = await collect(policyTests.users.list(id, account));
            return users.map(({ email = "", status = "error" }) => ({
              email,
              verdict: status,
            }));
          }
          if (status !== "processing") break;
          await sleep(TEST_PAUSE_MS);
        }
        throw new NotReadable("Cloudflare did not finish the policy test");
      }),
  };
}

async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of pages) all.push(one);
  return all;
}

/** Some tunnels that were never configured are answered with 404. */
function noneIfMissing(error: unknown): undefined {
  if (error instanceof Cloudflare.NotFoundError) return undefined;
  throw error;
}

function unreadable(what: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof Cloudflare.APIError)) throw error;
    const [first] = error.errors;
    const answer =
      error.status === undefined
        ? "Cloudflare's API can't be reached"
        : `Cloudflare answered ${error.status}${first ? `, ${first.message}` : ""}`;
    throw new NotReadable(`can't read ${what}: ${answer}`, { cause: error });
  };
}
