import { broken, kept, notChecked, type Check } from "../check";
import { explain, explainSocket } from "../explain";
import type { Deployed } from "../world";

/** A machine that sends the service token's pair reaches the API. */
export const tokenWorks: Check = {
  id: "token-works",
  promise: "The API works with the service token",
  restsOn: ["dns", "certificate", "token-expiry"],
  async run(deployed, world) {
    if (!deployed.token) return notChecked("the service has no token");
    const { apiPath, hostname, webSocketPath } = deployed;
    const headers = tokenHeaders(deployed.token);
    const api = await world.ask(`https://${hostname}${apiPath}`, { headers });
    if (api.status !== 200) {
      const asked = { path: apiPath, pairSent: true };
      const told = await explain(api, asked, deployed, world);
      return broken(`${api.status} at ${apiPath}`, told.cause, told.remedy);
    }
    if (webSocketPath === undefined) return kept("API 200");
    const socket = await world.openSocket(
      `wss://${hostname}${webSocketPath}`,
      headers,
    );
    if (!socket.opened) {
      const seen = `200 at ${apiPath}, WebSocket ${socket.status}`;
      const asked = { path: webSocketPath, pairSent: true };
      return broken(
        seen,
        ...(await explainSocket(socket, asked, deployed, world)),
      );
    }
    return kept("API 200, WebSocket open");
  },
};

/** The two headers that carry a service token. */
export function tokenHeaders(
  token: NonNullable<Deployed["token"]>,
): Record<string, string> {
  return {
    "CF-Access-Client-Id": token.clientId,
    "CF-Access-Client-Secret": token.clientSecret,
  };
}
