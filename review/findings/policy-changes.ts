import { resourcesOf, type Plan, type Policy } from "../change";

/** A policy that is written, by itself or inside an application. */
export interface PolicyChange {
  readonly subject: string;
  readonly before?: Policy;
  readonly after: Policy;
  /** Whether the plan leaves an attribute open. */
  isUnknown(attribute: string): boolean;
}

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
      return paired(writtenIn(before?.policies), writtenIn(after.policies)).map(
        ([was, policy]) => ({
          subject: `policy ${policy.name ?? ""} in ${after.name ?? after.domain ?? "an application"}`,
          before: was,
          after: policy,
          isUnknown: () => false,
        }),
      );
    },
  );
  return [...own, ...inside];
}

/**
 * Each policy with what it was: told by its id, else by its name. Those that
 * neither tells are renamed ones, in their order, unless each has an id of its own.
 */
function paired(
  before: readonly Policy[],
  after: readonly Policy[],
): (readonly [Policy | undefined, Policy])[] {
  const left = new Set(before);
  const found = new Map<Policy, Policy>();
  for (const isSame of [sameId, sameName, mayBeRenamed])
    for (const policy of after) {
      if (found.has(policy)) continue;
      const was = [...left].find((one) => isSame(one, policy));
      if (was === undefined) continue;
      found.set(policy, was);
      left.delete(was);
    }
  return after.map((policy) => [found.get(policy), policy]);
}

function sameId(one: Policy, other: Policy): boolean {
  return !!one.id && one.id === other.id;
}

function sameName(one: Policy, other: Policy): boolean {
  return !!one.name && one.name === other.name && mayBeRenamed(one, other);
}

function mayBeRenamed(one: Policy, other: Policy): boolean {
  return !one.id || !other.id;
}

/** A policy that is only named says nothing here. */
function writtenIn(
  policies: readonly (string | Policy)[] | null | undefined,
): Policy[] {
  return (policies ?? []).filter(
    (one): one is Policy => typeof one !== "string" && !!one.decision,
  );
}
