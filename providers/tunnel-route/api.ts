import type { TunnelConfig } from "./document";
import type { ApiCalls } from "./api-calls";
import { CallFailure } from "./failure";
import { isJsonObject, numberOf } from "./json";

export interface TunnelRef {
  readonly accountId: string;
  readonly tunnelId: string;
}

/** A tunnel's configuration as it stands. */
export interface Configuration {
  /** One more with every write; 0 where there was none. */
  readonly version: number;
  /** `null`: never written. */
  readonly config: TunnelConfig | null;
  /** `local`: the connector reads a file on its host instead. */
  readonly source: string;
}

/** The API has this code for a tunnel whose configuration was never written. */
const NEVER_CONFIGURED = 1055;

/**
 * The calls of Cloudflare's API that a route needs. Each is one request; every
 * failure is a `CallFailure`.
 */
export class TunnelApi {
  constructor(private readonly calls: ApiCalls) {}

  /** `undefined`: the account has no such tunnel. */
  async getTunnel(
    tunnel: TunnelRef,
    signal?: AbortSignal,
  ): Promise<{ name: string; deletedAt: string | null } | undefined> {
    const result = await this.#unlessMissing(
      this.calls.call("GET", pathOf(tunnel), undefined, signal),
    );
    if (!isJsonObject(result)) return undefined;
    const deletedAt = result["deleted_at"];
    return {
      name: String(result["name"]),
      deletedAt: typeof deletedAt === "string" ? deletedAt : null,
    };
  }

  /** `undefined`: the account has no such tunnel. */
  async getConfiguration(
    tunnel: TunnelRef,
    signal?: AbortSignal,
  ): Promise<Configuration | undefined> {
    const path = `${pathOf(tunnel)}/configurations`;
    try {
      return configuration(
        await this.calls.call("GET", path, undefined, signal),
      );
    } catch (error) {
      if (!(error instanceof CallFailure) || error.status !== 404) throw error;
      return error.codes.includes(NEVER_CONFIGURED)
        ? { version: 0, config: null, source: "cloudflare" }
        : undefined;
    }
  }

  /**
   * Replaces the whole configuration; answers with its new version. `null`
   * asks for a tunnel without one, which Cloudflare may refuse.
   */
  async putConfiguration(
    tunnel: TunnelRef,
    config: TunnelConfig | null,
  ): Promise<number> {
    const path = `${pathOf(tunnel)}/configurations`;
    return configuration(await this.calls.call("PUT", path, { config }))
      .version;
  }

  async #unlessMissing<T>(call: Promise<T>): Promise<T | undefined> {
    try {
      return await call;
    } catch (error) {
      if (error instanceof CallFailure && error.status === 404)
        return undefined;
      throw error;
    }
  }
}

function pathOf({ accountId, tunnelId }: TunnelRef): string {
  const [account, tunnel] = [accountId, tunnelId].map(encodeURIComponent);
  return `/accounts/${account}/cfd_tunnel/${tunnel}`;
}

function configuration(result: unknown): Configuration {
  const { version, config, source } = isJsonObject(result) ? result : {};
  return {
    version: numberOf(version) ?? 0,
    config: isJsonObject(config) ? config : null,
    source: typeof source === "string" ? source : "cloudflare",
  };
}
