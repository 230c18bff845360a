import type { IncomingMessage } from "node:http";
import type { StandIn } from "./stand-in";

/**
 * What Caddy does, where there is no Caddy: hands each public host to its
 * service. A host that it does not know gets an empty 200, as from Caddy.
 */
export function hostRouter(
  standIns: Readonly<Record<string, StandIn>>,
): StandIn {
  const find = ({ headers: { host = "" } }: IncomingMessage) =>
    standIns[host.replace(/:\d+$/, "").toLowerCase()];
  return {
    async handle(request, response) {
      const standIn = find(request);
      if (standIn === undefined) response.end();
      else await standIn.handle(request, response);
    },
    accept: (request) => find(request)?.accept?.(request),
  };
}
