import { gitHubOf } from "../../pipeline/github";
import { headOf, pullRequestOf, setStatus } from "../../pipeline/head";
import { startGitHub, TOKEN, type GitHubServer } from "./github-server";

const SHA = "a".repeat(40);

let server: GitHubServer;
beforeEach(async () => {
  server = await startGitHub();
});
afterEach(() => server.close());

const github = () =>
  gitHubOf({
    GITHUB_REPOSITORY: "acme/access",
    GITHUB_TOKEN: TOKEN,
    GITHUB_API_URL: server.url,
    GITHUB_RUN_ID: "1",
  })!;

const event = (more: object = {}) => ({
  workflow_run: {
    head_sha: SHA,
    head_branch: "patch-1",
    conclusion: "success",
    head_repository: { owner: { login: "mallory" } },
    ...more,
  },
});

const head = () => headOf(event())!;

test("tells the commit of the run that has ended, a fork's too", () => {
  expect(head()).toEqual({
    sha: SHA,
    branch: "patch-1",
    owner: "mallory",
    synthesized: true,
  });
});

test.each(["failure", "cancelled", "skipped", null])(
  "a run that ended as %s has synthesized nothing",
  (conclusion) => {
    expect(headOf(event({ conclusion }))?.synthesized).toBe(false);
  },
);

test.each([
  {},
  { pull_request: { number: 7 } },
  event({ head_sha: "../../statuses" }),
])("there is no commit in %j", (other) => {
  expect(headOf(other)).toBeUndefined();
});

test("finds the pull request by owner, branch and commit", async () => {
  server.answers.set(
    "/repos/acme/access/pulls?state=open&head=mallory%3Apatch-1",
    [
      { number: 6, head: { sha: "b".repeat(40) } },
      { number: 7, head: { sha: SHA } },
    ],
  );
  expect(await pullRequestOf(github(), head())).toMatchObject({ number: 7 });
});

test("finds none where the branch has moved on", async () => {
  server.answers.set(
    "/repos/acme/access/pulls?state=open&head=mallory%3Apatch-1",
    [{ number: 6, head: { sha: "b".repeat(40) } }],
  );
  expect(await pullRequestOf(github(), head())).toBeUndefined();
});

test("sets the required status of that commit, within GitHub's limit", async () => {
  await setStatus(github(), head(), "failure", "x".repeat(200));
  expect(server.statuses).toEqual([
    {
      sha: SHA,
      state: "failure",
      context: "Access review",
      description: "x".repeat(140),
      target_url: "https://github.com/acme/access/actions/runs/1",
    },
  ]);
});

test("names the permission that lacks", async () => {
  server.refuse();
  await expect(
    setStatus(github(), head(), "pending", "being reviewed"),
  ).rejects.toThrow(/403[^]*permissions: statuses: write/);
});
