import type { Stack } from "../deployment/stacks";
import { brokenBeforePlan } from "../rules/synthesized";
import { ok, warning, type DoctorFinding } from "./check";

/**
 * House rules that synthesized stacks break, as far as that can be told before
 * a plan: a review of the plan fails on these, and on what only it can tell.
 */
export function houseRules(
  stacks: readonly Pick<Stack, "name" | "dir">[],
  now: Date,
): DoctorFinding[] {
  const shared = {
    id: "house-rules",
    why: "A review of the change would fail.",
    page: "docs/house-rules.md",
  };
  const broken = brokenBeforePlan(stacks, now);
  if (broken.length === 0)
    return [{ ...shared, ...ok("none is broken, before the plan is known") }];
  return broken.map(({ about, remedy, rule, stack, what, why }) => ({
    ...shared,
    ...warning(`${what} (${rule})`, remedy, `${stack}: ${about}`),
    why,
  }));
}
