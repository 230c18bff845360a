import { checkTerraform } from "../deployment/terraform";
import { drift } from "./drift";
import { expiry, type ExpiryOptions } from "./expiry";
import { givenStacks, type GivenStacksOptions } from "./given-stacks";
import { overdueGuests } from "./guests";
import { checkLastingState } from "./lasting-state";
import { planOnly } from "../deployment/plan-only";
import type { StepReport } from "./step";

/**
 * Looks whether the account still is as it was deployed, what ends soon, and
 * which guests are overdue.
 * It changes nothing, and needs to read only.
 *
 * @throws UsageError where settings are missing
 */
export async function nightly(
  options: ExpiryOptions & GivenStacksOptions,
): Promise<StepReport> {
  const env = planOnly(options.env);
  checkLastingState(env);
  await checkTerraform(env);
  const own = { ...options, env };
  const stacks = await givenStacks(own);
  const guests = await overdueGuests(stacks, own);
  const parts = [
    ...(guests ? [guests] : []),
    await drift(stacks, own),
    await expiry(stacks, own),
  ];
  return {
    markdown: parts.map(({ markdown }) => markdown).join("\n\n"),
    failed: parts.some(({ failed }) => failed),
  };
}
