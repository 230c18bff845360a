import type { Stack } from "../deployment/stacks";
import { checkTerraform } from "../deployment/terraform";
import { promisesReport } from "./deploy-report";
import { drift } from "./drift";
import { expiry, type ExpiryOptions } from "./expiry";
import { givenStacks, type GivenStacksOptions } from "./given-stacks";
import { overdueGuests } from "./guests";
import { checkLastingState } from "./lasting-state";
import { planOnly } from "../deployment/plan-only";
import { prove, type ProveOptions } from "./prove";
import type { StepReport } from "./step";

/**
 * Looks whether the account still is as it was deployed, whether what was
 * promised holds, what ends soon, and which guests are overdue.
 * It changes nothing, and needs to read only.
 *
 * @throws UsageError where settings are missing
 */
export async function nightly(
  options: ExpiryOptions & GivenStacksOptions & ProveOptions,
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
    await promises(stacks, own),
    await expiry(stacks, own),
  ];
  return {
    markdown: parts.map(({ markdown }) => markdown).join("\n\n"),
    failed: parts.some(({ failed }) => failed),
    amiss: parts.flatMap(({ amiss = [] }) => amiss),
    unchecked: parts.flatMap(({ unchecked = [] }) => unchecked),
  };
}

async function promises(
  stacks: readonly Stack[],
  options: ProveOptions,
): Promise<StepReport> {
  const findings = await prove(stacks, options);
  const all = (status: "broken" | "not checked") =>
    [...findings].flatMap(([name, results]) =>
      results.flatMap(({ check, finding }) =>
        finding.status === status ? [`${name}: broken: ${check.promise}`] : [],
      ),
    );
  const amiss = all("broken");
  options.say(`promises: ${amiss.length} broken`);
  return {
    markdown: promisesReport(findings),
    failed: amiss.length > 0,
    amiss,
    unchecked: all("not checked"),
  };
}
