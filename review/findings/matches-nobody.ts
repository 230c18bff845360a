import { canBeAddress, canBeDomain } from "../../base/mail";
import type { RuleSet } from "../../access/model";
import { resourcesOf } from "../change";
import { listOf, type Finding, type PlanLook } from "./finding";
import { policyChanges } from "./policy-changes";

/** Rules about addresses that nobody can have: they let nobody in, and keep nobody out. */
export const matchesNobody: PlanLook = ({ change: { plans } }) => {
  const groups = resourcesOf(plans, "group").flatMap(({ action, after }) =>
    after && action !== "no-op" && action !== "forget"
      ? [{ subject: `group ${after.name ?? ""}`, after }]
      : [],
  );
  return [...policyChanges(plans), ...groups].flatMap(
    ({ after, subject }): Finding[] => {
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
                'write whole addresses, and of a domain what comes after the "@"',
            },
          ];
    },
  );
};

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
