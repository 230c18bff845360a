import type { Values } from "./adoptable";

/** Where an object belongs; Cloudflare does not repeat it in the object. */
const PLACE = new Set(["account_id", "zone_id"]);

/**
 * Whether an object says nothing else than a stack's configuration of it. What
 * only Terraform can work out, and what Cloudflare does not show, is not
 * compared.
 */
export function hasPlannedContent(planned: Values, object: Values): boolean {
  return Object.entries(planned).every(
    ([field, value]) => PLACE.has(field) || agrees(value, object[field]),
  );
}

function agrees(planned: unknown, found: unknown): boolean {
  if (planned === null || planned === undefined) return true;
  if (found === null || found === undefined) return true;
  if (typeof planned === "string" && planned.includes("${")) return true;
  if (Array.isArray(planned))
    return (
      Array.isArray(found) &&
      planned.length === found.length &&
      planned.every((one) => found.some((other) => agrees(one, other)))
    );
  if (typeof planned === "object")
    return (
      typeof found === "object" &&
      Object.entries(planned).every(([field, value]) =>
        agrees(value, (found as Values)[field]),
      )
    );
  return planned === found;
}
