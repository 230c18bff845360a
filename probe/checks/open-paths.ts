import { NotKnown } from "../../account/not-known";
import { broken, kept, unanswered, type Check, type Finding } from "../check";
import { describeRule } from "../../ingress/describe";
import { tokenDemand } from "../../ingress/token-demand";
import { decidingTunnels, reachedRule, type Reached } from "../where-it-leads";
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
          return tooWide(
            `${status} at ${beside}`,
            path,
            await openRule(beside, deployed, world),
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

/** Something beside an open path got through: by which rule, where that can be told. */
function tooWide(
  seen: string,
  path: string,
  { index, tunnel }: Partial<Reached>,
): Finding {
  if (tunnel === undefined || index === undefined)
    return broken(
      seen,
      `the application or the rule of the open path ${path} takes more than that path`,
      "look for a wildcard or a shorter path in the application, and at the rule's path",
    );
  const pattern = tunnel.rules[index]?.path;
  return broken(
    seen,
    `${describeRule(tunnel.rules, index)}, of the tunnel ${tunnel.name} takes more than the open path ${path}, and demands no token`,
    pattern
      ? `remove that rule (Zero Trust, Networks, Connectors, ${tunnel.name}, Published application routes), or deploy again where it is the service's own: that one takes ${path} and plain segments below it only`
      : "deploy the stack again; it sets the check on the service's rule",
  );
}

/** The rule that lets a request through without a token; empty where it can't be told. */
async function openRule(
  target: string,
  { hostname }: Deployed,
  { account }: World,
): Promise<Partial<Reached>> {
  const reached = await reachedRules(target, hostname, account);
  return reached.find(({ rule }) => rule && !tokenDemand(rule)) ?? {};
}

/** Tells the tunnel's 403 from the service's own; false where it can't be told. */
async function tunnelRefuses(
  path: string,
  { hostname }: Deployed,
  { account }: World,
): Promise<boolean> {
  const reached = await reachedRules(path, hostname, account);
  return reached.some(({ rule }) => tokenDemand(rule) !== undefined);
}

async function reachedRules(
  target: string,
  hostname: string,
  account: World["account"],
): Promise<readonly Reached[]> {
  if (!account) return [];
  try {
    return (await decidingTunnels(hostname, account)).map((tunnel) =>
      reachedRule(tunnel, hostname, target),
    );
  } catch (error) {
    if (error instanceof NotKnown) return [];
    throw error;
  }
}
