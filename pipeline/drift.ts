import { rmSync } from "node:fs";
import { countsOf } from "../deployment/plan-words";
import { planFileOf } from "../deployment/remains";
import type { Stack } from "../deployment/stacks";
import {
  Terraform,
  TerraformError,
  type ResourceChange,
} from "../deployment/terraform";
import { eachOf } from "../probe/each-of";
import { failureOf } from "./failure";
import { code, codeBlock, table } from "../review/markdown";
import type { StepOptions, StepReport } from "./step";

/** Terraforms that plan side by side: each starts providers of its own. */
const AT_A_TIME = 4;

export type Drift =
  | { readonly name: string; readonly changes: readonly ResourceChange[] }
  | { readonly name: string; readonly failure: string };

/**
 * Plans every stack and reports what a deploy would change: somebody changed it
 * in the account, or it was never deployed.
 */
export async function drift(
  stacks: readonly Stack[],
  options: StepOptions,
): Promise<StepReport> {
  const found = await eachOf(stacks, AT_A_TIME, async (stack) => {
    const drift = await driftOf(stack, options);
    options.say(`${stack.name}: ${said(drift)}`);
    return drift;
  });
  const amiss = found.filter(isAmiss);
  return {
    markdown: driftReport(found),
    failed: amiss.length > 0,
    amiss: amiss.map((one) => `${one.name}: ${said(one)}`),
  };
}

async function driftOf(
  { dir, name }: Stack,
  options: StepOptions,
): Promise<Drift> {
  const terraform = new Terraform(dir, options);
  const planFile = planFileOf({ dir }, process.pid);
  try {
    await terraform.prepare();
    const changed = await terraform.plan(planFile);
    return {
      name,
      changes: changed ? await terraform.changes(planFile) : [],
    };
  } catch (error) {
    if (!(error instanceof TerraformError)) throw error;
    return { name, failure: failureOf(error) };
  } finally {
    // It holds the secrets of the stack.
    rmSync(planFile, { force: true });
  }
}

function isAmiss(drift: Drift): boolean {
  return "failure" in drift || drift.changes.length > 0;
}

function said(drift: Drift): string {
  if ("failure" in drift) return "can't be planned";
  return drift.changes.length === 0 ? "as deployed" : countsOf(drift.changes);
}

/** What a deploy would change, by stack. */
export function driftReport(drifts: readonly Drift[]): string {
  const rows = drifts.flatMap((drift) =>
    "failure" in drift
      ? []
      : drift.changes.map(({ actions, address }) => [
          code(drift.name),
          code(address),
          actions.join(", then "),
        ]),
  );
  const failures = drifts.flatMap((drift) =>
    "failure" in drift
      ? [
          `### ${code(drift.name)} can't be planned\n\n${codeBlock(drift.failure)}`,
        ]
      : [],
  );
  return [
    "## Drift",
    ...(rows.length === 0 && failures.length === 0
      ? [`${drifts.length} stacks are as deployed.`]
      : []),
    ...(rows.length > 0
      ? [
          "Someone changed this in the account, or the code was not deployed. A deploy would:",
          table(["stack", "resource", "a deploy would"], rows),
        ]
      : []),
    ...failures,
  ].join("\n\n");
}
