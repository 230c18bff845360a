import type { ApiCalls } from "../providers/tunnel-route/api-calls";
import type { TunnelRef } from "../providers/tunnel-route/api";
import {
  isJsonObject,
  numberOf,
  type JsonObject,
} from "../providers/tunnel-route/json";

/** The calls of a split that our provider does not make. */
export class SplitApi {
  constructor(
    private readonly calls: Pick<ApiCalls, "call">,
    private readonly accountId: string,
  ) {}

  async make(body: JsonObject): Promise<void> {
    await this.calls.call("POST", this.#path("access/apps"), body);
  }

  /**
   * The version of the tunnel's document that each connector says it goes by;
   * undefined for one that says none.
   *
   * @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/tunnels/subresources/cloudflared/subresources/connections/methods/get/
   */
  async connectors(
    { tunnelId }: TunnelRef,
    signal: AbortSignal,
  ): Promise<(number | undefined)[]> {
    const path = this.#path(
      `cfd_tunnel/${encodeURIComponent(tunnelId)}/connections`,
    );
    const found = await this.calls.call("GET", path, undefined, signal);
    return Array.isArray(found)
      ? found
          .filter(isJsonObject)
          .map(({ config_version: version }) => numberOf(version))
      : [];
  }

  #path(rest: string): string {
    return `/accounts/${encodeURIComponent(this.accountId)}/${rest}`;
  }
}
