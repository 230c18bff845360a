import type { IncomingMessage, ServerResponse } from "node:http";
import { isIP } from "node:net";

/** Whether an address leads to this machine and nowhere else. */
export function isOnLoopback(url: string | undefined): boolean {
  if (url === undefined || !URL.canParse(url)) return false;
  const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
  return (
    host === "localhost" ||
    host === "::1" ||
    (isIP(host) === 4 && host.startsWith("127."))
  );
}

/** The names of this machine to itself. */
const OWN_NAMES: ReadonlySet<string> = new Set([
  "127.0.0.1",
  "localhost",
  "[::1]",
]);

/**
 * Whether a request to one of our plain HTTP servers was meant for it. A page
 * of the web whose name was made to lead here sends its own name. The port may
 * be another's that leads here.
 *
 * @param host the request's `Host`
 */
export function isOwnHost(host: string | undefined): boolean {
  const [, name = ""] = /^(.*?)(?::\d+)?$/.exec(host ?? "") ?? [];
  return OWN_NAMES.has(name.toLowerCase());
}

/** Tells a client that what it asks for is not here. */
export function misdirected(
  request: IncomingMessage,
  response: ServerResponse,
) {
  request.resume();
  response
    .writeHead(421, { "content-type": "text/plain", connection: "close" })
    .end("This server answers for 127.0.0.1 and localhost only.\n");
}
