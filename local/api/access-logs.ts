import type { Account } from "../account";
import type { AccessLogEntry } from "../account-objects";
import { ok } from "./envelope";
import { invalidAccessRequest } from "./errors";
import { contains } from "./fields";
import { route, type Routes } from "./router";

const DEFAULT_LIMIT = 25;

/**
 * Logins of people, refused ones too, and of service tokens that were accepted.
 *
 * @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/access/subresources/logs/
 */
export function accessLogs(account: Account): Routes {
  return {
    "GET /accounts/:account/access/logs/access_requests": route(
      "Access: Audit Logs Read",
      ({ query }) => {
        const since = time(query, "since") ?? -Infinity;
        const until = time(query, "until") ?? Infinity;
        const entries = account.accessLog.filter((entry) => {
          const at = Date.parse(entry.created_at);
          return at >= since && at <= until && matchesEmail(entry, query);
        });
        // Newest first unless asked otherwise.
        if (query.get("direction") !== "asc") entries.reverse();
        const size =
          count(query, "per_page") ?? count(query, "limit") ?? DEFAULT_LIMIT;
        const page = count(query, "page") ?? 1;
        const start = (page - 1) * size;
        const found = structuredClone(entries.slice(start, start + size));
        return ok(found, {
          resultInfo: {
            page,
            per_page: size,
            count: found.length,
            // Cloudflare does not count these.
            total_count: 0,
            total_pages: 0,
          },
        });
      },
    ),
  };
}

function matchesEmail(entry: AccessLogEntry, query: URLSearchParams): boolean {
  const wanted = query.get("email");
  if (wanted === null) return true;
  const operator = query.get("emailOp");
  const exact = query.get("email_exact") === "true" || operator === "eq";
  const found = exact
    ? entry.user_email === wanted
    : contains(entry.user_email, wanted);
  return operator === "neq" ? !found : found;
}

function time(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  const parsed = Date.parse(value);
  if (Number.isNaN(parsed)) throw invalidAccessRequest(`${name} is not a time`);
  return parsed;
}

function count(query: URLSearchParams, name: string): number | undefined {
  const value = Number(query.get(name));
  return Number.isInteger(value) && value > 0 ? value : undefined;
}
