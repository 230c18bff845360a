import { broken, kept, unanswered, type ProbeCheck } from "../check";
import { tokenHeaders } from "./token-works";

/** Without a token, or with a wrong one, nothing of the service shows. */
export const tokenNeeded: ProbeCheck = {
  id: "token-needed",
  promise: "A missing or wrong token is refused",
  restsOn: ["dns", "certificate"],
  async run({ apiPath, hostname, token, webSocketPath }, world) {
    const attempts: [string, Record<string, string>][] = [["none", {}]];
    if (token)
      attempts.push([
        "wrong",
        tokenHeaders({ ...token, clientSecret: "0".repeat(64) }),
      ]);
    const seen: string[] = [];
    for (const [name, headers] of attempts) {
      const api = await world.ask(`https://${hostname}${apiPath}`, { headers });
      const socket = webSocketPath
        ? await world.openSocket(`wss://${hostname}${webSocketPath}`, headers)
        : undefined;
      if (api.status < 300 || socket?.opened)
        return broken(
          `${name}: ${socket?.opened ? "WebSocket open" : api.status}`,
          "the API is open to those who should stay out",
          "look for a bypass policy or an application on a longer path of this host",
        );
      if (api.status >= 500) return unanswered(`${name}: ${api.status}`);
      seen.push(`${name}: ${api.status}`);
    }
    return kept(seen.join(", "));
  },
};
