import Cloudflare from "cloudflare";
import type * as access from "../access/model";
import type { IngressRule } from "../ingress/rule";
import { publicDestinations } from "../access/match-application";
import { parseUri } from "../access/path-pattern";
import { UsageError } from "../settings";
import type { AccountState, DnsRecord, ServiceToken, Tunnel } from "./change";
import { inlineToReferences } from "./merge";

/**
 * Reads all of an account that decides who reaches what, by Cloudflare's API,
 * and changes nothing in it. An API token with read permissions is enough.
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
  const account = { account_id: accountId };
  const { access, identityProviders, organizations, tunnels } =
    client.zeroTrust;
  const read = reader();
  const [
    applications,
    policies,
    groups,
    loginMethods,
    tokens,
    organization,
    live,
    zones,
  ] = await Promise.all([
    read("applications", () => collect(access.applications.list(account))),
    read("policies", () => collect(access.policies.list(account))),
    read("groups", () => collect(access.groups.list(account))),
    read("login methods", () => collect(identityProviders.list(account))),
    read("service tokens", () => collect(access.serviceTokens.list(account))),
    read("the organisation", () => organizations.list(account)),
    read("tunnels", () => readTunnels(tunnels, account)),
    read("zones", () =>
      collect(client.zones.list({ account: { id: accountId } })),
    ),
  ]);
  read.check();
  const serviceTokens = (tokens ?? []) as readonly ServiceToken[];
  const state = {
    access: {
      applications: applications as readonly access.Application[],
      policies: policies as readonly access.Policy[],
      groups: groups as readonly access.Group[],
      identity_providers: (loginMethods ?? []).map(({ id, name, type }) => ({
        id,
        name,
        type: String(type),
      })),
      service_tokens: serviceTokens,
      organization: organization as access.Organization | undefined,
    },
    tokens: serviceTokens,
    tunnels: live ?? [],
    zones: (zones ?? []).map(({ name }) => name),
  };
  const wanted = new Set([...hosts, ...hostsOf(state)].map(zoneOf));
  function zoneOf(host: string): string | undefined {
    return state.zones
      .filter((zone) => `.${host}`.endsWith(`.${zone}`))
      .sort((a, b) => b.length - a.length)[0];
  }
  const records = await Promise.all(
    (zones ?? [])
      .filter(({ name }) => wanted.has(name))
      .map(({ id, name }) =>
        read(`DNS records of ${name}`, () => readRecords(client, id)),
      ),
  );
  read.check();
  return inlineToReferences({
    ...state,
    records: records.flatMap((found) => found ?? []),
  });
}

async function readTunnels(
  { cloudflared }: Cloudflare["zeroTrust"]["tunnels"],
  account: { account_id: string },
): Promise<Tunnel[]> {
  const live = await collect(
    cloudflared.list({ ...account, is_deleted: false }),
  );
  return Promise.all(
    live.map(async ({ id = "", name = "" }) => {
      const found = await cloudflared.configurations
        .get(id, account)
        .catch(noneIfMissing);
      const rules = (found?.config?.ingress ?? []) as IngressRule[];
      const source = found?.source === "local" ? "local" : "cloudflare";
      return { id, name, rules, source };
    }),
  );
}

async function readRecords(
  client: Cloudflare,
  zoneId: string,
): Promise<DnsRecord[]> {
  const records = await collect(
    client.dns.records.list({ zone_id: zoneId, per_page: 5000 }),
  );
  return records.map((record) => ({
    id: record.id,
    name: String(record.name).toLowerCase(),
    type: record.type,
    content: String(record.content).toLowerCase(),
    proxied: record.proxied === true,
  }));
}

/** Every host that an application or a rule names, without wildcards. */
function hostsOf({
  access,
  tunnels,
}: Pick<AccountState, "access" | "tunnels">): string[] {
  return [
    ...access.applications.flatMap(publicHosts),
    ...tunnels.flatMap(({ rules }) =>
      rules.flatMap(({ hostname }) => hostname ?? []),
    ),
  ].map((host) => host.replace(/^\*\./, ""));
}

function publicHosts(application: access.Application): string[] {
  return publicDestinations(application).map(
    ({ uri }) => parseUri(uri ?? "").host,
  );
}

/** Runs reads and remembers which of them were refused. */
function reader() {
  const faults: string[] = [];
  async function read<T>(
    what: string,
    ask: () => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Cloudflare.APIError)) throw error;
      const [first] = error.errors;
      faults.push(
        error.status === undefined
          ? `can't read ${what}: Cloudflare's API can't be reached`
          : `can't read ${what}: Cloudflare answered ${error.status}${first ? `, ${first.message}` : ""}: give the API token read permission for it`,
      );
      return undefined;
    }
  }
  read.check = () => {
    if (faults.length > 0) throw new UsageError("Account", faults);
  };
  return read;
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
