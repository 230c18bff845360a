import { loadSettings } from "../settings";
import { allStacks } from "./all-stacks";
import { planOnly } from "../deployment/plan-only";
import type { StepOptions, StepReport } from "./step";
import { writeUpload } from "./upload";

/** What stacks are synthesized for: a review plans them and applies nothing. */
export type Purpose = "review" | "deploy";

/**
 * Synthesizes every stack without any secret, and writes what comes of it as
 * data for a job that has some.
 *
 * @throws UsageError with what is wrong with settings and props
 */
export async function synthesizeAsData({
  folder,
  purpose,
  ...options
}: StepOptions & {
  readonly folder: string;
  readonly purpose: Purpose;
}): Promise<StepReport> {
  const env = purpose === "review" ? planOnly(options.env) : options.env;
  loadSettings(env);
  const stacks = await allStacks({ ...options, env });
  writeUpload(folder, stacks);
  return {
    markdown: `## Synthesized\n\n${stacks.length} stacks, for a ${purpose}.`,
    failed: false,
  };
}
