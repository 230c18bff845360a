import { isJsonObject, type JsonObject } from "../tunnel-route/json";

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

export function groupIdsIn({
  exclude,
  include,
  require,
}: JsonObject): unknown[] {
  return [include, require, exclude]
    .flatMap((rules) => (Array.isArray(rules) ? rules : []))
    .flatMap((rule) => (isJsonObject(rule) ? [rule["group"]] : []))
    .flatMap((group) => (isJsonObject(group) ? [group["id"]] : []));
}
