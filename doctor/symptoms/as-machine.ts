import { credentialHeaders } from "../../client/credentials";
import { ApplicationIndex } from "../../access/match-application";
import { NotKnown } from "../../account/not-known";
import { decodePath, findMatchingRule } from "../../ingress/match";
import { reachedRule } from "../../probe/explain";
import {
  isFromAccess,
  whoAnswered,
  type ReachedRule,
  type Told,
} from "../../probe/who-answered";
import type { Answer } from "../../probe/world";
import type { SymptomContext } from "./context";
import { noToken } from "./token";

/** An answer to a machine with a service token, where there is one. */
export interface Answered extends Answer {
  readonly url: string;
  /** What it was, where Access kept the request from the service. */
  readonly kept?: string;
  told(): Promise<Told>;
  /** Whether it is by the connector, which refuses the application's tokens. */
  distrusted(): Promise<boolean>;
}

/** Asks a path of the service from outside, as a machine or as a browser with the token. */
export async function askAsMachine(
  context: SymptomContext,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const { outside, service } = context;
  const { hostname, name } = service;
  const { found: pair } = await context.token();
  const url = `https://${hostname}${path}`;
  const answer = await outside.ask(`https://${hostname}/`, {
    target: path.replace(/[^!-~]+/g, encodeURIComponent),
    headers: { ...headers, ...(pair && credentialHeaders(pair)) },
  });
  const pairSent = pair !== undefined;
  let found: Promise<ReachedRule | undefined> | undefined;
  const ruleOnce = () => (found ??= ruleFor(context, path));
  return {
    ...answer,
    url,
    ...(isFromAccess(answer) && {
      kept: pairSent
        ? `answered ${answer.status} by Access, which refuses the pair from here: try --symptom 403`
        : `answered ${answer.status} just now, by Access, and ${noToken(name)}`,
    }),
    async told() {
      const rule = await ruleOnce();
      return whoAnswered(answer, {
        ...{ name, url, pairSent, rule },
        isDeployed: service.routes.some(({ id }) => id !== undefined),
      });
    },
    distrusted: async () =>
      [403, 502].includes(answer.status) &&
      !isFromAccess(answer) &&
      (await ruleOnce())?.trusts === false,
  };
}

/** The rule that a path reaches, where it can be read whose tokens it trusts. */
export async function ruleFor(
  context: SymptomContext,
  path: string,
): Promise<ReachedRule | undefined> {
  const { account, service } = context;
  const { containerUrl, hostname } = service;
  try {
    const { rules = [] } = await account.configuration();
    const [target = path] = path.split("?");
    const decoded = decodePath(target) ?? target;
    const rule = rules[findMatchingRule(rules, hostname, decoded)];
    // A path that a token is limited to has an application of its own.
    const index = new ApplicationIndex(
      (await account.applications()).map((one) => [one, one] as const),
    );
    const { aud, policies } = index.find(hostname, target)?.owner ?? {};
    if (!rule || !aud) return undefined;
    const teamName = (await account.teamDomain()).split(".")[0] ?? "";
    return reachedRule(rule, { aud, containerUrl, policies, teamName });
  } catch (error) {
    if (error instanceof NotKnown) return undefined;
    throw error;
  }
}
