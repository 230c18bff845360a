/** One entry of Cloudflare's log of who came to log in, as far as it says. */
export interface LogEntry {
  /** ISO 8601. */
  readonly at: string;
  /** An e-mail address, or a service token's client id; empty where neither is in the log. */
  readonly who: string;
  readonly kind: "person" | "machine";
  /** Of the service token, where the log has its id. */
  readonly tokenId?: string;
  readonly result: "allowed" | "denied" | "logged out";
  /** Kind of the login method: `google`, `onetimepin`; `nonidentity` for machines. */
  readonly connection: string;
  /** Two letters. @default - the log does not say */
  readonly country?: string;
  readonly ip: string;
  readonly appId: string;
  /** Host and path of the application, without a scheme. */
  readonly domain: string;
  readonly rayId: string;
}

/**
 * A row as the API answers it. The country is in the log and not in the API's
 * description, so it may be missing.
 *
 * @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/access/subresources/logs/subresources/access_requests/methods/list/
 */
export interface AccessRequestRow {
  readonly action?: string;
  readonly allowed?: boolean;
  readonly app_domain?: string;
  readonly app_uid?: string;
  readonly connection?: string;
  readonly country?: string;
  readonly created_at?: string;
  readonly ip_address?: string;
  readonly ray_id?: string;
  readonly user_email?: string;
}

/** How Cloudflare writes that it does not know a country. */
const UNKNOWN_COUNTRY = "XX";

/** What machines have for a login method. */
export const NON_IDENTITY = "nonidentity";

export function toEntry(row: AccessRequestRow): LogEntry {
  const { connection = "", created_at = "", user_email: who = "" } = row;
  return {
    at: readTime(created_at),
    who: who.toLowerCase(),
    kind: isMachine(connection, who) ? "machine" : "person",
    result: resultOf(row),
    connection,
    ...readCountry(row.country),
    ip: row.ip_address ?? "",
    appId: row.app_uid ?? "",
    domain: (row.app_domain ?? "").replace(/^\w+:\/\//, ""),
    rayId: row.ray_id ?? "",
  };
}

export function readTime(text: string): string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? text : new Date(time).toISOString();
}

export function readCountry(code = ""): Pick<LogEntry, "country"> {
  const country = code.toUpperCase();
  return country === "" || country === UNKNOWN_COUNTRY ? {} : { country };
}

function resultOf({ action, allowed }: AccessRequestRow): LogEntry["result"] {
  if (action === "logout") return "logged out";
  return allowed === true ? "allowed" : "denied";
}

function isMachine(connection: string, who: string): boolean {
  return connection === NON_IDENTITY || who.endsWith(".access");
}
