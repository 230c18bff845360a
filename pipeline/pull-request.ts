import { checkApiToken } from "../account/api-token";
import { cloudflareClient } from "../account/client";
import { TerraformError, checkTerraform } from "../deployment/terraform";
import { readChange } from "../review/read-change";
import { hasErrors, reviewOf } from "../review/review";
import { toMarkdown } from "../review/to-markdown";
import { houseFindings } from "../rules/house-findings";
import { loadSettings, UsageError } from "../settings";
import { allStacks } from "./all-stacks";
import { failureOf } from "./failure";
import { checkLastingState } from "./lasting-state";
import { codeBlock } from "../review/markdown";
import { planAll } from "./plan-all";
import { planOnly } from "./plan-only";
import type { StepOptions, StepReport } from "./step";

/**
 * Plans every stack and says who gains and who loses access. It changes
 * nothing, needs to read only, and works before anything is deployed. It fails
 * where something becomes public or a house rule is broken.
 *
 * What keeps it from a plan is reported, too: else an earlier review would go
 * on standing on the pull request.
 */
export async function reviewPullRequest(
  options: StepOptions,
): Promise<StepReport> {
  const env = planOnly(options.env);
  try {
    return await review({ ...options, env });
  } catch (error) {
    const why = error instanceof UsageError ? error.message : said(error);
    return {
      markdown: `## Access review: not possible\n\n${codeBlock(why)}`,
      failed: true,
    };
  }
}

async function review(options: StepOptions): Promise<StepReport> {
  const { env } = options;
  const { accountId } = loadSettings(env);
  checkLastingState(env);
  await checkTerraform(env);
  const client = cloudflareClient(env);
  await checkApiToken(client, accountId);
  const plans = await planAll(await allStacks(options), options);
  const change = await readChange(plans, client, accountId);
  const found = reviewOf(change, { further: houseFindings(change) });
  return { markdown: toMarkdown(found), failed: hasErrors(found) };
}

function said(error: unknown): string {
  if (error instanceof TerraformError) return failureOf(error);
  throw error;
}
