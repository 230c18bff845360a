import { ProviderError } from "../../terraform-plugin/provider";
import type { ObjectValue } from "../../terraform-plugin/value";

/** What an object belongs to; `either` names one of the two. */
export type Owner = "account" | "zone" | "either" | "none";

/** The attributes that are part of the path of a call and never of a body. */
export const OWNER_IDS = ["account_id", "zone_id"];

/** The beginning of the path of every call: `accounts/<id>/`. */
export function ownerPath(owner: Owner, values: ObjectValue): string {
  if (owner === "none") return "";
  const { account_id, zone_id } = values;
  const inAccount =
    owner === "account" ||
    (owner === "either" && (account_id ?? null) !== null);
  const [kind, id] = inAccount ? ["accounts", account_id] : ["zones", zone_id];
  return `${kind}/${encodeURIComponent(String(id ?? ""))}/`;
}

/**
 * Reads the id of an import.
 *
 * @param idName how the documentation names the object's own id, such as `app_id`
 * @throws ProviderError that names the format
 */
export function parseImportId(
  text: string,
  owner: Owner,
  idName: string,
): ObjectValue {
  const kinds = "{accounts|zones}/{account_id|zone_id}";
  const format =
    owner === "either" ? `<${kinds}>/<${idName}>` : `<${owner}_id>/<${idName}>`;
  const segments = text.split("/").map(decodeURIComponent);
  const expected = owner === "either" ? 3 : 2;
  if (segments.length !== expected)
    throw new ProviderError(
      "invalid ID",
      `expected urlencoded segments "${format}", got "${text}"`,
    );
  const id = segments.at(-1) ?? "";
  const ownerId = segments.at(-2) ?? "";
  if (owner !== "either") return { [`${owner}_id`]: ownerId, id };
  const kind = segments[0] ?? "";
  if (kind !== "accounts" && kind !== "zones")
    throw new ProviderError(
      `invalid discriminator segment - <${kinds}>`,
      "expected discriminator to be one of {accounts|zones}",
    );
  return { [kind === "accounts" ? "account_id" : "zone_id"]: ownerId, id };
}
