import { resourcesOf, type Plan, type Policy } from "../change";

/** A policy that is written, by itself or inside an application. */
export interface PolicyChange {
  readonly subject: string;
  readonly before?: Policy;
  readonly after: Policy;
  /** Whether the plan leaves an attribute open. */
  isUnknown(attribute: string): boolean;
}

/** Those inside an application are told apart by name, else by their place. */
export function policyChanges(plans: readonly Plan[]): PolicyChange[] {
  const own = resourcesOf(plans, "policy").flatMap(
    ({ action, after, before, unknown }): PolicyChange[] =>
      !after || action === "no-op" || action === "forget"
        ? []
        : [
            {
              subject: `policy ${after.name ?? ""}`,
              before,
              after,
              isUnknown: (attribute) => unknown.includes(attribute),
            },
          ],
  );
  const inside = resourcesOf(plans, "application").flatMap(
    ({ action, after, before }): PolicyChange[] => {
      if (!after || action === "no-op" || action === "forget") return [];
      const [was, is] = [before, after].map((one) => writtenIn(one?.policies));
      return is!.map((policy, index) => ({
        subject: `policy ${policy.name ?? ""} in ${after.name ?? after.domain ?? "an application"}`,
        before:
          was!.find(({ name }) => name && name === policy.name) ?? was![index],
        after: policy,
        isUnknown: () => false,
      }));
    },
  );
  return [...own, ...inside];
}

/** A policy that is only named says nothing here. */
function writtenIn(
  policies: readonly (string | Policy)[] | null | undefined,
): Policy[] {
  return (policies ?? []).filter(
    (one): one is Policy => typeof one !== "string" && !!one.decision,
  );
}
