import { broken, brokenBy, kept, type ProbeCheck } from "../check";
import { explain, explainSocket } from "../explain";
import { byPolicyCheck } from "../policy-check";

/** Someone the policy names logs in and uses page, API and WebSocket. */
export const allowedPerson: ProbeCheck = {
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
    if (new URL(page.url).host !== hostname)
      return broken(
        `${page.status} at ${page.url} for ${allowed.email}`,
        "the login does not lead back to the service",
        "compare the address with whom the service admits: its allowedEmails and allowedEmailDomains in main.ts, else ACCESS_ALLOWED_EMAILS and ACCESS_ALLOWED_EMAIL_DOMAINS",
      );
    const asked = { path: new URL(page.url).pathname, pairSent: false };
    if (page.status !== 200 || page.text === "") {
      const told = await explain(page, asked, deployed, world);
      return brokenBy(
        `${page.status} at ${page.url} for ${allowed.email}${page.text === "" ? ", and nothing in it" : ""}`,
        told,
      );
    }
    if (!page.text.includes(pageText))
      return broken(
        `200 without "${pageText}"`,
        "the host answers, but not with this service",
        "check the route's service URL and HTTP Host header",
      );
    const api = await allowed.ask(origin + apiPath);
    if (api.status !== 200) {
      const told = await explain(
        api,
        { path: apiPath, pairSent: false },
        deployed,
        world,
      );
      return brokenBy(`page 200, ${apiPath} ${api.status}`, told);
    }
    if (webSocketPath === undefined) return kept("page 200, API 200");
    const socket = await allowed.openSocket(
      `wss://${hostname}${webSocketPath}`,
    );
    if (!socket.opened) {
      const seen = `page and API 200, WebSocket ${socket.status}`;
      const asked = { path: webSocketPath, pairSent: false };
      return broken(
        seen,
        ...(await explainSocket(socket, asked, deployed, world)),
      );
    }
    return kept("page 200, API 200, WebSocket open");
  },
};
