import type { OutgoingHttpHeaders } from "node:http";

/** Headers that belong to one connection and are never sent on (RFC 9110, 7.6.1). */
const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** The headers without those of the connection they came by. */
export function endToEnd(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const named = String(headers["connection"] ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase());
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) =>
        !HOP_BY_HOP.includes(name.toLowerCase()) &&
        !named.includes(name.toLowerCase()),
    ),
  );
}

/** One header, whatever the case of its name. */
export function headerOf(
  headers: OutgoingHttpHeaders,
  name: string,
): string | undefined {
  const value = Object.entries(headers).find(
    ([key]) => key.toLowerCase() === name,
  )?.[1];
  return value === undefined ? undefined : String([value].flat()[0]);
}

/**
 * The headers as the origin gets them: the visitor's `Host`, or the rule's
 * `httpHostHeader` with the visitor's in `X-Forwarded-Host`.
 */
export function headersForOrigin(
  headers: OutgoingHttpHeaders,
  hostHeader: string | undefined,
): OutgoingHttpHeaders {
  const sent = Object.fromEntries(
    Object.entries(endToEnd(headers)).map(([name, value]) => [
      name.toLowerCase(),
      value,
    ]),
  );
  if (hostHeader === undefined) return sent;
  return { ...sent, "x-forwarded-host": sent["host"], host: hostHeader };
}
