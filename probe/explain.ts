import { ApplicationIndex } from "../access/match-application";
import type { Application } from "../access/model";
import { NotKnown } from "../account/not-known";
import { tokenDemand } from "../ingress/token-demand";
import type { IngressRule } from "../ingress/rule";
import { decidingTunnels, reachedRule as ruleReached } from "./where-it-leads";
import { whoAnswered, type ReachedRule, type Told } from "./who-answered";
import type { Answer, Deployed, SocketAnswer, World } from "./world";

/** A request to a deployed service. */
interface Asked {
  readonly path: string;
  /** Whether a service token's pair was sent. */
  readonly pairSent: boolean;
  /** Whether it was sent with neither a login nor a token. @default false */
  readonly anonymous?: boolean;
}

/** Tells who answered a request to a deployed service, with what its account knows. */
export async function explain(
  answer: Answer,
  { path, ...asked }: Asked,
  deployed: Deployed,
  { account }: Pick<World, "account">,
): Promise<Told> {
  const { hostname, name } = deployed;
  const url = `https://${hostname}${path}`;
  const rule = await ruleFor(path, deployed, account);
  return whoAnswered(answer, { ...asked, name, url, rule });
}

/** Cause and remedy of a WebSocket that did not open. */
export async function explainSocket(
  { answer, status }: Extract<SocketAnswer, { opened: false }>,
  asked: Asked,
  deployed: Deployed,
  world: Pick<World, "account">,
): Promise<[cause: string, remedy: string]> {
  // What no one on the way says by itself: the zone takes no WebSockets.
  if (answer === undefined || status === 400)
    return [
      "WebSockets do not pass",
      "switch WebSockets on for the zone (dashboard, Network)",
    ];
  const { by, cause, remedy } = await explain(answer, asked, deployed, world);
  // An answer that would be right for a page says nothing of WebSockets.
  if (
    by.every((one) => one === "the service") &&
    (status < 400 || status === 404)
  )
    return [
      `the service answers ${status} at ${asked.path} instead of opening a WebSocket`,
      "correct webSocketPath in main.ts, or have the proxy before the service pass Upgrade and Connection on",
    ];
  return [cause, remedy];
}

/** The rule that a path reaches, where the account can be asked and leaves one. */
export async function ruleFor(
  path: string,
  { aud, containerUrl, hostname, teamName }: Deployed,
  account: World["account"],
): Promise<ReachedRule | undefined> {
  if (!account) return undefined;
  try {
    const tunnels = await decidingTunnels(hostname, account);
    const [reached, ...others] = tunnels.map(
      (tunnel) => ruleReached(tunnel, hostname, path).rule,
    );
    if (!reached?.service || others.length > 0) return undefined;
    // A path that a token is limited to has an application of its own.
    const index = new ApplicationIndex(
      (await account.applications()).map((one) => [one, one] as const),
    );
    const owner = index.find(hostname, path)?.owner;
    return reachedRule(reached, {
      aud: owner?.aud ?? aud,
      policies: owner?.policies,
      containerUrl,
      teamName,
    });
  } catch (error) {
    if (error instanceof NotKnown) return undefined;
    throw error;
  }
}

/** What a rule means for requests that Access admitted to a service. */
export function reachedRule(
  rule: IngressRule,
  {
    aud,
    containerUrl,
    policies,
    teamName,
  }: Pick<Deployed, "aud" | "containerUrl" | "teamName"> &
    Pick<Application, "policies">,
): ReachedRule {
  const distrust = distrustOf(rule, aud, teamName);
  const host = rule.originRequest?.httpHostHeader;
  return {
    service: rule.service ?? "",
    trusts: distrust === undefined,
    ...(distrust !== undefined && { distrust }),
    ...(tokenDemand(rule) && {
      bypasses: (policies ?? []).flatMap((one) =>
        typeof one !== "string" && one.decision === "bypass"
          ? (one.name ?? one.id ?? [])
          : [],
      ),
    }),
    direct: rule.service === containerUrl,
    ...(typeof host === "string" && host !== "" && { host }),
    verifies:
      rule.service?.startsWith("https:") === true &&
      rule.originRequest?.noTLSVerify !== true,
  };
}

/** Why a rule's connector refuses the tokens of an application. */
function distrustOf(
  rule: IngressRule,
  aud: string,
  teamName: string,
): string | undefined {
  const demand = tokenDemand(rule);
  if (!demand) return undefined;
  const { auds, team } = demand;
  if (team !== teamName)
    return `its access.teamName is "${team}", and the team is "${teamName}"`;
  if (auds.includes(aud)) return undefined;
  return auds.length === 0
    ? "its access.audTag is empty, so it takes no token"
    : `its access.audTag has ${auds.map(shortened).join(", ")}, and the application that decides has ${shortened(aud)}`;
}

/** The beginning of an audience, by which people tell one from another. */
function shortened(aud: string): string {
  return aud.length > 12 ? `${aud.slice(0, 12)}…` : aud;
}
