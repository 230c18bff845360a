import { z } from "zod/mini";
import { ask, type GitHub, type PullRequest } from "./github";

/** The commit that a review is about, in whoever's repository it is. */
export interface Head {
  readonly sha: string;
  readonly branch: string;
  /** Who owns the repository of the branch. */
  readonly owner: string;
  /** Whether the workflow that synthesized it ended well. */
  readonly synthesized: boolean;
}

const EVENT = z.object({
  workflow_run: z.object({
    head_sha: z.string().check(z.regex(/^[0-9a-f]{40}$/)),
    head_branch: z.nullish(z.string()),
    conclusion: z.nullish(z.string()),
    head_repository: z.nullish(
      z.object({ owner: z.object({ login: z.string() }) }),
    ),
  }),
});

/**
 * The commit whose workflow has ended, where that has started this run.
 *
 * @param event what GitHub tells of it
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#workflow_run
 */
export function headOf(event: unknown): Head | undefined {
  const parsed = EVENT.safeParse(event);
  if (!parsed.success) return undefined;
  const run = parsed.data.workflow_run;
  return {
    sha: run.head_sha,
    branch: run.head_branch ?? "",
    owner: run.head_repository?.owner.login ?? "",
    synthesized: run.conclusion === "success",
  };
}

const PULL_REQUESTS = z.array(
  z.object({ number: z.number(), head: z.object({ sha: z.string() }) }),
);

/** The open pull request of a commit; GitHub names none of a fork's by itself. */
export async function pullRequestOf(
  github: GitHub,
  { branch, owner, sha }: Head,
): Promise<PullRequest | undefined> {
  const head = encodeURIComponent(`${owner}:${branch}`);
  const path = `/repos/${github.repository}/pulls?state=open&head=${head}`;
  const found = PULL_REQUESTS.parse(await ask(github, "GET", path));
  const own = found.find((one) => one.head.sha === sha);
  return own && { ...github, number: own.number };
}

/** Name of the status that a rule for the branch asks for. */
export const STATUS = "Access review";

/** Longest that GitHub takes. */
const LONGEST = 140;

/**
 * Sets the required status of a commit. One that is not set lets nothing be
 * merged, as one that is pending or has failed.
 *
 * @see https://docs.github.com/en/rest/commits/statuses
 */
export async function setStatus(
  github: GitHub,
  { sha }: Head,
  state: "pending" | "success" | "failure",
  description: string,
): Promise<void> {
  await ask(github, "POST", `/repos/${github.repository}/statuses/${sha}`, {
    permission: "statuses: write",
    body: {
      state,
      context: STATUS,
      description: description.slice(0, LONGEST),
      target_url: github.runUrl,
    },
  });
}
