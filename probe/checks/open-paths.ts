import { NotKnown } from "../../account/not-known";
import type { TunnelWithRules } from "../../account/objects";
import { refusalReasons } from "../../client/refusal";
import { describeRule } from "../../ingress/describe";
import { matchesPath } from "../../ingress/match";
import { openPathPattern } from "../../ingress/open-path";
import { tokenDemand } from "../../ingress/token-demand";
import {
  broken,
  kept,
  NO_ACCOUNT,
  notChecked,
  unanswered,
  type ProbeCheck,
  type ProbeOutcome,
} from "../check";
import { decidingTunnels, reachedRule, type Reached } from "../where-it-leads";
import type { Answer, Deployed, World } from "../world";
import { closedTargets, openTargets } from "./open-path-spellings";

/** What was meant to be open is, in every spelling that docs/open-paths.md lets in, and nothing else. */
export const openPaths: ProbeCheck = {
  id: "open-paths",
  promise: "Open paths are open, and nothing else is",
  restsOn: ["dns", "certificate"],
  async run(deployed, world) {
    const { apiPath, hostname, openPaths: open = [] } = deployed;
    if (open.length === 0) return kept("none configured");
    const reached = await whereItLeads(deployed, world);
    const isOpen = (target: string) =>
      open.some((path) => matchesPath({ path: openPathPattern(path) }, target));
    const findings = async (targets: readonly string[], judge: Judge) => {
      for (const target of targets) {
        const answer = await world.ask(`https://${hostname}/`, { target });
        if (answer.status >= 500)
          return unanswered(`${answer.status} at ${target}`);
        const finding = judge(target, answer, reached?.(target));
        if (finding) return finding;
      }
      return undefined;
    };
    const untold: ProbeOutcome[] = [];
    for (const path of open) {
      const asOpen = await findings(openTargets(path), openFinding);
      if (asOpen?.status === "broken") return asOpen;
      const beside = closedTargets(path, apiPath).filter(
        (target) => !isOpen(target),
      );
      const asClosed = await findings(beside, closedFinding(path));
      if (asClosed?.status === "broken") return asClosed;
      untold.push(...[asOpen, asClosed].filter((one) => one !== undefined));
    }
    return untold[0] ?? kept(`${open.join(", ")}; everything else is closed`);
  },
};

/**
 * What an answer shows; undefined where it is as it should be.
 *
 * @param reached The rules that the target reaches; undefined where they are not known.
 */
type Judge = (
  target: string,
  answer: Answer,
  reached: readonly Reached[] | undefined,
) => ProbeOutcome | undefined;

const openFinding: Judge = (target, answer, reached) => {
  const seen = `${answer.status} at ${target}`;
  if (isFromAccess(answer))
    return broken(
      seen,
      `Access ${answer.status === 302 ? "asks for a login" : "refuses"} there: its application has no Bypass policy, or another path`,
      "deploy the stack again",
    );
  if (answer.status !== 403) return undefined;
  if (reached === undefined)
    return notChecked(
      `${seen}, of the tunnel or of the service: to tell them apart ${NO_ACCOUNT}`,
    );
  return reached.some(demandsToken)
    ? broken(
        seen,
        "the tunnel demands a token there, which requests of an open path don't have",
        "deploy the stack again, so that the path has a rule of its own that lets such names in (docs/open-paths.md)",
      )
    : undefined;
};

const closedFinding =
  (path: string): Judge =>
  (target, answer, reached = []) => {
    if (isFromAccess(answer)) return undefined;
    // The service refuses some requests itself: a status alone proves nothing.
    const open = reached.find((one) => one.rule && !demandsToken(one));
    return [400, 403].includes(answer.status) && open === undefined
      ? undefined
      : tooWide(`${answer.status} at ${target}`, path, open ?? {});
  };

function isFromAccess({ headers, status }: Answer): boolean {
  return (
    refusalReasons(status, Object.fromEntries(headers), false) !== undefined
  );
}

function demandsToken({ rule }: Reached): boolean {
  return tokenDemand(rule) !== undefined;
}

/** Something beside an open path got through: by which rule, where that can be told. */
function tooWide(
  seen: string,
  path: string,
  { index, tunnel }: Partial<Reached>,
): ProbeOutcome {
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
      ? `deploy again where it is the service's own; else write existingRules: [${JSON.stringify(pattern)}] into the stack in main.ts and deploy, which has it demand the JWT. The service's own rule takes ${path} and the names below it of docs/open-paths.md only`
      : "deploy the stack again; it sets the check on the service's rule",
  );
}

/** Tells which rules a target reaches; undefined where the account doesn't say. */
async function whereItLeads(
  { hostname }: Deployed,
  { account }: World,
): Promise<((target: string) => readonly Reached[]) | undefined> {
  let tunnels: readonly TunnelWithRules[] = [];
  try {
    if (account) tunnels = await decidingTunnels(hostname, account);
  } catch (error) {
    if (!(error instanceof NotKnown)) throw error;
  }
  if (tunnels.length === 0) return undefined;
  return (target) => {
    const [path = target] = target.split("?");
    return tunnels.map((tunnel) => reachedRule(tunnel, hostname, path));
  };
}
