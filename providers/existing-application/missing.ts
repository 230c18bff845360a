import type { Context } from "../../terraform-plugin/provider";
import type { ObjectValue } from "../../terraform-plugin/value";
import type { Client } from "../tunnel-route/client";
import { retry } from "../tunnel-route/retry";
import { namedBy } from "./document";

/** Ids of what it named, and somebody has deleted since: Cloudflare takes no write with it. */
export async function missingOf(
  state: ObjectValue,
  context: Context<Client>,
): Promise<ReadonlySet<string>> {
  const { client, signal } = context;
  const accountId = String(state["account_id"]);
  const missing = new Set<string>();
  for (const [kind, id] of namedBy(state)) {
    const has = () => client.applications.has(accountId, kind, id, signal);
    if (!(await retry(has, context, client.sleep))) missing.add(id);
  }
  return missing;
}
