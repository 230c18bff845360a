import type { ApiCalls } from "./api-calls";
import { CallFailure } from "./failure";
import { isJsonObject, type JsonObject } from "./json";

/** An account without Zero Trust has none of its objects yet. */
const NOT_ENABLED = 9999;

/** All pages of one of Zero Trust's lists, in a call for each. */
export async function readPages(
  calls: Pick<ApiCalls, "call">,
  path: string,
  perPage: number,
  signal?: AbortSignal,
): Promise<JsonObject[]> {
  const all: JsonObject[] = [];
  for (let page = 1; ; page += 1) {
    const query = `page=${page}&per_page=${perPage}`;
    const found = await read(calls, `${path}?${query}`, signal);
    all.push(...found);
    if (found.length < perPage) return all;
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
