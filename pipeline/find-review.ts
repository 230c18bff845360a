import { z } from "zod/mini";
import { UsageError } from "../base/usage-error";
import { ask, type GitHub } from "./github";

/** The workflow of the default branch that reviews. */
const WORKFLOW = ".github/workflows/review.yml";

/** Name of the artifact with the review of a commit. */
export function reviewName(sha: string): string {
  return `reviewed-${sha}`;
}

/** Where the review of what was merged is. */
export interface FoundReview {
  /** Of the run that has it as an artifact. */
  readonly runId: number;
  readonly name: string;
}

const MERGED = z.array(
  z.object({
    number: z.number(),
    merge_commit_sha: z.nullish(z.string()),
    merged_at: z.nullish(z.string()),
    base: z.object({ ref: z.string() }),
    head: z.object({ sha: z.string() }),
  }),
);

const ARTIFACTS = z.object({
  artifacts: z.array(
    z.object({
      created_at: z.string(),
      expired: z.boolean(),
      workflow_run: z.nullish(z.object({ id: z.number() })),
    }),
  ),
});

const RUN = z.object({
  event: z.string(),
  path: z.string(),
  head_branch: z.nullish(z.string()),
  head_repository: z.object({ full_name: z.string() }),
});

/**
 * Finds the review of the pull request that a commit of the default branch has
 * merged. Anyone who may push a branch can upload an artifact of that name, so
 * the run that made it is held to be the default branch's own reviewer: GitHub
 * starts that from the file of the default branch and from no other.
 *
 * @param branch the default branch
 * @throws UsageError where there is none
 * @see https://docs.github.com/en/rest/actions/artifacts
 */
export async function findReview(
  github: GitHub,
  sha: string,
  branch: string,
): Promise<FoundReview> {
  const { repository } = github;
  const get = (path: string, permission = "actions: read") =>
    ask(github, "GET", `/repos/${repository}${path}`, { permission });
  const merged = MERGED.parse(
    await get(`/commits/${sha}/pulls`, "pull-requests: read"),
  ).find(
    (one) =>
      one.merge_commit_sha === sha && one.merged_at && one.base.ref === branch,
  );
  if (merged === undefined)
    throw missing(`${sha} was not merged by a pull request to ${branch}`);
  const name = reviewName(merged.head.sha);
  const { artifacts } = ARTIFACTS.parse(
    await get(`/actions/artifacts?name=${name}&per_page=100`),
  );
  const latest = artifacts
    .filter(({ expired }) => !expired)
    .sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
  for (const { workflow_run: run } of latest) {
    if (!run) continue;
    const made = RUN.parse(await get(`/actions/runs/${run.id}`));
    if (
      made.event === "workflow_run" &&
      made.path.replace(/@.*/, "") === WORKFLOW &&
      made.head_branch === branch &&
      made.head_repository.full_name === repository
    )
      return { runId: run.id, name };
  }
  throw missing(
    `pull request ${merged.number} has no review of ${merged.head.sha} that ${WORKFLOW} has kept`,
  );
}

function missing(why: string): UsageError {
  return new UsageError("Review", [
    `${why}: nothing is deployed that was not reviewed. Open a pull request with the change, or deploy from your machine (npm run deploy)`,
  ]);
}
