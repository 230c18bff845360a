import { canBeAddress, canBeDomain } from "../../base/mail";
import type { RuleSet } from "../../access/model";
import { API_SPELLINGS } from "../../access/selectors";
import { resourcesOf } from "../change";
import { listOf, type Finding, type PlanLook } from "./finding";
import { policyChanges, type PolicyChange } from "./policy-changes";

/** Selectors of who has logged in. */
const OF_A_LOGIN: ReadonlySet<string> = new Set([
  ...["email", "email_domain", "email_list", "login_method", "auth_method"],
  ...["auth_context", "gsuite", "azure_ad", "okta", "github_organization"],
  ...["saml", "oidc", "external_evaluation", "user_risk_score"],
  "cloudflare_account_member",
]);

/** Kinds of policies that Access looks at before anybody has logged in. */
const BEFORE_LOGIN: Readonly<Record<string, string>> = {
  bypass: "Bypass",
  non_identity: "Service Auth",
};

/**
 * Rules about addresses that nobody can have, and about who has logged in where
 * nobody has yet: they let nobody in, and keep nobody out.
 */
export const matchesNobody: PlanLook = ({ change: { plans } }) => {
  const policies = policyChanges(plans);
  const groups = resourcesOf(plans, "group").flatMap(({ action, after }) =>
    after && action !== "no-op" && action !== "forget"
      ? [{ subject: `group ${after.name ?? ""}`, after }]
      : [],
  );
  return [
    ...policies.flatMap(beforeLogin),
    ...[...policies, ...groups].flatMap(({ after, subject }): Finding[] => {
      const names = nobodyIn(after);
      return names.length === 0
        ? []
        : [
            {
              id: "matches-nobody",
              severity: "warning",
              subject,
              text: `no address is like ${listOf(names.map((name) => JSON.stringify(name)))}: the rule lets nobody in and keeps nobody out`,
              remedy:
                'write whole addresses, and for a domain what comes after the "@"',
            },
          ];
    }),
  ];
};

/** What a policy asks of a login that comes after it. */
function beforeLogin({ after, subject }: PolicyChange): Finding[] {
  const kind = BEFORE_LOGIN[after.decision ?? ""];
  const asked = [after.include, after.require, after.exclude]
    .flatMap((rules) => rules ?? [])
    .flatMap((rule) =>
      Object.keys(rule)
        .filter((key) => rule[key])
        .map((key) => API_SPELLINGS[key] ?? key),
    )
    .filter((selector) => OF_A_LOGIN.has(selector));
  return kind === undefined || asked.length === 0
    ? []
    : [
        {
          id: "matches-nobody",
          severity: "warning",
          subject,
          text: `Access checks a ${kind} policy before anyone logs in: its rules by ${listOf([...new Set(asked)])} let nobody in and keep nobody out`,
          remedy:
            "name people in an Allow policy; use IP addresses, countries, tokens or certificates here",
        },
      ];
}

function nobodyIn({ exclude, include, require }: RuleSet): string[] {
  return [include, require, exclude]
    .flatMap((rules) => rules ?? [])
    .flatMap(({ email, email_domain: domain }) => [
      ...textsIn(email, "email").filter((text) => !canBeAddress(text)),
      ...textsIn(domain, "domain").filter(
        (text) => !canBeDomain(text.replace(/^@/, "")),
      ),
    ]);
}

function textsIn(values: object | null | undefined, key: string): string[] {
  const text: unknown = values && Reflect.get(values, key);
  return typeof text === "string" && text !== "" ? [text] : [];
}
