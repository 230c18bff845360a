import { isLosslessNumber } from "lossless-json";
import { ONE_TIME_PIN } from "../base/one-time-pin";
import { placeholderId } from "../constructs/placeholder";
import { resourcesOf, type Plan } from "./change";
import { isObject } from "./references";

/**
 * Plans in which what one stack has yet to make and another looked up by name
 * has the same id in both.
 */
export function withPlannedIds(plans: readonly Plan[]): readonly Plan[] {
  const ids = new Map<string, string>();
  for (const { after } of resourcesOf(plans, "login_method"))
    if (after?.id && after.name)
      ids.set(
        placeholderId(
          "login method",
          after.type === "onetimepin" ? ONE_TIME_PIN : after.name,
        ),
        after.id,
      );
  for (const { after } of resourcesOf(plans, "group"))
    if (after?.id && after.name)
      ids.set(placeholderId("Access group", after.name), after.id);
  return plans.map((plan) => ({
    ...plan,
    resources: plan.resources.map((resource) => ({
      ...resource,
      ...(resource.after && { after: replaced(resource.after, ids) }),
    })) as Plan["resources"],
  }));
}

function replaced<T>(value: T, ids: ReadonlyMap<string, string>): T;
function replaced(value: unknown, ids: ReadonlyMap<string, string>): unknown {
  if (typeof value === "string") return ids.get(value) ?? value;
  if (Array.isArray(value)) return value.map((part) => replaced(part, ids));
  // A number of a tunnel's document is an object of a class.
  if (isObject(value) && !isLosslessNumber(value))
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [key, replaced(part, ids)]),
    );
  return value;
}
