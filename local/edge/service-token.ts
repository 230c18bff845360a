import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { PresentedServiceToken } from "../../access/request";
import type { Account } from "../account";
import type { Application } from "../account-objects";

export const CLIENT_ID = "cf-access-client-id";
export const CLIENT_SECRET = "cf-access-client-secret";

/** A service token that came with a request. */
export interface ServiceTokenHeaders {
  readonly presented: PresentedServiceToken;
  /** Names of the headers it was in, which the origin does not see. */
  readonly headers: readonly string[];
}

/**
 * Reads the service token of a request: from its two headers or, where the
 * application says so, from one header with both as JSON.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/service-credentials/service-tokens/#connect-your-service-to-access
 */
export function readServiceToken(
  req: IncomingMessage,
  account: Account,
  application: Application,
): ServiceTokenHeaders | undefined {
  const ids = [...(req.headersDistinct[CLIENT_ID] ?? [])];
  const secrets = [...(req.headersDistinct[CLIENT_SECRET] ?? [])];
  const headers = [CLIENT_ID, CLIENT_SECRET];

  const single = application.read_service_tokens_from_header;
  if (typeof single === "string" && single !== "") {
    const name = single.toLowerCase();
    for (const value of req.headersDistinct[name] ?? []) {
      const pair = parsePair(value);
      if (pair === undefined) continue;
      if (pair.id !== undefined) ids.push(pair.id);
      if (pair.secret !== undefined) secrets.push(pair.secret);
      headers.push(name);
    }
  }

  if (ids.length === 0 && secrets.length === 0) return undefined;
  return { presented: judge(account, ids, secrets), headers };
}

function judge(
  account: Account,
  ids: readonly string[],
  secrets: readonly string[],
): PresentedServiceToken {
  if (ids.length > 1 || secrets.length > 1) return { state: "duplicate" };
  const [id] = ids;
  const [secret] = secrets;
  if (!id || !secret) return { state: "incomplete" };
  const check = account.checkServiceToken(id, secret);
  switch (check.outcome) {
    case "unknown":
      return { state: "invalid" };
    case "wrong-secret":
      return { state: "invalid", id: check.token.id };
    default:
      return { state: check.outcome, id: check.token.id };
  }
}

/** Anything but a JSON object with one of the names is the origin's own business. */
function parsePair(
  value: string,
): { id: string | undefined; secret: string | undefined } | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(value);
  } catch {
    return undefined;
  }
  if (typeof parsed !== "object" || parsed === null) return undefined;
  const entries = new Map(
    Object.entries(parsed).map(([name, inner]) => [name.toLowerCase(), inner]),
  );
  if (!entries.has(CLIENT_ID) && !entries.has(CLIENT_SECRET)) return undefined;
  const text = (name: string) => {
    const inner: unknown = entries.get(name);
    return typeof inner === "string" ? inner : undefined;
  };
  return { id: text(CLIENT_ID), secret: text(CLIENT_SECRET) };
}

/** Takes the headers of a service token out of those that go to the origin. */
export function withoutServiceToken(
  headers: IncomingHttpHeaders,
  names: readonly string[],
): void {
  for (const name of names) delete headers[name];
}
