import type { IncomingMessage } from "node:http";

/**
 * Whether ComfyUI answers 403 before it looks at the path: `cross-site`, on
 * every path and WebSocket; and, where the Host header is a loopback one, an
 * `Origin` of another host.
 *
 * Compared with `create_origin_only_middleware` of ComfyUI as it is since 0.19
 * (middleware/origin_middleware.py at d00f5638, and the server.py that issue
 * 16203 quotes in September 2026). Pull request 15557 would let a browser tab's
 * `GET /` through.
 *
 * @see https://github.com/Comfy-Org/ComfyUI/issues/16203
 */
export function isRefused({ headers }: IncomingMessage): boolean {
  if (headers["sec-fetch-site"] === "cross-site") return true;
  const { host, origin } = headers;
  if (host === undefined || origin === undefined) return false;
  const ours = parse(`http://${host}`);
  const theirs = parse(origin);
  if (!ours || !theirs || !isLoopback(ours.hostname)) return false;
  // A port counts where both have one.
  return ours.port === "" || theirs.port === ""
    ? ours.hostname !== theirs.hostname
    : ours.host !== theirs.host;
}

/** Of "null" and other nonsense ComfyUI makes nothing, and lets it pass. */
function parse(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
