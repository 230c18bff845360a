import { admits, has } from "../width";
import type { Rule } from "../rule";

export const anyServiceToken: Rule = {
  id: "any-service-token",
  title: "Any service token of the account opens it",
  why: "Whoever holds a token for another service gets in here as well.",
  remedy: "Name the tokens of this service.",
  check: (managed) =>
    managed.applications.flatMap(({ policies, stack, uris }) =>
      policies
        .filter((policy) =>
          admits(
            policy,
            (rule) => has(rule, "any_valid_service_token"),
            managed,
          ),
        )
        .map((policy) => ({
          stack,
          about: uris.join(", "),
          what: `the policy "${policy.name ?? ""}" takes any token`,
        })),
    ),
};
