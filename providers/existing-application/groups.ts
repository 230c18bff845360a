import { ProviderError, type Context } from "../../terraform-plugin/provider";
import type { Client } from "../tunnel-route/client";
import { isJsonObject, type JsonObject } from "../tunnel-route/json";
import { retry } from "../tunnel-route/retry";
import { GROUPS_BEFORE, policiesOf } from "./document";

/** Those of an account's groups that rules name, and that these name in turn. */
export function groupsNamedBy(
  sets: readonly JsonObject[],
  groups: readonly JsonObject[],
): JsonObject[] {
  const named = new Set<JsonObject>();
  const add = (set: JsonObject) => {
    for (const id of groupIdsIn(set))
      for (const group of groups)
        if (group["id"] === id && !named.has(group)) {
          named.add(group);
          add(group);
        }
  };
  sets.forEach(add);
  return [...named];
}

/**
 * What an application was, with the groups that its policies name as they were:
 * somebody may change those later.
 */
export async function withGroups(
  previous: JsonObject,
  accountId: string,
  context: Context<Client>,
): Promise<JsonObject> {
  const policies = policiesOf(previous);
  if (!policies.some((policy) => groupIdsIn(policy).length > 0))
    return previous;
  const { client, signal } = context;
  try {
    const all = await retry(
      () => client.applications.groups(accountId, signal),
      context,
      client.sleep,
    );
    const groups = groupsNamedBy(policies, all).map(
      ({ exclude, id, include, name, require }) => {
        return { id, name, include, require, exclude };
      },
    );
    return { ...previous, [GROUPS_BEFORE]: groups };
  } catch (error) {
    // A destroy then asks, as it is not known whom they let in.
    if (error instanceof ProviderError) return previous;
    throw error;
  }
}

/** Groups as they were before the first deploy, as far as that was noted. */
export function groupsBefore(previous: JsonObject): readonly JsonObject[] {
  const groups = previous[GROUPS_BEFORE];
  return Array.isArray(groups) ? groups.filter(isJsonObject) : [];
}

function groupIdsIn({ exclude, include, require }: JsonObject): unknown[] {
  return [include, require, exclude]
    .flatMap((rules) => (Array.isArray(rules) ? rules : []))
    .flatMap((rule) => (isJsonObject(rule) ? [rule["group"]] : []))
    .flatMap((group) => (isJsonObject(group) ? [group["id"]] : []));
}
