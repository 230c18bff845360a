import type { Rule as AccessRule } from "../../access/model";
import { admits, has, isOpen } from "../../account/policy-width";
import { policyDetails } from "../details";
import type { Rule } from "../rule";
import { quoted } from "../../base/quoted";

const isAny = (rule: AccessRule) => has(rule, "any_valid_service_token");

export const anyServiceToken: Rule = {
  id: "any-service-token",
  title: "Any service token of the account is admitted",
  why: "A token issued for another service also works here.",
  remedy:
    "Name this service's tokens, at Cloudflare for a policy made by hand, or write a waiver that says why.",
  check: (managed) =>
    managed.applications.flatMap(({ policies, stack, uris }) =>
      policies
        .filter(
          (policy) =>
            admits(policy, (rule) => isAny(rule) || isOpen(rule), managed) &&
            !admits(policy, isOpen, managed),
        )
        .map((policy) => ({
          stack,
          about: uris.join(", "),
          what: `the policy ${quoted(policy.name ?? "")} admits any service token`,
          details: policyDetails(policy, managed),
        })),
    ),
};
