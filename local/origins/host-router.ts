import type { IncomingMessage } from "node:http";
import type { StandIn } from "./stand-in";

/** A service behind the router. */
export interface RoutedService {
  readonly standIn: StandIn;
  /** See `CaddySite`. */
  readonly refusesCrossSite?: boolean;
}

/**
 * What our Caddyfile has Caddy do, where there is no Caddy: hands each public
 * host to its service. A host that it does not know gets an empty 200, as from
 * Caddy.
 */
export function hostRouter(
  services: Readonly<Record<string, RoutedService>>,
): StandIn {
  const find = ({ headers: { host = "" } }: IncomingMessage) =>
    services[host.replace(/:\d+$/, "").toLowerCase()];
  return {
    refuse(request) {
      const service = find(request);
      if (service?.refusesCrossSite && isFirstPage(request))
        delete request.headers["sec-fetch-site"];
      return service?.standIn.refuse?.(request);
    },
    async handle(request, response) {
      const service = find(request);
      if (service === undefined) response.end();
      else await service.standIn.handle(request, response);
    },
    accept: (request) => find(request)?.standIn.accept?.(request),
    takeOver: (request) => find(request)?.standIn.takeOver?.(request),
  };
}

/** `@first_page` of the Caddyfile. */
function isFirstPage({ headers, method, url = "" }: IncomingMessage): boolean {
  return (
    method === "GET" &&
    (url === "/" || url.startsWith("/?")) &&
    headers["sec-fetch-site"] === "cross-site" &&
    headers["sec-fetch-mode"] === "navigate" &&
    headers["sec-fetch-dest"] === "document"
  );
}
