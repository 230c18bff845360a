import type { IncomingMessage, ServerResponse } from "node:http";
import type { Account } from "../account";
import { send, type Answer } from "./answer";
import { errorAnswer, plainRefusal } from "./error-answer";

/**
 * The edge's own answer to a body that is larger than the zone's plan allows,
 * whoever sends it: whether Access looks at a request first is not known. It
 * goes by the length that is declared; see `limitBody` for bodies without one.
 *
 * @see https://developers.cloudflare.com/support/troubleshooting/http-status-codes/4xx-client-error/error-413/
 */
export function tooLarge(
  { headers }: IncomingMessage,
  { switches }: Account,
): Answer | undefined {
  return Number(headers["content-length"] ?? 0) > switches.largestBody
    ? plainRefusal(413, "Request Entity Too Large")
    : undefined;
}

/**
 * Answers 413 once a body without a declared length has become too large, and
 * passes no more of it on.
 */
export function limitBody(
  req: IncomingMessage,
  res: ServerResponse,
  { switches }: Account,
): void {
  let length = req.readableLength;
  const push = req.push.bind(req);
  // A listener for data would take what the connector is not there yet to read.
  req.push = (chunk: Buffer | null, encoding) => {
    if (chunk === null) return push(chunk);
    const before = length;
    length += chunk.length;
    if (length <= switches.largestBody) return push(chunk, encoding);
    if (before <= switches.largestBody) refuse();
    return true;
  };
  // What came while Access looked at the request.
  if (length > switches.largestBody) refuse();

  function refuse(): void {
    req.unpipe();
    req.resume();
    if (res.headersSent) res.destroy();
    else send(res, plainRefusal(413, "Request Entity Too Large"));
  }
}

/**
 * Answers 524 where the origin has not begun to within the zone's time, counted
 * from the request's end.
 *
 * @see https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/error-524/
 */
export function limitWaiting(
  req: IncomingMessage,
  res: ServerResponse,
  rayId: string,
  { switches }: Account,
): void {
  let timer: NodeJS.Timeout | undefined;
  req.once("end", () => {
    timer = setTimeout(() => {
      if (res.headersSent) return;
      const what = "A timeout occurred";
      send(res, errorAnswer(req, rayId, { status: 524, what }));
    }, switches.longestWait);
  });
  res.once("close", () => clearTimeout(timer));
}
