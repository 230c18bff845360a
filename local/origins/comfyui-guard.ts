import type { IncomingMessage } from "node:http";

/**
 * Whether ComfyUI answers 403 before it looks at the path: `cross-site`, on
 * every path and WebSocket; and, where the Host header is a loopback one, an
 * `Origin` of another host.
 *
 * Compared with `create_origin_only_middleware` of ComfyUI as it is since 0.19
 * (middleware/origin_middleware.py at d00f5638, run with aiohttp 3.14.5 on 1,870
 * combinations of Host, Origin and Sec-Fetch headers, and the server.py that
 * issue 16203 quotes in September 2026). Pull request 15557 would let a browser
 * tab's `GET /` through.
 *
 * @see https://github.com/Comfy-Org/ComfyUI/issues/16203
 */
export function isRefused({ headers }: IncomingMessage): boolean {
  if (headers["sec-fetch-site"] === "cross-site") return true;
  const ours = parse(headers.host ?? "");
  const theirs = parse(
    /^[a-z][\w+.-]*:\/\/([^/?#]*)/i.exec(headers.origin ?? "")?.[1] ?? "",
  );
  if (!isLoopback(ours.hostname)) return false;
  // A port counts where both have one. Of "null" and other nonsense ComfyUI
  // makes nothing, and lets it pass.
  const host = theirs.port === undefined ? ours.hostname : ours.netloc;
  const origin = ours.port === undefined ? theirs.hostname : theirs.netloc;
  return host !== "" && origin !== "" && host !== origin;
}

/** As Python's urlsplit: `:80` stays, and brackets are no part of a name. */
function parse(text: string) {
  const netloc = text.toLowerCase();
  const [, bracketed, plain, port] =
    /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(netloc) ?? [];
  return { netloc, hostname: bracketed ?? plain ?? "", port };
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d+){3}|::1)$/.test(hostname);
}
