import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { checkApiToken } from "../account/api-token";
import { cloudflareClient } from "../account/client";
import { checkTerraform, TerraformError } from "../deployment/terraform";
import { reviewedOf, writeReviewed } from "../gate/reviewed";
import { codeBlock } from "../review/markdown";
import { readChange } from "../review/read-change";
import { hasErrors } from "../review/review";
import { summaryOf } from "../review/rows";
import { toMarkdown } from "../review/to-markdown";
import { houseReview } from "../rules/house-review";
import { UsageError } from "../base/usage-error";
import { loadSettings } from "../settings";
import { checkUpload } from "./check-upload";
import { failureOf } from "./failure";
import { checkLastingState } from "./lasting-state";
import { layOut } from "./lay-out";
import { planAll } from "../gate/plan-all";
import { planOnly } from "../deployment/plan-only";
import type { StepOptions, StepReport } from "./step";
import { readUpload } from "./upload";

export interface ReviewUploadOptions extends StepOptions {
  /** What `synthesizeAsData` wrote, wherever it ran. */
  readonly folder: string;
  /** File that takes the review, for the deploy. @default - none does */
  readonly save?: string;
  /**
   * Whether all of it comes from this very checkout, so that Terraform may get
   * providers of which no hash is known.
   *
   * @default false
   */
  readonly own?: boolean;
}

/** A report with what fits into one line. */
export interface ReviewReport extends StepReport {
  readonly summary: string;
}

/**
 * Reviews what a pull request's code has synthesized, without running any of
 * that code: before Terraform sees it, it is held against what may be planned
 * beside a token. It changes nothing and needs to read only.
 *
 * What keeps it from a plan is reported, too: else an earlier review would go
 * on standing on the pull request.
 */
export async function reviewUpload(
  options: ReviewUploadOptions,
): Promise<ReviewReport> {
  const env = planOnly(options.env);
  try {
    return await review({ ...options, env });
  } catch (error) {
    const why =
      error instanceof UsageError
        ? error.message
        : error instanceof TerraformError
          ? failureOf(error)
          : undefined;
    if (why === undefined) throw error;
    return notPossible(why);
  }
}

/** What is reported where there is no review, and why. */
export function notPossible(why: string): ReviewReport {
  return {
    markdown: `## Access review: not possible\n\n${codeBlock(why)}`,
    summary: "not possible",
    failed: true,
  };
}

async function review(options: ReviewUploadOptions): Promise<ReviewReport> {
  const { env, save } = options;
  const settings = loadSettings(env);
  checkLastingState(env);
  const upload = readUpload(options.folder);
  const { code } = upload;
  checkUpload(code, settings, env, options);
  await checkTerraform(env);
  const { accountId } = settings;
  const client = cloudflareClient(env);
  await checkApiToken(client, accountId);
  const root = resolve(env.CDKTF_OUTPUT ?? "cdktf.out");
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join(root, "uploaded-"));
  try {
    const journal = join(folder, "journal");
    const stacks = layOut(upload, settings, { env, folder, journal });
    const plans = await planAll(stacks, options);
    const change = await readChange(plans, client, accountId);
    const found = houseReview(change, env);
    if (save !== undefined)
      writeReviewed(save, reviewedOf(found, code, accountId));
    return {
      markdown: toMarkdown(found),
      summary: summaryOf(found.matrix, found.findings),
      failed: hasErrors(found),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
