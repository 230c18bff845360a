import type { ApiCalls } from "./api-calls";
import { CallFailure } from "./failure";
import { isJsonObject, type JsonObject } from "./json";

/** An account without Zero Trust has none of its objects yet. */
const NOT_ENABLED = 9999;

/** Zero Trust's objects of one kind, page by page. */
export async function readPages(
  calls: Pick<ApiCalls, "call">,
  path: string,
  perPage: number,
  signal?: AbortSignal,
): Promise<JsonObject[]> {
  const all = new Map<unknown, JsonObject>();
  for (let page = 1; ; page += 1) {
    const query = `page=${page}&per_page=${perPage}`;
    const found = await read(calls, `${path}?${query}`, signal);
    const before = all.size;
    for (const one of found) all.set(one["id"], one);
    // One who answers every page alike has no more.
    if (found.length < perPage || all.size === before) return [...all.values()];
  }
}

async function read(
  calls: Pick<ApiCalls, "call">,
  path: string,
  signal?: AbortSignal,
): Promise<JsonObject[]> {
  try {
    const result = await calls.call("GET", path, undefined, signal);
    return Array.isArray(result) ? result.filter(isJsonObject) : [];
  } catch (error) {
    if (error instanceof CallFailure && error.codes.includes(NOT_ENABLED))
      return [];
    throw error;
  }
}
