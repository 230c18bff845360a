import {
  broken,
  brokenBy,
  kept,
  notChecked,
  unanswered,
  type ProbeCheck,
  type ProbeOutcome,
} from "../check";
import { explain } from "../explain";
import { isFromAccess } from "../who-answered";
import type { Deployed, FurtherToken, World } from "../world";
import { pairOf, secretUnknown, tokenHeaders } from "./token-works";

/**
 * Each token beside the first that is for the whole host opens what it is for:
 * the API, or the paths that it is limited to and nothing else.
 */
export const furtherTokens: ProbeCheck = {
  id: "further-tokens",
  promise: "Additional tokens open what they are for, and no more",
  restsOn: ["dns", "certificate"],
  async run(deployed, world) {
    const { furtherTokens: tokens = [] } = deployed;
    if (tokens.length === 0) return kept("there are none");
    const seen: string[] = [];
    const untried: FurtherToken[] = [];
    for (const token of tokens) {
      if (pairOf(token) === undefined) {
        untried.push(token);
        continue;
      }
      const finding = await tryToken(deployed, token, world);
      if (finding.status !== "kept") return finding;
      seen.push(finding.seen);
    }
    return untried.length > 0
      ? notChecked(
          [
            ...seen,
            ...untried.map((token) => secretUnknown(deployed.name, token)),
          ].join("; "),
        )
      : kept(seen.join("; "));
  },
};

/** Tries one token at all places that it is for and, if it is limited, beside them. */
export async function tryToken(
  deployed: Deployed,
  token: FurtherToken,
  world: World,
): Promise<ProbeOutcome> {
  const { apiPath, hostname } = deployed;
  const { name, paths } = token;
  const pair = pairOf(token);
  if (pair === undefined)
    return notChecked(secretUnknown(deployed.name, token));
  const ask = async (target: string) => {
    const headers = tokenHeaders(pair);
    const answer = await world.ask(`https://${hostname}/`, { headers, target });
    return { answer, status: answer.status, refused: isFromAccess(answer) };
  };
  for (const path of paths ?? [apiPath]) {
    const { answer, refused, status } = await ask(path);
    const seen = `${name}: ${status} at ${path}`;
    if (status >= 500) return unanswered(seen);
    // The service may well find the request itself wrong, as 404 or 405 say.
    if (refused || status === 403) {
      const asked = { path, pairSent: true };
      const told = await explain(answer, asked, deployed, world);
      return brokenBy(seen, told);
    }
  }
  const beside = [apiPath, "/"].find((path) => !isWithin(path, paths));
  if (paths === undefined || beside === undefined)
    return kept(`${name}: ${(paths ?? [apiPath]).join(", ")} open`);
  const { refused, status } = await ask(beside);
  if (status >= 500) return unanswered(`${name}: ${status} at ${beside}`);
  if (!refused)
    return broken(
      `${name}: ${status} at ${beside}`,
      `the token is limited to ${paths.join(", ")} and opens more than that`,
      "look for a policy of the whole host's application that names it, and deploy the stack again",
    );
  for (const path of paths) {
    const climbing = `${path}/..%2f${beside.slice(1)}`;
    const climbed = await ask(climbing);
    const seen = `${name}: ${climbed.status} at ${climbing}`;
    if (climbed.status >= 500) return unanswered(seen);
    if (!climbed.refused && ![400, 403].includes(climbed.status))
      return broken(
        seen,
        `the token is limited to ${path}, and the tunnel lets spellings through that a service may read as another path`,
        "deploy the stack again, so that the path has a rule of its own (docs/open-paths.md)",
      );
  }
  return kept(`${name}: ${paths.join(", ")} open, ${status} at ${beside}`);
}

function isWithin(path: string, wider: readonly string[] = []): boolean {
  return wider.some((one) => path === one || path.startsWith(`${one}/`));
}
