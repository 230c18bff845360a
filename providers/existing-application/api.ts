import type { ApiCalls } from "../tunnel-route/api-calls";
import { CallFailure } from "../tunnel-route/failure";
import { isJsonObject, type JsonObject } from "../tunnel-route/json";

/**
 * The calls of Cloudflare's API that an existing application needs.
 *
 * @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/access/subresources/applications/
 */
export class ApplicationApi {
  constructor(private readonly calls: Pick<ApiCalls, "call">) {}

  /** Undefined where the account has no such application. */
  async get(
    accountId: string,
    id: string,
    signal?: AbortSignal,
  ): Promise<JsonObject | undefined> {
    try {
      const path = pathOf(accountId, id);
      const found = await this.calls.call("GET", path, undefined, signal);
      return isJsonObject(found) ? found : undefined;
    } catch (error) {
      if (error instanceof CallFailure && error.status === 404)
        return undefined;
      throw error;
    }
  }

  async put(accountId: string, id: string, body: JsonObject): Promise<void> {
    await this.calls.call("PUT", pathOf(accountId, id), body);
  }
}

function pathOf(accountId: string, id: string): string {
  const [account, application] = [accountId, id].map(encodeURIComponent);
  return `/accounts/${account}/access/apps/${application}`;
}
