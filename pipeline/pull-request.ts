import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../base/usage-error";
import { notPossible, reviewUpload } from "./review-upload";
import type { StepOptions, StepReport } from "./step";
import { synthesizeAsData } from "./synthesize";

/**
 * Synthesizes every stack and reviews what comes of it, on one machine: what
 * two workflows do for a pull request, of which the second trusts nothing of
 * the first.
 */
export async function reviewPullRequest({
  save,
  ...options
}: StepOptions & {
  /** File that takes the review, for the deploy. @default - none does */
  readonly save?: string;
}): Promise<StepReport> {
  const folder = mkdtempSync(join(tmpdir(), "synthesized-"));
  try {
    await synthesizeAsData({ ...options, folder, purpose: "review" });
    return await reviewUpload({ ...options, folder, save, own: true });
  } catch (error) {
    if (error instanceof UsageError) return notPossible(error.message);
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
