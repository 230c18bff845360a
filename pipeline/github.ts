import { appendFileSync, readFileSync } from "node:fs";
import { z } from "zod/mini";
import { shortened } from "../review/markdown";

/** GitHub's API, as a run of a workflow may use it. */
export interface GitHub {
  /** Base address of GitHub's API. */
  readonly api: string;
  /** `owner/name` */
  readonly repository: string;
  readonly token: string;
  /** The page of this run. */
  readonly runUrl: string;
}

/** A pull request, and how to write to it: `pull-requests: write`. */
export interface PullRequest extends GitHub {
  readonly number: number;
}

/** First line of the one comment that is kept up to date. */
const MARKER = "<!-- access-stacks: review -->";

/**
 * Most that an issue or a comment holds, in characters, with something to spare.
 *
 * @see https://docs.github.com/en/rest/issues/comments
 */
export const BODY_LIMIT = 65_000;

/** Most that a step's summary holds, in bytes, with something to spare. */
const SUMMARY_LIMIT = 1_000_000;

/** Most that GitHub lists in one answer. */
export const PAGE = 100;

const COMMENTS = z.array(
  z.object({
    id: z.number(),
    body: z.nullish(z.string()),
    user: z.nullish(z.object({ type: z.string() })),
  }),
);

/**
 * GitHub as this run may use it; undefined outside of GitHub Actions.
 *
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 */
export function gitHubOf(env: NodeJS.ProcessEnv): GitHub | undefined {
  const { GITHUB_REPOSITORY: repository, GITHUB_TOKEN: token } = env;
  if (!repository || !token) return undefined;
  const server = env.GITHUB_SERVER_URL ?? "https://github.com";
  return {
    api: env.GITHUB_API_URL ?? "https://api.github.com",
    repository,
    token,
    runUrl: `${server}/${repository}/actions/runs/${env.GITHUB_RUN_ID ?? ""}`,
  };
}

/** What started this run, as GitHub tells it; undefined outside of GitHub Actions. */
export function eventOf(env: NodeJS.ProcessEnv): unknown {
  const { GITHUB_EVENT_PATH: file } = env;
  return file ? JSON.parse(readFileSync(file, "utf8")) : undefined;
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
  const body = shortened(`${MARKER}\n${markdown}`, BODY_LIMIT, note);
  const id = await ownComment(pullRequest, comments);
  if (id === undefined)
    await ask(pullRequest, "POST", comments, { body: { body } });
  else
    await ask(
      pullRequest,
      "PATCH",
      `/repos/${repository}/issues/comments/${id}`,
      { body: { body } },
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

/**
 * Asks GitHub's API.
 *
 * @param permission what the job needs for it, for the message
 * @throws Error with GitHub's answer where it refuses
 */
export async function ask(
  { api, token }: GitHub,
  method: string,
  path: string,
  {
    body,
    permission = "pull-requests: write",
  }: {
    readonly body?: object;
    readonly permission?: string;
  } = {},
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
      `GitHub answered ${response.status} to ${method} ${path}: ${(await response.text()).slice(0, 300)}\nThe job needs "permissions: ${permission}".`,
    );
  return response.json();
}
