import Cloudflare from "cloudflare";
import type { Application, Group } from "../access/model";
import type { IngressRule } from "../ingress/rule";
import type { Settings } from "../settings";
import {
  codesOf,
  NOT_ENABLED,
  statusOf,
  twiceIfRefused,
  unreadable,
} from "./api-errors";
import { readApiToken, type ApiToken } from "./api-token";
import { NotKnown } from "./check";

/** A tunnel's document; no rules where it was never written. */
export interface TunnelConfiguration {
  readonly source: string;
  /** Undefined where the tunnel was never configured. */
  readonly rules?: readonly IngressRule[];
}

/**
 * What the account holds, each thing read at most once and none of it changed.
 * Every method throws NotKnown with the reason where it can't be read.
 */
export class AccountReader {
  readonly #reads = new Map<string, Promise<unknown>>();

  constructor(
    readonly client: Cloudflare,
    readonly settings: Settings,
  ) {}

  /** The API token as Cloudflare knows it. */
  apiToken(): Promise<ApiToken> {
    return this.#once("API token", () =>
      readApiToken(this.client, this.settings.accountId),
    );
  }

  /** Undefined where Zero Trust was never switched on. */
  organization() {
    return this.#read("The organization", async () => {
      try {
        const found = await this.client.zeroTrust.organizations.list(this.#id);
        return found?.auth_domain ? found : undefined;
      } catch (error) {
        if (codesOf(error).includes(NOT_ENABLED)) return undefined;
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    });
  }

  /** For example `team.cloudflareaccess.com`. */
  async teamDomain(): Promise<string> {
    const organization = await this.organization();
    if (organization?.auth_domain) return organization.auth_domain;
    throw new NotKnown("Zero Trust is not switched on, so there is no team");
  }

  /** All zones of that name that the token sees, whosever they are. */
  zonesNamed() {
    return this.#read("Zones", () =>
      collect(this.client.zones.list({ name: this.settings.zone })),
    );
  }

  async zoneId(): Promise<string> {
    const { accountId, zone } = this.settings;
    const zones = await this.zonesNamed();
    const here = zones.find(({ account }) => account.id === accountId);
    if (here) return here.id;
    throw new NotKnown(`The zone ${zone} was not found in the account`);
  }

  /** All tunnels that were not deleted. */
  tunnels() {
    return this.#read("Tunnels", () =>
      collect(
        this.client.zeroTrust.tunnels.cloudflared.list({
          ...this.#id,
          is_deleted: false,
        }),
      ),
    );
  }

  async tunnel() {
    const name = this.settings.tunnel;
    const tunnels = await this.tunnels();
    const found = tunnels.find((tunnel) => tunnel.name === name);
    if (found?.id) return { ...found, id: found.id };
    throw new NotKnown(`The tunnel ${name} was not found in the account`);
  }

  async configuration(): Promise<TunnelConfiguration> {
    const { id, ...tunnel } = await this.tunnel();
    return this.#read("The tunnel's configuration", async () => {
      const { configurations } = this.client.zeroTrust.tunnels.cloudflared;
      const source = String("config_src" in tunnel && tunnel.config_src);
      try {
        const found = await configurations.get(id, this.#id);
        const rules = found.config?.ingress as IngressRule[] | undefined;
        return { source: found.source ?? source, rules: rules ?? undefined };
      } catch (error) {
        // Some tunnels that were never configured are answered so.
        if (statusOf(error) === 404) return { source };
        throw error;
      }
    });
  }

  applications(): Promise<readonly Application[]> {
    return this.#read("Applications", async () => {
      const pages = this.client.zeroTrust.access.applications.list(this.#id);
      return (await collect(pages)) as readonly Application[];
    });
  }

  loginMethods() {
    return this.#read("Login methods", async () => {
      const pages = this.client.zeroTrust.identityProviders.list(this.#id);
      return (await collect(pages)).map(({ config, id, name, type }) => ({
        id,
        name,
        type: String(type),
        clientId: (config as { client_id?: string } | undefined)?.client_id,
      }));
    });
  }

  serviceTokens() {
    return this.#read("Service tokens", () =>
      collect(this.client.zeroTrust.access.serviceTokens.list(this.#id)),
    );
  }

  groups(): Promise<readonly Group[]> {
    return this.#read("Groups", async () => {
      const pages = this.client.zeroTrust.access.groups.list(this.#id);
      return (await collect(pages)) as readonly Group[];
    });
  }

  /** People who have logged in. */
  users() {
    return this.#read("People", () =>
      collect(this.client.zeroTrust.access.users.list(this.#id)),
    );
  }

  /** Records with exactly this name. */
  async records(name: string) {
    const zone_id = await this.zoneId();
    return this.#read(`DNS records of ${name}`, () =>
      collect(this.client.dns.records.list({ zone_id, name: { exact: name } })),
    );
  }

  get #id() {
    return { account_id: this.settings.accountId };
  }

  #read<T>(what: string, ask: () => Promise<T>): Promise<T> {
    return this.#once(what, async () => {
      const { status } = await this.apiToken();
      if (status !== "active")
        throw new NotKnown(`The API token is ${status}: nothing can be read`);
      return twiceIfRefused(ask).catch((error) => {
        throw unreadable(`${what} can't be read`, error);
      });
    });
  }

  #once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#reads.get(key) as Promise<T> | undefined;
    const asked = known ?? ask();
    this.#reads.set(key, asked);
    return asked;
  }
}

async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of pages) all.push(one);
  return all;
}
