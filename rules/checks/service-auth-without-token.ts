import { admits, isOpen } from "../../account/policy-width";
import { policyDetails } from "../details";
import type { Rule } from "../rule";
import { quoted } from "../../base/quoted";

export const serviceAuthWithoutToken: Rule = {
  id: "service-auth-without-token",
  title: "A Service Auth policy that requires no token",
  why: "It admits requests without a login or a secret.",
  remedy:
    "Include a service token, and move IP addresses or countries to the required rules.",
  check: (managed) =>
    managed.applications.flatMap(({ policies, stack, uris }) =>
      policies
        .filter(
          (policy) =>
            policy.decision === "non_identity" &&
            admits(policy, isOpen, managed),
        )
        .map((policy) => ({
          stack,
          about: uris.join(", "),
          what: `the policy ${quoted(policy.name ?? "")} admits anyone from that location`,
          details: policyDetails(policy, managed),
        })),
    ),
};
