import { appendFileSync, readFileSync } from "node:fs";
import { z } from "zod/mini";
import { shortened } from "../review/markdown";

/** The pull request that a workflow was started for, and how to write to it. */
export interface PullRequest {
  /** Base address of GitHub's API. */
  readonly api: string;
  /** `owner/name` */
  readonly repository: string;
  readonly number: number;
  /** Allowed to write comments: `pull-requests: write`. */
  readonly token: string;
  /** The page of this run. */
  readonly runUrl: string;
}

/** First line of the one comment that is kept up to date. */
const MARKER = "<!-- access-stacks: review -->";

/**
 * Most that a comment holds, in characters, with something to spare.
 *
 * @see https://docs.github.com/en/rest/issues/comments
 */
const COMMENT_LIMIT = 65_000;

/** Most that a step's summary holds, in bytes, with something to spare. */
const SUMMARY_LIMIT = 1_000_000;

const PAGE = 100;

const EVENT = z.object({ pull_request: z.object({ number: z.number() }) });

const COMMENTS = z.array(
  z.object({
    id: z.number(),
    body: z.nullish(z.string()),
    user: z.nullish(z.object({ type: z.string() })),
  }),
);

/**
 * The pull request of this run; undefined outside of GitHub Actions, and in
 * runs that were started by anything else.
 *
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 */
export function pullRequestOf(env: NodeJS.ProcessEnv): PullRequest | undefined {
  const { GITHUB_EVENT_PATH, GITHUB_REPOSITORY, GITHUB_TOKEN } = env;
  if (!GITHUB_EVENT_PATH || !GITHUB_REPOSITORY || !GITHUB_TOKEN)
    return undefined;
  const event = EVENT.safeParse(
    JSON.parse(readFileSync(GITHUB_EVENT_PATH, "utf8")),
  );
  if (!event.success) return undefined;
  return {
    api: env.GITHUB_API_URL ?? "https://api.github.com",
    repository: GITHUB_REPOSITORY,
    number: event.data.pull_request.number,
    token: GITHUB_TOKEN,
    runUrl: `${env.GITHUB_SERVER_URL ?? "https://github.com"}/${GITHUB_REPOSITORY}/actions/runs/${env.GITHUB_RUN_ID ?? ""}`,
  };
}

/**
 * Writes the one comment of a pull request, or writes it anew where it stands.
 *
 * @throws Error with GitHub's answer where it refuses
 * @see https://docs.github.com/en/rest/issues/comments
 */
export async function keepComment(
  pullRequest: PullRequest,
  markdown: string,
): Promise<void> {
  const { number, repository, runUrl } = pullRequest;
  const comments = `/repos/${repository}/issues/${number}/comments`;
  const note = `_The rest is in [the summary of this run](${runUrl})._`;
  const body = shortened(`${MARKER}\n${markdown}`, COMMENT_LIMIT, note);
  const id = await ownComment(pullRequest, comments);
  if (id === undefined) await ask(pullRequest, "POST", comments, { body });
  else
    await ask(
      pullRequest,
      "PATCH",
      `/repos/${repository}/issues/comments/${id}`,
      { body },
    );
}

/** Adds to what GitHub shows on the page of the run; outside, does nothing. */
export function addSummary(env: NodeJS.ProcessEnv, markdown: string): void {
  if (!env.GITHUB_STEP_SUMMARY) return;
  const text = shortened(markdown, SUMMARY_LIMIT, "_Shortened._");
  appendFileSync(env.GITHUB_STEP_SUMMARY, `${text}\n`);
}

/** The comment that an earlier run made. People's are none, whatever they say. */
async function ownComment(
  pullRequest: PullRequest,
  comments: string,
): Promise<number | undefined> {
  for (let page = 1; ; page++) {
    const found = COMMENTS.parse(
      await ask(
        pullRequest,
        "GET",
        `${comments}?per_page=${PAGE}&page=${page}`,
      ),
    );
    const own = found.find(
      ({ body, user }) => user?.type === "Bot" && body?.startsWith(MARKER),
    );
    if (own || found.length < PAGE) return own?.id;
  }
}

async function ask(
  { api, token }: PullRequest,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const response = await fetch(api + path, {
    method,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "user-agent": "access-stacks",
      "x-github-api-version": "2022-11-28",
    },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok)
    throw new Error(
      `GitHub answered ${response.status} to ${method} ${path}: ${(await response.text()).slice(0, 300)}\nThe job needs "permissions: pull-requests: write".`,
    );
  return response.json();
}
