import type Cloudflare from "cloudflare";
import type { Application, Group, Organization, Policy } from "../access/model";
import { withDefaults, type Defaults } from "../ingress/defaults";
import type { IngressRule } from "../ingress/rule";
import { codesOf, NOT_ENABLED, statusOf, twiceIfRefused } from "./api-errors";
import { readApiToken, type ApiToken } from "./api-token";
import type { DnsRecord, LoginMethod, TunnelSummary } from "./objects";
import type { TunnelConfiguration, TunnelWithRules } from "./objects";
import { NotKnown } from "./not-known";
import { testPolicies, type PolicyVerdict } from "./policy-test";
import { shared } from "./shared";
import { unreadable } from "./unreadable";

export interface AccountReaderOptions {
  /** How long what was read counts as known, in milliseconds. @default 1500 */
  readonly freshMs?: number;
}

/** Permissions to read, as the dashboard calls them. */
const APPS = "Access: Apps and Policies Read";
const ORGANIZATIONS =
  "Access: Organizations, Identity Providers, and Groups Read";
const TUNNELS = "Cloudflare Tunnel Read";

/** What a Cloudflare account holds. Every method throws NotKnown with the reason. */
export type AccountReader = ReturnType<typeof accountReader>;

/**
 * Reads an account by Cloudflare's API, and changes nothing in it: a policy
 * test leaves its own result only. What was read just now is not asked for
 * again, so that a hundred services cost few more calls than one.
 *
 * @see https://developers.cloudflare.com/api/
 */
