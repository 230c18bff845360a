import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { codeOf } from "../gate/code";
import { loadSettings } from "../settings";
import { allStacks } from "./all-stacks";
import { planOnly } from "./plan-only";
import type { StepOptions, StepReport } from "./step";
import { STACKS_FILE } from "./upload";

/**
 * Synthesizes every stack for a review, without any secret, and writes what
 * comes of it as data: a file for each stack, and their names in the order of
 * deployment.
 *
 * @throws UsageError with what is wrong with settings and props
 */
export async function synthesizeForReview({
  folder,
  ...options
}: StepOptions & { readonly folder: string }): Promise<StepReport> {
  const env = planOnly(options.env);
  loadSettings(env);
  const stacks = await allStacks({ ...options, env });
  mkdirSync(folder, { recursive: true });
  for (const [name, code] of Object.entries(codeOf(stacks)))
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(code));
  const names = stacks.map(({ name }) => name);
  writeFileSync(join(folder, STACKS_FILE), JSON.stringify(names));
  return {
    markdown: `## Synthesized\n\n${names.length} stacks, to be reviewed.`,
    failed: false,
  };
}
