import type { IncomingMessage } from "node:http";
import { readCookies } from "./cookies";

/** Cloudflare's code for an address whose country is not known. */
const NO_COUNTRY = "XX";

/** A request as it arrives at the edge. */
export interface EdgeRequest {
  readonly req: IncomingMessage;
  readonly method: string;
  /** In lower case, without a port. */
  readonly host: string;
  /** Path and query as sent: the edge does not tidy them up. */
  readonly target: string;
  /** The target without its query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly cookies: ReadonlyMap<string, readonly string[]>;
  readonly ip: string;
  readonly country: string;
  /** 16 hexadecimal digits that name this request in logs and on error pages. */
  readonly rayId: string;
  readonly webSocket: boolean;
  readonly preflight: boolean;
  readonly xhr: boolean;
}

/** Undefined where the request names no host, or its target is not a path. */
export function edgeRequest(
  req: IncomingMessage,
  rayId: string,
): EdgeRequest | undefined {
  const target = req.url ?? "";
  const host = /^([a-z0-9.-]+?)\.?(?::\d+)?$/i.exec(
    req.headers.host ?? "",
  )?.[1];
  if (host === undefined || !target.startsWith("/")) return undefined;
  const [path = "/", ...query] = target.split("?");
  return {
    req,
    method: req.method ?? "GET",
    host: host.toLowerCase(),
    target,
    path,
    query: new URLSearchParams(query.join("?")),
    cookies: readCookies(req.headers.cookie),
    ip: req.socket.remoteAddress ?? "127.0.0.1",
    country: NO_COUNTRY,
    rayId,
    webSocket: req.headers.upgrade?.toLowerCase() === "websocket",
    preflight:
      req.method === "OPTIONS" &&
      req.headers["access-control-request-method"] !== undefined,
    xhr:
      String(req.headers["x-requested-with"]).toLowerCase() ===
      "xmlhttprequest",
  };
}

/** The first value of a cookie: browsers send the one with the longest path first. */
export function cookieOf(
  { cookies }: EdgeRequest,
  name: string,
): string | undefined {
  return cookies.get(name)?.[0];
}
