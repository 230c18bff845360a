import { publicDestinations } from "../../access/match-application";
import type { Group, Policy, RuleSet } from "../../access/model";
import { parseUri } from "../../access/path-pattern";
import {
  broken,
  kept,
  NO_ACCOUNT,
  notChecked,
  type ProbeCheck,
} from "../check";

/** What may stand alone in a policy without letting in people nobody named. */
const ANYONE: Readonly<Record<string, string>> = {
  everyone: "everyone",
  login_method: "everyone who can log in",
  any_valid_service_token: "every service token of the account",
  ip: "everyone at some addresses",
  geo: "everyone in some countries",
};
const TOKENS: readonly string[] = ["service_token", "any_valid_service_token"];

/**
 * The policies admit those they name, and say so in the right kind of policy.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/policies/#common-misconfigurations
 */
export const policies: ProbeCheck = {
  id: "policies",
  promise: "Policies admit only those they name",
  lasting: true,
  async run({ aud, furtherTokens = [], hostname }, { account }) {
    if (!account) return notChecked(NO_ACCOUNT);
    const all = await account.applications();
    const application = all.find((one) => one.aud === aud);
    if (!application) return notChecked("the application is not there");
    const limited = furtherTokens.flatMap((token) => token.paths ?? []);
    const ofPaths = all.filter((one) =>
      limited.some((path) => one.domain === hostname + path),
    );
    const own = [application, ...ofPaths].flatMap((one) => one.policies ?? []);
    const full = own.filter((policy) => typeof policy !== "string");
    if (full.length < own.length)
      return notChecked("Cloudflare did not answer the policies in full");
    const groups = full.some((policy) => groupsIn(policy).length > 0)
      ? await account.groups()
      : [];
    for (const policy of full) {
      const fault = faultOf(policy, groups);
      if (fault)
        return broken(
          `policy "${policy.name}": ${fault}`,
          causeOf(policy, fault),
          "put the policy right, or deploy the stack again",
        );
    }
    const names = new Set(full.map(({ name }) => name));
    const others = publicDestinations(application).flatMap(({ uri }) =>
      !uri || parseUri(uri).host === hostname ? [] : uri,
    );
    return kept(
      `${names.size} policies, each names whom it admits${others.length > 0 ? `; they hold for ${others.join(", ")} too` : ""}`,
    );
  },
};

function faultOf(policy: Policy, groups: readonly Group[]): string | undefined {
  const { decision } = policy;
  const included = selectors(policy.include);
  if (decision === "bypass") return "no login for those it names (Bypass)";
  if (decision === "allow" && included.some((key) => TOKENS.includes(key)))
    return "a service token in an Allow policy";
  if (decision === "deny" || narrowed(policy)) return undefined;
  const wide = widthOf(policy);
  if (wide) return `admits ${wide}`;
  for (const id of groupsIn(policy)) {
    const group = groups.find((one) => one.id === id);
    const wide = group && !narrowed(group) && widthOf(group);
    if (wide) return `admits ${wide}, by the group "${group.name}"`;
  }
  return undefined;
}

/** Whom it admits without naming them. */
function widthOf({ include }: RuleSet): string | undefined {
  const wide = selectors(include).find((key) => key in ANYONE);
  return wide === undefined ? undefined : ANYONE[wide];
}

/** Ids of the groups whose members it admits. */
function groupsIn({ include }: RuleSet): unknown[] {
  return (include ?? []).flatMap((rule) => {
    const { id } = (rule.group ?? {}) as { id?: unknown };
    return id === undefined ? [] : [id];
  });
}

function causeOf({ decision }: Policy, fault: string): string {
  if (decision === "bypass") return "a Bypass policy switches Access off";
  return fault.startsWith("a service token")
    ? "machines are asked to log in by an Allow policy: tokens belong into one of Service Auth"
    : "people or machines get in whom nobody named";
}

/** Whether everyone has to fit a rule about who they are as well. */
function narrowed({ require }: RuleSet): boolean {
  return selectors(require).some((key) => !(key in ANYONE));
}

function selectors(rules: RuleSet["include"]): string[] {
  return (rules ?? []).flatMap((rule) =>
    Object.keys(rule).filter((key) => rule[key]),
  );
}
