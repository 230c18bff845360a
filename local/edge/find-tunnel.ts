import { isIP } from "node:net";
import type { Account } from "../account";
import type { Answer } from "./answer";
import type { EdgeRequest } from "./edge-request";
import { errorAnswer } from "./error-answer";

/**
 * The id of the tunnel that a host's record leads to, or the page that
 * Cloudflare shows where it leads nowhere.
 *
 * @see https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-1xxx-errors/
 */
export function findTunnel(
  account: Account,
  { host, rayId, req }: EdgeRequest,
): { readonly tunnelId: string } | { readonly answer: Answer } {
  const refuse = (status: number, code: number, what: string) => ({
    answer: errorAnswer(req, rayId, { status, code, what }),
  });
  const destination = account.dnsNames().destination(host);
  switch (destination.kind) {
    case "nowhere":
    case "past":
      return refuse(
        409,
        1001,
        `DNS resolution error: ${host} does not resolve`,
      );
    case "server":
      return isIP(destination.address) === 0
        ? refuse(
            530,
            1016,
            `Origin DNS error: ${destination.address} does not resolve here`,
          )
        : refuse(523, 523, `Origin is unreachable: ${destination.address}`);
    case "loop":
      return refuse(530, 1016, `Origin DNS error: ${host} leads in circles`);
    case "unproxied tunnel": {
      const { name } = destination.record;
      return name === host
        ? refuse(409, 1001, `DNS resolution error: ${host} does not resolve`)
        : refuse(530, 1016, `Origin DNS error: ${name} does not resolve here`);
    }
    case "tunnel":
      return connected(account, destination.tunnelId)
        ? { tunnelId: destination.tunnelId }
        : refuse(530, 1033, "Cloudflare Tunnel error");
  }
}

/** Whether a tunnel of this account has a connector. */
function connected(account: Account, tunnelId: string): boolean {
  const tunnel = account.tunnels.get(tunnelId);
  return (
    tunnel !== undefined &&
    tunnel.deleted_at === null &&
    tunnel.connectors.length > 0
  );
}
