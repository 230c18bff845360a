import type { ApiCalls } from "../tunnel-route/api-calls";
import { CallFailure } from "../tunnel-route/failure";
import { isJsonObject } from "../tunnel-route/json";

/** A tunnel of an account. */
export interface Tunnel {
  readonly id: string;
  readonly name: string;
}

/**
 * The calls of Cloudflare's API that a tunnel's own life needs.
 *
 * @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/tunnels/subresources/cloudflared/
 */
export class ManagedTunnelApi {
  constructor(private readonly calls: Pick<ApiCalls, "call">) {}

  /** The one of a name, which no two have at a time. */
  async find(
    accountId: string,
    name: string,
    signal?: AbortSignal,
  ): Promise<Tunnel | undefined> {
    const path = `${pathOf(accountId)}?is_deleted=false&name=${encodeURIComponent(name)}`;
    const result = await this.calls.call("GET", path, undefined, signal);
    const tunnels = Array.isArray(result) ? result.filter(isJsonObject) : [];
    const found = tunnels.find((one) => one["name"] === name);
    return found && { id: String(found["id"]), name };
  }

  /** Undefined where it is gone. */
  async get(
    accountId: string,
    id: string,
    signal?: AbortSignal,
  ): Promise<Tunnel | undefined> {
    const found = await this.#unlessGone(
      this.calls.call("GET", pathOf(accountId, id), undefined, signal),
    );
    return isJsonObject(found) && typeof found["deleted_at"] !== "string"
      ? { id, name: String(found["name"]) }
      : undefined;
  }

  /**
   * @param secret 32 bytes in Base64
   * @returns its id
   */
  async create(
    accountId: string,
    name: string,
    secret: string,
  ): Promise<string> {
    const made = await this.calls.call("POST", pathOf(accountId), {
      name,
      config_src: "cloudflare",
      tunnel_secret: secret,
    });
    return String(isJsonObject(made) ? made["id"] : undefined);
  }

  async rename(accountId: string, id: string, name: string): Promise<void> {
    await this.calls.call("PATCH", pathOf(accountId, id), { name });
  }

  /** What a connector runs with: whoever has it can be one. */
  async token(accountId: string, id: string): Promise<string> {
    const path = `${pathOf(accountId, id)}/token`;
    return String(await this.calls.call("GET", path));
  }

  /** How many connectors are on it. */
  async connectors(accountId: string, id: string): Promise<number> {
    const path = `${pathOf(accountId, id)}/connections`;
    const found = await this.#unlessGone(this.calls.call("GET", path));
    return Array.isArray(found) ? found.length : 0;
  }

  /** Does nothing where it is gone already. */
  async remove(accountId: string, id: string): Promise<void> {
    await this.#unlessGone(this.calls.call("DELETE", pathOf(accountId, id)));
  }

  async #unlessGone<T>(call: Promise<T>): Promise<T | undefined> {
    try {
      return await call;
    } catch (error) {
      if (error instanceof CallFailure && error.status === 404)
        return undefined;
      throw error;
    }
  }
}

function pathOf(accountId: string, id?: string): string {
  const path = `/accounts/${encodeURIComponent(accountId)}/cfd_tunnel`;
  return id === undefined ? path : `${path}/${encodeURIComponent(id)}`;
}
