import type { Service } from "../services/service";

/**
 * What a Host header breaks of a service that compares it with the Origin of
 * its pages; undefined where it breaks nothing.
 */
export function hostHeaderWarning(
  { comparesOrigin, name }: Pick<Service, "comparesOrigin" | "name">,
  hostname: string,
  httpHostHeader: string | undefined,
): string | undefined {
  if (httpHostHeader === undefined || comparesOrigin === undefined)
    return undefined;
  const host = httpHostHeader.toLowerCase().replace(/:\d+$/, "");
  if (host === hostname) return undefined;
  if (comparesOrigin === "on loopback" && !isLoopback(host)) return undefined;
  return `httpHostHeader "${httpHostHeader}": ${name} compares it with the Origin of its page, https://${hostname}, and answers 403 to the page's scripts, uploads and WebSocket. Set httpHostHeader to "${hostname}", so that ${name} sees its page's Host.`;
}

function isLoopback(host: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(host);
}
