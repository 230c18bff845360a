import {
  credentialVariables,
  type Credentials,
} from "../../client/credentials";
import {
  broken,
  brokenBy,
  kept,
  missing,
  notChecked,
  type ProbeCheck,
  type ProbeOutcome,
} from "../check";
import { explain, explainSocket } from "../explain";
import type { Deployed } from "../world";

/** A machine that sends the service token's pair reaches the API. */
export const tokenWorks: ProbeCheck = {
  id: "token-works",
  promise: "The API works with the service token",
  restsOn: ["dns", "certificate", "token-expiry"],
  async run(deployed, world) {
    if (!deployed.token) return noToken(deployed);
    const pair = pairOf(deployed.token);
    if (!pair) return missing(secretUnknown(deployed.name, deployed.token));
    const { apiPath, hostname, webSocketPath } = deployed;
    const headers = tokenHeaders(pair);
    const api = await world.ask(`https://${hostname}${apiPath}`, { headers });
    if (api.status !== 200) {
      const asked = { path: apiPath, pairSent: true };
      const told = await explain(api, asked, deployed, world);
      return brokenBy(`${api.status} at ${apiPath}`, told);
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

/** Why there is none to try: others may be limited to paths. */
export function noToken({
  furtherTokens: limited = [],
}: Pick<Deployed, "furtherTokens">): ProbeOutcome {
  const others = limited.map(
    ({ name, paths = [] }) => `; ${name} is limited to ${paths.join(", ")}`,
  );
  return notChecked(
    `the service has no token for the whole host${others.join("")}`,
  );
}

/** Both halves of a token; undefined where only those who made it have its secret. */
export function pairOf({
  clientId,
  clientSecret,
}: NonNullable<Deployed["token"]>): Credentials | undefined {
  return clientSecret === undefined ? undefined : { clientId, clientSecret };
}

/** Why a token that was made elsewhere can't be tried: which one, as another may have its name. */
export function secretUnknown(
  service: string,
  {
    clientId,
    name,
    variables = credentialVariables(service),
  }: NonNullable<Deployed["token"]>,
): string {
  return `the token ${name === undefined ? "" : `${name} `}(client ID ${clientId}) was made elsewhere, and nothing here has its secret: set ${variables.clientId} and ${variables.clientSecret} to its pair`;
}

/** The two headers that carry a service token. */
export function tokenHeaders(token: Credentials): Record<string, string> {
  return {
    "CF-Access-Client-Id": token.clientId,
    "CF-Access-Client-Secret": token.clientSecret,
  };
}
