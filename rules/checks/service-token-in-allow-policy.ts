import { has } from "../width";
import type { Rule } from "../rule";

export const serviceTokenInAllowPolicy: Rule = {
  id: "service-token-in-allow-policy",
  title: "A service token in an allow policy",
  why: "An allow policy sends whoever has no login to the login page, machines too.",
  remedy:
    "Give the token a policy of its own, with the decision non_identity: tokens of a ServiceStack have one.",
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
          what: `the policy "${policy.name ?? ""}" names a service token`,
        })),
    ),
};
