import {
  asTheyAre,
  missingIn,
  policiesOf,
  returnOf,
} from "../providers/existing-application/document";
import { plain, type JsonObject } from "../providers/tunnel-route/json";
import type { AccountState, Application, Kinds, Plan } from "./change";

/**
 * Plans in which an application that is given back is what the destroy leaves of
 * it: it goes by what the account has then, as somebody may have changed it.
 */
export function asGivenBack(
  plans: readonly Plan[],
  account: AccountState,
): readonly Plan[] {
  return plans.map((plan) => ({
    ...plan,
    resources: plan.resources.map((one) => {
      const after =
        one.kind === "application" &&
        (one.givesBack
          ? leftOf(one.givesBack, account)
          : one.after && withInside(one.after, account));
      return after ? { ...one, after } : one;
    }) as Plan["resources"],
  }));
}

/**
 * One that a deploy has taken over, or takes, with the policies that are written
 * inside it now: somebody may have replaced those of before.
 */
function withInside(
  after: Kinds["application"],
  { access }: Pick<AccountState, "access">,
): Application | undefined {
  const { former, id, policies } = after;
  const found = access.applications.find((one) => one.id === id);
  if (former == null || found === undefined) return undefined;
  const reusable = new Set((access.policies ?? []).map((one) => one.id));
  const insideOf = (one: Pick<Application, "policies">) =>
    (one.policies ?? []).filter(
      (policy) =>
        typeof policy !== "string" &&
        !("reusable" in policy && policy.reusable === true) &&
        !reusable.has(policy.id ?? ""),
    );
  const idsOf = (list: readonly unknown[]) =>
    list.map((policy) => (policy as { readonly id?: string | null }).id);
  const [is, was] = [insideOf(found), idsOf(insideOf(former))];
  if (idsOf(is).join() === was.join()) return undefined;
  const listed = (policies ?? []).filter(
    (policy) => typeof policy === "string" || !was.includes(policy.id),
  );
  return {
    ...after,
    policies: [...is, ...listed].map((policy, at) =>
      typeof policy === "string" ? policy : { ...policy, precedence: at + 1 },
    ),
  };
}

/**
 * What giving an application back leaves of it; undefined where it is gone.
 *
 * @param state what the state knows of it
 */
export function leftOf(
  state: Readonly<Record<string, unknown>>,
  { access }: Pick<AccountState, "access">,
): Application | undefined {
  const reusable = new Map((access.policies ?? []).map((one) => [one.id, one]));
  const ids = [
    ...reusable.keys(),
    ...(access.identity_providers ?? []).map(({ id }) => id),
  ];
  const found = (id: unknown): JsonObject | undefined => {
    const one = access.applications.find((other) => other.id === id);
    if (one === undefined) return undefined;
    const policies = (one.policies ?? []).map((policy) => {
      const given = typeof policy === "string" ? { id: policy } : policy;
      const known = reusable.get(given.id);
      return known ? { ...known, ...given, reusable: true } : given;
    });
    return { ...one, policies } as unknown as JsonObject;
  };
  const now = found(state["app_id"]);
  if (now === undefined) return undefined;
  const back = returnOf(state, now, missingIn(state, ids));
  const left = asTheyAre(back.left, policiesOf(now));
  return plain(left) as unknown as Application;
}
