import { isIPv4, isIPv6 } from "node:net";
import { HOST_TYPES } from "../../dns/record";
import type { DnsRecord, JsonObject, Zone } from "../account-objects";
import { ApiError } from "./envelope";
import { isObject, text } from "./fields";

const TYPES = [
  ...HOST_TYPES,
  "CAA",
  "HTTPS",
  "MX",
  "NS",
  "PTR",
  "SRV",
  "SVCB",
  "TXT",
];

/** What Cloudflare has besides. */
const OTHER_TYPES = [
  "CERT",
  "DNSKEY",
  "DS",
  "LOC",
  "NAPTR",
  "OPENPGPKEY",
  "SMIMEA",
  "SSHFP",
  "TLSA",
  "URI",
];

/**
 * In which order the data of a record makes its content. The priority of SRV is
 * an attribute of the record, as MX has it.
 *
 * @see https://github.com/cloudflare/terraform-provider-cloudflare/blob/v5.22.0/internal/services/dns_record/resource_test.go
 */
const CONTENT: Readonly<Record<string, readonly string[]>> = {
  CAA: ["flags", "tag", "value"],
  HTTPS: ["priority", "target", "value"],
  SRV: ["weight", "port", "target"],
  SVCB: ["priority", "target", "value"],
};

/** Characters of a comment on the Free plan. */
const MAX_COMMENT = 100;

export type DnsSettings = Omit<
  DnsRecord,
  | "id"
  | "zone_id"
  | "created_on"
  | "modified_on"
  | "comment_modified_on"
  | "tags_modified_on"
>;

/**
 * Reads a record's body.
 *
 * @throws ApiError 9000 to 9300 with what is wrong; 501 for types that are not here
 * @see https://developers.cloudflare.com/api/resources/dns/subresources/records/
 */
export function readRecord(body: JsonObject, zone: Zone): DnsSettings {
  const type = text(body.type)?.toUpperCase() ?? "";
  if (OTHER_TYPES.includes(type)) {
    throw new ApiError(501, 0, `the local Cloudflare has no ${type} records`);
  }
  if (!TYPES.includes(type)) {
    throw new ApiError(400, 9000, "DNS record type is invalid.");
  }
  const name = text(body.name);
  if (name === undefined) {
    throw new ApiError(400, 9000, "DNS name is invalid.");
  }
  const content = readContent(type, body);

  const proxiable = HOST_TYPES.includes(type);
  const proxied = body.proxied === true;
  if (proxied && !proxiable) {
    throw new ApiError(400, 9004, "This record type cannot be proxied.");
  }
  const ttl = body.ttl ?? 1;
  if (typeof ttl !== "number" || !(ttl === 1 || (ttl >= 60 && ttl <= 86400))) {
    throw new ApiError(
      400,
      9021,
      "Invalid TTL. Must be between 60 and 86,400 seconds, or 1 for Automatic.",
    );
  }
  const comment = text(body.comment) ?? null;
  if (comment !== null && comment.length > MAX_COMMENT) {
    throw new ApiError(
      400,
      9300,
      `DNS record comment is too long: the limit is ${MAX_COMMENT} characters.`,
    );
  }
  return {
    name: wholeName(name, zone),
    type,
    content,
    proxiable,
    proxied,
    // A proxied record is always "automatic".
    ttl: proxied ? 1 : ttl,
    settings: isObject(body.settings) ? body.settings : {},
    meta: {},
    comment,
    tags: Array.isArray(body.tags)
      ? body.tags.filter((tag) => typeof tag === "string")
      : [],
    ...(typeof body.priority === "number" && { priority: body.priority }),
    ...(isObject(body.data) && { data: body.data }),
  };
}

/** `@` and `app` are the zone's name and `app` below it. */
function wholeName(name: string, zone: Zone): string {
  const lower = name.toLowerCase().replace(/\.$/, "");
  if (lower === "@" || lower === zone.name) return zone.name;
  return lower.endsWith(`.${zone.name}`) ? lower : `${lower}.${zone.name}`;
}

function readContent(type: string, body: JsonObject): string {
  const given = text(body.content);
  if (given === undefined) {
    // SRV, CAA and their like are written as data.
    const { data } = body;
    if (isObject(data))
      return (CONTENT[type] ?? Object.keys(data))
        .flatMap((name) => (data[name] === undefined ? [] : String(data[name])))
        .join(" ");
    throw new ApiError(400, 9000, "DNS record content is missing.");
  }
  if (type === "A" && !isIPv4(given)) {
    throw new ApiError(
      400,
      9005,
      "Content for A record must be a valid IPv4 address.",
    );
  }
  if (type === "AAAA" && !isIPv6(given)) {
    throw new ApiError(
      400,
      9006,
      "Content for AAAA record must be a valid IPv6 address.",
    );
  }
  if (type === "CNAME" && /[\s/:]/.test(given)) {
    throw new ApiError(400, 9007, "Content for CNAME record is invalid.");
  }
  return type === "CNAME" ? given.toLowerCase().replace(/\.$/, "") : given;
}
