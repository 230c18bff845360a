import type { Account } from "../account";
import { html, type Answer } from "./answer";
import type { EdgeRequest } from "./edge-request";
import { errorPage } from "./pages";

const TUNNEL_SUFFIX = ".cfargotunnel.com";
/** More than anyone strings together on purpose. */
const MOST_ALIASES = 8;

/**
 * The id of the tunnel that a host's record leads to, or the page that
 * Cloudflare shows where it leads nowhere.
 *
 * @see https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-1xxx-errors/
 */
export function findTunnel(
  account: Account,
  { host, rayId }: EdgeRequest,
): { readonly tunnelId: string } | { readonly answer: Answer } {
  const refuse = (status: number, code: number, what: string) => ({
    answer: html(status, errorPage(code, what, rayId)),
  });
  let name = host;
  for (let alias = 0; alias < MOST_ALIASES; alias++) {
    const record = account.proxiedRecord(name);
    if (record === undefined) {
      return name === host
        ? refuse(409, 1001, `DNS resolution error: ${host} does not resolve`)
        : refuse(530, 1016, `Origin DNS error: ${name} does not resolve here`);
    }
    const content = record.content.toLowerCase();
    if (record.type !== "CNAME")
      return refuse(523, 523, `Origin is unreachable: ${content}`);
    if (content.endsWith(TUNNEL_SUFFIX))
      return connected(account, content.slice(0, -TUNNEL_SUFFIX.length))
        ? { tunnelId: content.slice(0, -TUNNEL_SUFFIX.length) }
        : refuse(530, 1033, "Cloudflare Tunnel error");
    name = content;
  }
  return refuse(530, 1016, `Origin DNS error: ${host} leads in circles`);
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
