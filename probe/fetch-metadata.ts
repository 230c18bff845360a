import { getPublicSuffix } from "tough-cookie";

/** How a request's address relates to the page that it comes from. */
export type FetchSite = "none" | "same-origin" | "same-site" | "cross-site";

/**
 * The headers with which a browser opens a page in a tab.
 *
 * @see https://w3c.github.io/webappsec-fetch-metadata/
 */
export function navigation(site: FetchSite): Record<string, string> {
  return {
    "sec-fetch-site": site,
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
    "upgrade-insecure-requests": "1",
  };
}

/** Those with which a page's own script asks its own host. */
export function ownScript(url: string, method = "GET"): Record<string, string> {
  return {
    "sec-fetch-site": "same-origin",
    "sec-fetch-mode": "cors",
    "sec-fetch-dest": "empty",
    ...(!["GET", "HEAD"].includes(method) && { origin: new URL(url).origin }),
  };
}

/** Those with which a page opens a WebSocket to its own host. */
export function ownWebSocket(url: string): Record<string, string> {
  return {
    origin: new URL(url.replace(/^ws/, "http")).origin,
    "sec-fetch-site": "same-origin",
    "sec-fetch-mode": "websocket",
    "sec-fetch-dest": "empty",
  };
}

/**
 * What a browser says in `Sec-Fetch-Site`: the farthest that any address of a
 * chain of redirects is from the page that it began on. So the way back from a
 * login is `cross-site`, although it ends on the host where it began.
 *
 * @param page with the link or form. @default - none: the address was typed
 * @param chain the address that was asked first, and all it led to
 * @see https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header
 */
export function fetchSite(
  page: string | undefined,
  chain: readonly string[],
): FetchSite {
  if (page === undefined) return "none";
  const from = new URL(page);
  const to = chain.map((url) => new URL(url));
  if (to.every(({ origin }) => origin === from.origin)) return "same-origin";
  return to.every((url) => siteOf(url) === siteOf(from))
    ? "same-site"
    : "cross-site";
}

function siteOf({ hostname, protocol }: URL): string {
  return `${protocol}//${getPublicSuffix(hostname) ?? hostname}`;
}
