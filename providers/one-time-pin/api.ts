import type { ApiCalls } from "../tunnel-route/api-calls";
import { CallFailure } from "../tunnel-route/failure";
import { isJsonObject } from "../tunnel-route/json";

/** The one-time PIN of an account. */
export interface Pin {
  readonly id: string;
  /** What people call it in the dashboard. */
  readonly name: string;
  readonly config: object;
}

const TYPE = "onetimepin";
const PER_PAGE = 100;

/**
 * The calls of Cloudflare's API that a one-time PIN needs.
 *
 * @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/identity_providers/
 */
export class PinApi {
  constructor(private readonly calls: Pick<ApiCalls, "call">) {}

  /** The account's, of which there is one at most. */
  async find(
    accountId: string,
    signal?: AbortSignal,
  ): Promise<Pin | undefined> {
    for (let page = 1; ; page += 1) {
      const path = `${pathOf(accountId)}?page=${page}&per_page=${PER_PAGE}`;
      const result = await this.calls.call("GET", path, undefined, signal);
      const methods = Array.isArray(result) ? result.filter(isJsonObject) : [];
      const found = methods.find(({ type }) => type === TYPE);
      if (found)
        return {
          id: String(found["id"]),
          name: String(found["name"]),
          config: isJsonObject(found["config"]) ? found["config"] : {},
        };
      if (methods.length < PER_PAGE) return undefined;
    }
  }

  /** @returns its id */
  async create(accountId: string, name: string): Promise<string> {
    const body = { name, type: TYPE, config: {} };
    const made = await this.calls.call("POST", pathOf(accountId), body);
    return String(isJsonObject(made) ? made["id"] : undefined);
  }

  async rename(accountId: string, pin: Pin, name: string): Promise<void> {
    const body = { name, type: TYPE, config: pin.config };
    await this.calls.call("PUT", `${pathOf(accountId)}/${pin.id}`, body);
  }

  /** Does nothing where it is gone already. */
  async remove(accountId: string, id: string): Promise<void> {
    try {
      await this.calls.call("DELETE", `${pathOf(accountId)}/${id}`);
    } catch (error) {
      if (!(error instanceof CallFailure) || error.status !== 404) throw error;
    }
  }
}

function pathOf(accountId: string): string {
  return `/accounts/${encodeURIComponent(accountId)}/access/identity_providers`;
}
