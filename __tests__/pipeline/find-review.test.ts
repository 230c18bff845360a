import { findReview } from "../../pipeline/find-review";
import { gitHubOf } from "../../pipeline/github";
import { startGitHub, TOKEN, type GitHubServer } from "./github-server";

const MERGE = "c".repeat(40);
const HEAD = "a".repeat(40);
const REPOSITORY = "/repos/acme/access";

let server: GitHubServer;
beforeEach(async () => {
  server = await startGitHub();
  merged({});
  artifacts([{ id: 11, at: "2026-11-27T10:00:00Z" }]);
  run(11, {});
});
afterEach(() => server.close());

/** The pull request that the commit has merged. */
function merged(more: object): void {
  server.answers.set(`${REPOSITORY}/commits/${MERGE}/pulls`, [
    {
      number: 7,
      merge_commit_sha: MERGE,
      merged_at: "2026-11-27T12:00:00Z",
      base: { ref: "main" },
      head: { sha: HEAD },
      ...more,
    },
  ]);
}

function artifacts(
  all: readonly { id: number; at: string; expired?: boolean }[],
): void {
  server.answers.set(
    `${REPOSITORY}/actions/artifacts?name=reviewed-${HEAD}&per_page=100`,
    {
      artifacts: all.map(({ at, expired = false, id }) => ({
        created_at: at,
        expired,
        workflow_run: { id },
      })),
    },
  );
}

function run(id: number, more: object): void {
  server.answers.set(`${REPOSITORY}/actions/runs/${id}`, {
    event: "workflow_run",
    path: ".github/workflows/review.yml",
    head_branch: "main",
    head_repository: { full_name: "acme/access" },
    ...more,
  });
}

const find = () =>
  findReview(
    gitHubOf({
      GITHUB_REPOSITORY: "acme/access",
      GITHUB_TOKEN: TOKEN,
      GITHUB_API_URL: server.url,
    })!,
    MERGE,
    "main",
  );

test("finds the review of the pull request that was merged", async () => {
  expect(await find()).toEqual({ runId: 11, name: `reviewed-${HEAD}` });
});

test("takes the latest of several", async () => {
  artifacts([
    { id: 11, at: "2026-11-27T10:00:00Z" },
    { id: 12, at: "2026-11-27T11:00:00Z" },
  ]);
  run(12, {});
  expect(await find()).toMatchObject({ runId: 12 });
});

test.each<[string, object]>([
  ["a pull request's own run", { event: "pull_request" }],
  ["a push of a branch", { event: "push", head_branch: "patch-1" }],
  ["another workflow", { path: ".github/workflows/pull-request.yml" }],
  ["a file of that name elsewhere", { path: "x/.github/workflows/review.yml" }],
  ["another branch", { head_branch: "patch-1" }],
  ["a fork", { head_repository: { full_name: "mallory/access" } }],
])("an artifact of that name by %s is none", async (_, more) => {
  artifacts([
    { id: 11, at: "2026-11-27T10:00:00Z" },
    { id: 13, at: "2026-11-27T12:00:00Z" },
  ]);
  run(13, more);
  expect(await find()).toMatchObject({ runId: 11 });
  run(11, more);
  await expect(find()).rejects.toThrow(/has no review of a+ that/);
});

test("one that GitHub has dropped is none", async () => {
  artifacts([{ id: 11, at: "2026-11-27T10:00:00Z", expired: true }]);
  await expect(find()).rejects.toThrow(/nothing is deployed that was not/);
});

test.each<[string, object]>([
  ["only closed", { merged_at: null }],
  ["merged elsewhere", { base: { ref: "next" } }],
  ["merged as another commit", { merge_commit_sha: "d".repeat(40) }],
])("what was pushed to main, and %s, has no review", async (_, more) => {
  merged(more);
  await expect(find()).rejects.toThrow(/was not merged by a pull request/);
});
