import { appendFileSync } from "node:fs";
import { TerraformError } from "../../deployment/terraform";
import { failureOf } from "../../pipeline/failure";
import { findReview as find } from "../../pipeline/find-review";
import {
  addSummary,
  eventOf,
  gitHubOf,
  keepComment,
} from "../../pipeline/github";
import { headOf, pullRequestOf, setStatus } from "../../pipeline/head";
import type { StepOptions, StepReport } from "../../pipeline/step";
import { codeBlock } from "../../review/markdown";
import { UsageError } from "../../base/usage-error";
import { environmentWithFile } from "../../settings";
import { patientInterruption } from "../command";

/** Runs a step, shows its report wherever people look, and sets the exit code. */
export async function run(
  step: (options: StepOptions) => Promise<StepReport>,
): Promise<void> {
  await reported(step);
}

async function reported<R extends StepReport>(
  step: (options: StepOptions) => Promise<R>,
): Promise<R> {
  const env = environmentWithFile();
  const report = await step({
    env,
    ...patientInterruption(),
    say: (line) => console.error(line),
  });
  addSummary(env, report.markdown);
  console.log(report.markdown);
  if (report.failed) process.exitCode = 1;
  return report;
}

/** Reviews what a pull request's code has synthesized, and says so where its commit is looked at. */
export async function reviewCommit(options: {
  synthesized: string;
  save: string;
}): Promise<void> {
  const { notPossible, reviewUpload } =
    await import("../../pipeline/review-upload");
  const env = environmentWithFile();
  const github = gitHubOf(env);
  const head = headOf(eventOf(env));
  if (github && head)
    await setStatus(github, head, "pending", "being reviewed");
  const { save, synthesized: folder } = options;
  const { failed, markdown, summary } = await reported(async (step) =>
    head?.synthesized === false
      ? notPossible("The job that synthesizes the pull request's code failed.")
      : reviewUpload({ ...step, folder, save }),
  );
  if (!github || !head) return;
  const pullRequest = await pullRequestOf(github, head);
  if (pullRequest) await keepComment(pullRequest, markdown);
  await setStatus(github, head, failed ? "failure" : "success", summary);
}

/** Looks at all that is deployed, and in a workflow keeps the issue on what is amiss. */
export async function lookAtNight(synthesized?: string): Promise<void> {
  const { nightly } = await import("../../pipeline/nightly");
  const { keepIssue } = await import("../../pipeline/keep-issue");
  const github = gitHubOf(environmentWithFile());
  let report: StepReport;
  try {
    report = await reported((options) => nightly({ ...options, synthesized }));
  } catch (error) {
    // Nobody looks at a night that could not look.
    if (github && error instanceof Error)
      console.error(await keepIssue(github, notLooked(error)));
    throw error;
  }
  if (github) console.error(await keepIssue(github, report));
}

function notLooked(error: Error): StepReport {
  const why =
    error instanceof TerraformError ? failureOf(error) : error.message;
  return {
    markdown: `## The nightly look failed\n\n${codeBlock(why)}`,
    failed: true,
    amiss: ["the nightly look failed"],
  };
}

/** Tells the workflow which run has kept the review of what was merged. */
export async function findReview(): Promise<void> {
  const env = environmentWithFile();
  const github = gitHubOf(env);
  const {
    GITHUB_OUTPUT: output,
    GITHUB_REF_NAME: branch,
    GITHUB_SHA: sha,
  } = env;
  if (!github || !output || !branch || !sha)
    throw new UsageError("npm run ci -- find-review", [
      "it looks for the review of a run of GitHub Actions, and this is none",
    ]);
  const { name, runId } = await find(github, sha, branch);
  appendFileSync(output, `run-id=${runId}\nname=${name}\n`);
  console.log(`${name}, of run ${runId}`);
}
