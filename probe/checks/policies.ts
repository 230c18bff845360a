import { publicDestinations } from "../../access/match-application";
import type { Application, Group, Policy, Rule } from "../../access/model";
import { parseUri } from "../../access/path-pattern";
import type { AccessPromise } from "../../contract/promises";
import {
  admits,
  has,
  isOpen,
  widthOf,
  type Named,
  type Width,
} from "../../account/policy-width";
import {
  broken,
  kept,
  NO_ACCOUNT,
  notChecked,
  type ProbeCheck,
} from "../check";

/** Whom a policy lets in whom it does not name. */
const ANYONE: Readonly<Record<Width, string>> = {
  everyone: "everyone",
  account: "everyone with an account at a login method",
  place: "everyone at some addresses or in some countries",
  mailbox: "everyone with a mailbox at a provider for anybody",
};
const TOKEN_IN_ALLOW = "a service token in an Allow policy";
const TOKENS = ["service_token", "any_valid_service_token"];

interface WithGroups extends Named {
  group(id: string): Group | undefined;
}

/** Selectors of which only somebody else knows whom they are for. */
const ELSEWHERE = ["external_evaluation", "device_posture"];

/**
 * The policies admit those they name, and say so in the right kind of policy.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/policies/#common-misconfigurations
 */
export const policies: ProbeCheck = {
  id: "policies",
  promise: "Policies admit only those they name",
  lasting: true,
  async run({ aud, furtherTokens = [], hostname, promises = [] }, { account }) {
    if (!account) return notChecked(NO_ACCOUNT);
    const all = await account.applications();
    const application = all.find((one) => one.aud === aud);
    if (!application) return notChecked("the application is not there");
    const limited = furtherTokens.flatMap((token) => token.paths ?? []);
    const ofPaths = all.filter((one) =>
      limited.some((path) => one.domain === hostname + path),
    );
    const own = [application, ...ofPaths].flatMap((one) =>
      (one.policies ?? []).map((policy) => ({ application: one, policy })),
    );
    const full = own.flatMap(({ application, policy }) =>
      typeof policy === "string" ? [] : [{ application, policy }],
    );
    if (full.length < own.length)
      return notChecked("Cloudflare did not answer the policies in full");
    const [groups, loginMethods] = await Promise.all([
      account.groups(),
      account.loginMethods(),
    ]);
    const named: WithGroups = {
      loginMethods,
      group: (id: string) => groups.find((one) => one.id === id),
    };
    for (const { application, policy } of full) {
      const fault = faultOf(policy, application, named);
      if (fault)
        return broken(
          `policy "${policy.name}": ${fault}`,
          causeOf(policy, fault),
          remedyOf(policy, fault, application, promises),
        );
    }
    for (const { policy } of full)
      for (const selector of ELSEWHERE)
        if (
          policy.decision !== "deny" &&
          admits(policy, (rule) => has(rule, selector) || isOpen(rule), named)
        )
          return notChecked(
            `policy "${policy.name}": the probe can't tell whom its ${selector} rule admits`,
          );
    const names = new Set(full.map(({ policy }) => policy.name));
    const others = publicDestinations(application).flatMap(({ uri }) =>
      !uri || parseUri(uri).host === hostname ? [] : uri,
    );
    return kept(
      `${names.size} policies, each names whom it admits${others.length > 0 ? `; they hold for ${others.join(", ")} too` : ""}`,
    );
  },
};

function faultOf(
  policy: Policy,
  application: Application,
  named: WithGroups,
): string | undefined {
  const { decision, include } = policy;
  if (decision === "bypass") return "no login for those it names (Bypass)";
  if (decision === "deny") return undefined;
  const hasToken = (rule: Rule) => TOKENS.some((key) => has(rule, key));
  if (decision === "allow" && include?.some(hasToken)) return TOKEN_IN_ALLOW;
  const who = widely(policy, application, named);
  if (who === undefined) return undefined;
  const group = include
    ?.flatMap((rule) => named.group(groupIn(rule) ?? "") ?? [])
    .find((one) => widely({ ...policy, ...one }, application, named));
  const alone = include?.filter((rule) => groupIn(rule) === undefined);
  const isDirect = widely({ ...policy, include: alone }, application, named);
  return `admits ${who}${isDirect || !group ? "" : `, by the group "${group.name}"`}`;
}

/** Whom it admits without naming them. */
function widely(
  policy: Policy,
  application: Application,
  named: WithGroups,
): string | undefined {
  const anyToken = (rule: Rule) =>
    has(rule, "any_valid_service_token") || isOpen(rule);
  const width = widthOf(policy, named, application);
  return width !== undefined
    ? ANYONE[width]
    : admits(policy, anyToken, named)
      ? "every service token of the account"
      : undefined;
}

function groupIn(rule: Rule): string | undefined {
  const { id } = (rule.group ?? {}) as { id?: string };
  return id;
}

function remedyOf(
  policy: Policy,
  fault: string,
  { name }: Application,
  promises: readonly AccessPromise[],
): string {
  if ("reusable" in policy && policy.reusable === true)
    return "if main.ts has it so, change it there and deploy; if not, deploy the stack again, which puts it right";
  const isPromised = promises.some(
    ({ who }) => who.kind === "policy" && who.name === policy.name,
  );
  const todo =
    policy.decision === "bypass"
      ? `take it out there ${PLACE}: whom it matches then logs in, or sends a service token`
      : fault === TOKEN_IN_ALLOW
        ? `name it in tokens in main.ts and deploy, so that the stack's own policy admits it, and then take it out of this one there ${PLACE}`
        : `name in it there whom it is for ${PLACE}, or name them in main.ts, deploy, and then take it out there`;
  return [
    `it is written inside the application "${name}", and where that was made by hand (existingApplication, existingPathApplications) no deploy changes it: ${todo}`,
    ...(isPromised
      ? [
          "promises in main.ts names it: where it goes, take that out before the next deploy",
        ]
      : []),
  ].join("; ");
}

const PLACE = "(Zero Trust, Access controls, Applications)";

function causeOf({ decision }: Policy, fault: string): string {
  if (decision === "bypass") return "a Bypass policy switches Access off";
  return fault === TOKEN_IN_ALLOW
    ? "machines are asked to log in by an Allow policy: tokens belong into one of Service Auth"
    : "people or machines get in whom nobody named";
}
