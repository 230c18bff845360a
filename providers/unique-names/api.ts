import type { ApiCalls } from "../tunnel-route/api-calls";
import { readPages } from "../tunnel-route/pages";

/** Something that people find by its name. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

/** What the account has a list of: login methods or groups. */
export type Listed = "identity_providers" | "groups";

const PER_PAGE = 100;

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
    const path = `/accounts/${encodeURIComponent(accountId)}/access/${listed}`;
    const all = await readPages(this.calls, path, PER_PAGE, signal);
    return all.map(({ id, name }) => ({ id: String(id), name: String(name) }));
  }
}