export function accountReader(
  client: Cloudflare,
  accountId: string,
  { freshMs }: AccountReaderOptions = {},
) {
  const account = { account_id: accountId };
  const { access, identityProviders, organizations } = client.zeroTrust;
  const { cloudflared } = client.zeroTrust.tunnels;
  const answers = shared(freshMs);

  const apiToken = (): Promise<ApiToken> =>
    answers("API token", () => readApiToken(client, accountId));

  const read = <T>(
    what: string,
    permission: string,
    ask: () => Promise<T>,
  ): Promise<T> =>
    answers(what, () =>
      twiceIfRefused(ask).catch(async (error: unknown) => {
        throw await unreadable(what, permission, error, apiToken);
      }),
    );

  const zones = () =>
    read("zones", "Zone Read", () => collect(client.zones.list()));

  const tunnelsInFull = () =>
    read("tunnels", TUNNELS, () =>
      collect(cloudflared.list({ ...account, is_deleted: false })),
    );

  const tunnels = async () =>
    (await tunnelsInFull()).map((tunnel): TunnelSummary => ({
      id: tunnel.id ?? "",
      name: tunnel.name ?? "",
      status: tunnel.status,
      source: String("config_src" in tunnel && tunnel.config_src),
    }));

  const configurationInFull = ({
    id,
    name,
  }: Pick<TunnelSummary, "id" | "name">) =>
    read(`the configuration of the tunnel ${name}`, TUNNELS, async () => {
      try {
        return await cloudflared.configurations.get(id, account);
      } catch (error) {
        // Some tunnels that were never configured are answered so.
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    });

  async function tunnelConfiguration(
    tunnel: TunnelSummary,
  ): Promise<TunnelConfiguration> {
    const found = await configurationInFull(tunnel);
    const rules = found?.config?.ingress as IngressRule[] | undefined;
    return {
      source: found?.source ?? tunnel.source,
      rules: rules ?? undefined,
      defaults: found?.config?.originRequest as Defaults,
    };
  }

  const connectors = ({ id, name }: Pick<TunnelSummary, "id" | "name">) =>
    read(`the connectors of the tunnel ${name}`, TUNNELS, () =>
      collect(cloudflared.connections.get(id, account)),
    );

  const loginMethodsInFull = () =>
    read("login methods", ORGANIZATIONS, () =>
      collect(identityProviders.list(account)),
    );

  const recordsInFull = ({ id, name }: { id: string; name: string }) =>
    read(`DNS records of ${name}`, "DNS Read", () =>
      collect(client.dns.records.list({ zone_id: id })),
    );

  return {
    /** The API token as Cloudflare knows it. */
    apiToken,

    applications: () =>
      read(
        "applications",
        APPS,
        async () =>
          (await collect(
            access.applications.list(account),
          )) as readonly Application[],
      ),

    /** Where the connectors of a tunnel are on the internet: IPv4 or IPv6. */
    async connectorAddresses(
      tunnel: Pick<TunnelSummary, "id" | "name">,
    ): Promise<string[]> {
      const conns = (await connectors(tunnel)).flatMap(
        (client) => client.conns ?? [],
      );
      return [...new Set(conns.flatMap((conn) => conn.origin_ip ?? []))];
    },

    /** A tunnel's document and its version; undefined where it was never configured. */
    configurationInFull,

    /** What runs a tunnel. */
    connectors,
    /** The versions of cloudflared that run a tunnel, such as `2026.8.2`. */
    connectorVersions: async (tunnel: Pick<TunnelSummary, "id" | "name">) => {
      const found = (await connectors(tunnel)).flatMap(
        ({ version }) => version ?? [],
      );
      return [...new Set(found)];
    },

    groups: () =>
      read(
        "groups",
        ORGANIZATIONS,
        async () =>
          (await collect(access.groups.list(account))) as readonly Group[],
      ),

    loginMethods: async () =>
      (await loginMethodsInFull()).map(
        ({ config, id, name, type }): LoginMethod => ({
          id,
          name,
          type: String(type),
          clientId: (config as { client_id?: string } | undefined)?.client_id,
          config: { ...config },
        }),
      ),

    loginMethodsInFull,

    /** Undefined where Zero Trust was never switched on. */
    organization: () =>
      read("the organization", ORGANIZATIONS, async () => {
        try {
          const found = await organizations.list(account);
          return found?.auth_domain ? (found as Organization) : undefined;
        } catch (error) {
          if (codesOf(error).includes(NOT_ENABLED)) return undefined;
          if (statusOf(error) === 404) return undefined;
          throw error;
        }
      }),

    /** Those that several applications may have. */
    policies: () =>
      read(
        "policies",
        APPS,
        async () =>
          (await collect(access.policies.list(account))) as readonly Policy[],
      ),

    /** Has Cloudflare try policies on everyone who has logged in before. */
    policyTest: (policyIds: readonly string[]): Promise<PolicyVerdict[]> =>
      read(
        `the policy test of ${policyIds.join()}`,
        "Access: Policy Test Edit",
        () => testPolicies(client, accountId, policyIds),
      ),

    /** All records of the zone that a host lies in, in lower case. */
    async records(hostname: string): Promise<readonly DnsRecord[]> {
      const zone = (await zones())
        .filter(
          ({ account, name }) =>
            account.id === accountId && `.${hostname}`.endsWith(`.${name}`),
        )
        .sort((a, b) => b.name.length - a.name.length)[0];
      if (!zone) throw new NotKnown(`the account has no zone for ${hostname}`);
      return answers(`DNS records of ${zone.name} in lower case`, async () =>
        (await recordsInFull(zone)).map((record) => ({
          id: record.id,
          name: String(record.name).toLowerCase(),
          type: record.type,
          content: String(record.content).toLowerCase(),
          proxied: record.proxied === true,
        })),
      );
    },

    recordsInFull,

    serviceTokens: () =>
      read("service tokens", "Access: Service Tokens Read", () =>
        collect(access.serviceTokens.list(account)),
      ),

    /** Tags that applications may have. */
    tags: () => read("tags", APPS, () => collect(access.tags.list(account))),

    tunnelConfiguration,

    /** All tunnels that were not deleted. */
    tunnels,

    tunnelsInFull,

    /** The same, each with its public hostnames as the connector takes them. */
    tunnelsWithRules: (): Promise<readonly TunnelWithRules[]> =>
      answers("tunnels with rules", async () =>
        Promise.all(
          (await tunnels()).map(async (tunnel) => {
            const { defaults, rules = [] } = await tunnelConfiguration(tunnel);
            return {
              ...tunnel,
              rules: rules.map((rule) => withDefaults(rule, defaults)),
            };
          }),
        ),
      ),

    /** People who have logged in. */
    users: () =>
      read("people", "Access: Audit Logs Read", () =>
        collect(access.users.list(account)),
      ),

    /** All zones that the API token sees, those of other accounts too. */
    zones,
  };
}

async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of pages) all.push(one);
  return all;
}
