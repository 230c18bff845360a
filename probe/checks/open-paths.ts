import { broken, kept, unanswered, type Check } from "../check";
import { decidingTunnels, reachedRule, tokenDemand } from "../where-it-leads";
import type { Answer, Deployed, World } from "../world";

/** What was meant to be open is, and nothing beside it in any spelling. */
export const openPaths: Check = {
  id: "open-paths",
  promise: "Open paths are open, and nothing beside them",
  restsOn: ["dns", "certificate"],
  async run(deployed, world) {
    const { hostname, openPaths: open = [], teamName } = deployed;
    if (open.length === 0) return kept("no path is to be open");
    const ask = (target: string) =>
      world.ask(`https://${hostname}/`, { target });
    for (const path of open) {
      const answer = await ask(path);
      if (asksToLogIn(answer, teamName))
        return broken(
          `${answer.status} at ${path}`,
          "Access asks for a login there: its application has no Bypass policy, or another path",
          "deploy the stack again",
        );
      if (answer.status === 403 && (await tunnelRefuses(path, deployed, world)))
        return broken(
          `403 at ${path}`,
          "the tunnel demands a token there, which requests of an open path don't have",
          "deploy the stack again, so that the path has a rule of its own",
        );
      if (answer.status >= 500)
        return unanswered(`${answer.status} at ${path}`);
      for (const beside of spellings(path, deployed)) {
        const { headers, status } = await ask(beside);
        if (status >= 500) return unanswered(`${status} at ${beside}`);
        if (!isRefused({ headers, status }, teamName))
          return broken(
            `${status} at ${beside}`,
            `the application or the rule of the open path ${path} takes more than that path`,
            "look for a wildcard or a shorter path in the application, and at the rule's path",
          );
      }
    }
    return kept(`${open.join(", ")}; closed beside them`);
  },
};

/** Paths that look like an open one to one of edge, tunnel and service only. */
function spellings(path: string, { apiPath }: Deployed): string[] {
  const other = path.toUpperCase();
  return [
    `${path}-probe`,
    `${path};probe`,
    ...(other === path ? [] : [other]),
    `/${path}/..;/probe`,
    `${path}/..${apiPath}`,
    `${path}/%2e%2e${apiPath}`,
    `${path}/..%2f${apiPath.slice(1)}`,
    `${path}//..${apiPath}`,
    `${path}/..;${apiPath}`,
  ];
}

type Head = Pick<Answer, "headers" | "status">;

function asksToLogIn({ headers, status }: Head, teamName: string): boolean {
  const location = headers.get("location");
  return (
    status === 302 &&
    location !== null &&
    URL.canParse(location) &&
    new URL(location).host === `${teamName}.cloudflareaccess.com`
  );
}

function isRefused(answer: Head, teamName: string): boolean {
  return (
    [400, 401, 403].includes(answer.status) || asksToLogIn(answer, teamName)
  );
}

/** Tells the tunnel's 403 from the service's own; false where it can't be told. */
async function tunnelRefuses(
  path: string,
  { hostname }: Deployed,
  { account }: World,
): Promise<boolean> {
  if (!account) return false;
  return (await decidingTunnels(hostname, account)).some(
    (tunnel) => tokenDemand(reachedRule(tunnel, hostname, path)) !== undefined,
  );
}
