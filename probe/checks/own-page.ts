import { broken, brokenBy, kept, missing, type ProbeCheck } from "../check";
import { explain, explainSocket } from "../explain";
import { ownScript, ownWebSocket } from "../fetch-metadata";
import { isFromAccess } from "../who-answered";
import { noToken, pairOf, secretUnknown, tokenHeaders } from "./token-works";

/**
 * What a page's scripts, forms and WebSocket ask carries its `Origin`, which
 * some services compare with the `Host` that they see. It is tried with the
 * service token, and by GET: nothing is changed.
 */
export const ownPage: ProbeCheck = {
  id: "own-page",
  promise: "The service accepts its page's requests",
  restsOn: ["dns", "certificate", "token-works"],
  async run(deployed, world) {
    const { apiPath, hostname, token, webSocketPath } = deployed;
    if (!token) return noToken(deployed);
    const url = `https://${hostname}${apiPath}`;
    const credentials = pairOf(token);
    if (!credentials) return missing(secretUnknown(deployed.name, token));
    const pair = tokenHeaders(credentials);
    const plain = await world.ask(url, { headers: pair });
    const page = await world.ask(url, {
      headers: { ...pair, ...ownScript(url, "POST") },
    });
    const asked = { path: apiPath, pairSent: true };
    if (page.status >= 300) {
      if (isFromAccess(page) || page.status === plain.status) {
        const told = await explain(page, asked, deployed, world);
        return brokenBy(`${page.status} at ${apiPath}`, told);
      }
      return broken(
        `${page.status} at ${apiPath} for a page, ${plain.status} without an Origin`,
        ...comparison(hostname),
      );
    }
    if (webSocketPath === undefined) return kept("API with Origin 200");
    const socketUrl = `wss://${hostname}${webSocketPath}`;
    const socket = await world.openSocket(socketUrl, {
      ...pair,
      ...ownWebSocket(socketUrl),
    });
    if (socket.opened) return kept("API and WebSocket with Origin");
    const seen = `WebSocket ${socket.status} for a page`;
    if (
      socket.status === 403 &&
      !(socket.answer && isFromAccess(socket.answer))
    )
      return broken(seen, ...comparison(hostname));
    const at = { path: webSocketPath, pairSent: true };
    return broken(seen, ...(await explainSocket(socket, at, deployed, world)));
  },
};

/** Why a page's own requests are refused where others are not, and what to do. */
export function comparison(hostname: string): [cause: string, remedy: string] {
  return [
    `the service compares the page's Origin with its Host, and sees a Host other than ${hostname}: by httpHostHeader, or by header_up Host in the Caddyfile`,
    `set httpHostHeader: "${hostname}" in main.ts and deploy; remove header_up Host from the Caddyfile`,
  ];
}
