import type { Policy } from "../access/model";
import { widthOf, type Width } from "../account/policy-width";
import { policyDetails } from "./details";
import type { Managed } from "./managed";
import type { Breach } from "./rule";
import { quoted } from "../base/quoted";

/** The allow policies that are so wide, each with the places it opens. */
export function byWidth(
  managed: Managed,
  width: Width,
  what: (policy: Policy) => string,
): Breach[] {
  const named = {
    loginMethods: managed.after.access.identity_providers ?? [],
    group: (id: string) => managed.group(id),
  };
  return managed.applications.flatMap(
    ({ application, policies, stack, uris }) =>
      policies
        .filter(
          (policy) =>
            policy.decision === "allow" &&
            widthOf(policy, named, application) === width,
        )
        .map((policy) => ({
          stack,
          about: uris.join(", "),
          what: `the policy ${quoted(policy.name ?? "")} ${what(policy)}`,
          details: policyDetails(policy, managed),
        })),
  );
}
