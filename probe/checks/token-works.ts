import { broken, kept, notChecked, type Check } from "../check";
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
    if (api.status !== 200)
      return broken(
        `${api.status} at ${apiPath}`,
        api.status === 302
          ? "no Service Auth policy admits this token, or its secret is another by now"
          : "the token is refused, or the service does not answer",
        "look at the token in Zero Trust, Access, Service auth; deploy the stack again",
      );
    if (webSocketPath === undefined) return kept("API 200");
    const socket = await world.openSocket(
      `wss://${hostname}${webSocketPath}`,
      headers,
    );
    if (!socket.opened)
      return broken(
        `200 at ${apiPath}, WebSocket ${socket.status}`,
        "WebSockets do not pass",
        "switch WebSockets on for the zone (dashboard, Network)",
      );
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
