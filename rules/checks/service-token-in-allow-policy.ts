import { has } from "../../account/policy-width";
import { policyDetails } from "../details";
import type { Rule } from "../rule";
import { quoted } from "../../base/quoted";

export const serviceTokenInAllowPolicy: Rule = {
  id: "service-token-in-allow-policy",
  title: "A service token in an allow policy",
  why: "An allow policy redirects everyone without a login to the login page, including machines.",
  remedy:
    "Give the token a Service Auth policy (decision non_identity) of its own, as ServiceStack does.",
  check: (managed) =>
    managed.applications.flatMap(({ policies, stack, uris }) =>
      policies
        .filter(
          ({ decision, include, require }) =>
            decision === "allow" &&
            [...(include ?? []), ...(require ?? [])].some((rule) =>
              has(rule, "service_token"),
            ),
        )
        .map((policy) => ({
          stack,
          about: uris.join(", "),
          what: `the policy ${quoted(policy.name ?? "")} includes a service token`,
          details: policyDetails(policy, managed),
        })),
    ),
};
