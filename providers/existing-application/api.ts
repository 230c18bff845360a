import type { ApiCalls } from "../tunnel-route/api-calls";
import { CallFailure } from "../tunnel-route/failure";
import { isJsonObject, type JsonObject } from "../tunnel-route/json";
import { readPages } from "../tunnel-route/pages";

/** As many as Cloudflare's own default: most accounts are read in one call. */
const PER_PAGE = 1000;

/**
 * The calls of Cloudflare's API about applications that are there already.
 *
 * @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/access/subresources/applications/
 */
export class ApplicationApi {
  constructor(private readonly calls: Pick<ApiCalls, "call">) {}

  /** Undefined where the account has no such application. */
  get(
    accountId: string,
    id: string,
    signal?: AbortSignal,
  ): Promise<JsonObject | undefined> {
    return this.#find(pathOf(accountId, "apps", id), signal);
  }

  list(accountId: string, signal?: AbortSignal): Promise<JsonObject[]> {
    const path = `/accounts/${encodeURIComponent(accountId)}/access/apps`;
    return readPages(this.calls, path, PER_PAGE, signal);
  }

  /** Those that several applications may list, with whom they admit. */
  policies(accountId: string, signal?: AbortSignal): Promise<JsonObject[]> {
    const path = `/accounts/${encodeURIComponent(accountId)}/access/policies`;
    return readPages(this.calls, path, PER_PAGE, signal);
  }

  /** What policies name to say whom they admit. */
  groups(accountId: string, signal?: AbortSignal): Promise<JsonObject[]> {
    const path = `/accounts/${encodeURIComponent(accountId)}/access/groups`;
    return readPages(this.calls, path, PER_PAGE, signal);
  }

  /** Whether the account still has what an application names. */
  async has(
    accountId: string,
    kind: Named,
    id: string,
    signal?: AbortSignal,
  ): Promise<boolean> {
    const path = pathOf(accountId, kind, id);
    return (await this.#find(path, signal)) !== undefined;
  }

  async put(accountId: string, id: string, body: JsonObject): Promise<void> {
    await this.calls.call("PUT", pathOf(accountId, "apps", id), body);
  }

  async #find(
    path: string,
    signal?: AbortSignal,
  ): Promise<JsonObject | undefined> {
    try {
      const found = await this.calls.call("GET", path, undefined, signal);
      return isJsonObject(found) ? found : undefined;
    } catch (error) {
      if (error instanceof CallFailure && error.status === 404)
        return undefined;
      throw error;
    }
  }
}

/** What an application names by ids, as Cloudflare's paths call it. */
export type Named = "policies" | "identity_providers";

function pathOf(accountId: string, kind: "apps" | Named, id: string): string {
  const [account, object] = [accountId, id].map(encodeURIComponent);
  return `/accounts/${account}/access/${kind}/${object}`;
}
