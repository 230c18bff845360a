import { broken, kept, type Check } from "../check";
import { byPolicyCheck } from "../policy-check";

/** Someone the policy names logs in and uses page, API and WebSocket. */
export const allowedPerson: Check = {
  id: "allowed-person",
  promise: "An allowed person gets in",
  restsOn: ["dns", "certificate", "login-required", "first-page"],
  async run(deployed, world) {
    const { apiPath, hostname, pageText, webSocketPath } = deployed;
    const { people } = world;
    if (!people) return byPolicyCheck(deployed, world, "approved");
    const { allowed } = people;
    const origin = `https://${hostname}`;
    const page = await allowed.visit(`${origin}/`);
    if (page.status !== 200 || new URL(page.url).host !== hostname)
      return broken(
        `${page.status} at ${page.url} for ${allowed.email}`,
        "the login does not lead back to the service",
        "compare ACCESS_ALLOWED_EMAILS and ACCESS_ALLOWED_EMAIL_DOMAINS with the address",
      );
    if (!page.text.includes(pageText))
      return broken(
        `200 without "${pageText}"`,
        "the host answers, but not with this service",
        "check the route's service URL and HTTP Host header",
      );
    const api = await allowed.ask(origin + apiPath);
    if (api.status !== 200)
      return broken(
        `page 200, ${apiPath} ${api.status}`,
        "the API refuses a session that the page accepts",
        "look for an application on a longer path of this host",
      );
    if (webSocketPath === undefined) return kept("page 200, API 200");
    const socket = await allowed.openSocket(
      `wss://${hostname}${webSocketPath}`,
    );
    if (!socket.opened)
      return broken(
        `page and API 200, WebSocket ${socket.status}`,
        "WebSockets do not pass",
        "switch WebSockets on for the zone (dashboard, Network)",
      );
    return kept("page 200, API 200, WebSocket open");
  },
};
