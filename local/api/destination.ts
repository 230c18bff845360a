import { isIP } from "node:net";
import type { Destination, Json } from "../account-objects";
import { invalidAccessRequest } from "./errors";
import { isObject, text } from "./fields";

/** What only a private destination has: a network or a host, and what narrows it. */
const PRIVATE = ["cidr", "hostname", "l4_protocol", "port_range", "vnet_id"];

/**
 * One destination of an application's body: a public host, or one that is
 * reached through a private network.
 *
 * @throws ApiError 12130 with what is wrong
 * @see https://github.com/cloudflare/terraform-provider-cloudflare/blob/v5.22.0/internal/services/zero_trust_access_application/schema.go
 */
export function readDestination(given: Json): Destination {
  if (!isObject(given)) throw invalidAccessRequest("destinations is invalid");
  const type = text(given.type)?.toLowerCase() ?? "public";
  const uri = text(given.uri);
  const own = PRIVATE.filter((name) => (given[name] ?? null) !== null);
  if (type === "public") {
    if (uri === undefined)
      throw invalidAccessRequest("a destination must have a uri");
    if (own.length > 0)
      throw invalidAccessRequest(`a public destination has no ${own[0]}`);
    return { ...given, type, uri };
  }
  if (type !== "private")
    throw invalidAccessRequest(`a destination can't be of the type ${type}`);
  if (uri !== undefined)
    throw invalidAccessRequest("a private destination has no uri");
  const [cidr, hostname] = [text(given.cidr), text(given.hostname)];
  if ((cidr === undefined) === (hostname === undefined))
    throw invalidAccessRequest(
      "a private destination must have a cidr or a hostname",
    );
  const protocol = text(given.l4_protocol)?.toLowerCase();
  if (protocol !== undefined && !["tcp", "udp"].includes(protocol))
    throw invalidAccessRequest("l4_protocol must be tcp or udp");
  if (
    given.port_range !== undefined &&
    !isPortRange(text(given.port_range) ?? "")
  )
    throw invalidAccessRequest("port_range must be a port or two");
  return { ...given, type, ...(cidr && { cidr: networkOf(cidr) }) };
}

function isPortRange(range: string): boolean {
  const [first, last = first, ...more] = range.split("-").map(Number);
  return (
    /^\d+(-\d+)?$/.test(range) &&
    more.length === 0 &&
    first !== undefined &&
    last !== undefined &&
    first >= 1 &&
    first <= last &&
    last <= 65_535
  );
}

/** A single address is a network of one. */
function networkOf(cidr: string): string {
  const [address = "", mask, ...more] = cidr.split("/");
  const version = isIP(address);
  const longest = version === 4 ? 32 : 128;
  const wrong =
    version === 0 ||
    more.length > 0 ||
    (mask !== undefined && (!/^\d+$/.test(mask) || Number(mask) > longest));
  if (wrong) throw invalidAccessRequest(`${cidr} is no network`);
  return `${address}/${mask ?? longest}`;
}
