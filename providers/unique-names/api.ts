import type { ApiCalls } from "../tunnel-route/api-calls";
import { CallFailure } from "../tunnel-route/failure";
import { isJsonObject } from "../tunnel-route/json";

/** Something that people find by its name. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

/** What the account has a list of: login methods or groups. */
export type Listed = "identity_providers" | "groups";

const PER_PAGE = 100;

/** An account without Zero Trust has none of these yet. */
const NOT_ENABLED = 9999;

/**
 * Lists of an account's objects with their names.
 *
 * @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/identity_providers/
 * @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/access/subresources/groups/
 */
export class NamesApi {
  constructor(private readonly calls: Pick<ApiCalls, "call">) {}

  async list(
    accountId: string,
    listed: Listed,
    signal?: AbortSignal,
  ): Promise<Named[]> {
    const all: Named[] = [];
    for (let page = 1; ; page += 1) {
      const path = `/accounts/${encodeURIComponent(accountId)}/access/${listed}?page=${page}&per_page=${PER_PAGE}`;
      const result = await this.#get(path, signal);
      const found = Array.isArray(result) ? result.filter(isJsonObject) : [];
      all.push(
        ...found.map(({ id, name }) => ({
          id: String(id),
          name: String(name),
        })),
      );
      if (found.length < PER_PAGE) return all;
    }
  }

  async #get(path: string, signal?: AbortSignal): Promise<unknown> {
    try {
      return await this.calls.call("GET", path, undefined, signal);
    } catch (error) {
      if (error instanceof CallFailure && error.codes.includes(NOT_ENABLED))
        return [];
      throw error;
    }
  }
}
