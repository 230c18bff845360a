import { isIPv4, isIPv6 } from "node:net";
import type { AccessRule, Json, JsonObject } from "../account-objects";
import { invalidAccessRequest } from "./errors";
import { isObject } from "./fields";

/** The three lists of rules that policies and groups have. */
export interface RuleLists {
  include: AccessRule[];
  exclude: AccessRule[];
  require: AccessRule[];
}

/**
 * Reads `include`, `exclude` and `require` of a body.
 *
 * @throws ApiError 12130 unless each rule has exactly one selector and there is
 * at least one to include
 */
export function readRules(body: JsonObject): RuleLists {
  const lists = {
    include: readList(body.include),
    exclude: readList(body.exclude),
    require: readList(body.require),
  };
  if (lists.include.length === 0) {
    throw invalidAccessRequest("include must contain at least one rule");
  }
  return lists;
}

function readList(list: Json | undefined): AccessRule[] {
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw invalidAccessRequest("rules must be a list");
  return list.map((rule) => {
    const [selector, value, ...more] = isObject(rule)
      ? Object.entries(rule)
          .filter(([, value]) => value !== null)
          .flat()
      : [];
    if (typeof selector !== "string" || !isObject(value) || more.length > 0) {
      throw invalidAccessRequest("each rule must have exactly one selector");
    }
    return { [selector]: selector === "ip" ? withMask(value) : { ...value } };
  });
}

/** A bare address comes back as a network of one. */
function withMask(value: JsonObject): JsonObject {
  const { ip } = value;
  if (typeof ip !== "string") return value;
  if (isIPv4(ip)) return { ...value, ip: `${ip}/32` };
  if (isIPv6(ip)) return { ...value, ip: `${ip}/128` };
  return { ...value };
}

/** Whether a rule anywhere in the lists names this id under this selector. */
export function names(
  lists: RuleLists,
  selector: string,
  field: string,
  id: string,
): boolean {
  return [lists.include, lists.exclude, lists.require]
    .flat()
    .some((rule) => rule[selector]?.[field] === id);
}
