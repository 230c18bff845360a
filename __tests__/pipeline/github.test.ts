import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  addSummary,
  eventOf,
  gitHubOf,
  keepComment,
  type PullRequest,
} from "../../pipeline/github";
import { startGitHub, TOKEN, type GitHubServer } from "./github-server";

let github: GitHubServer;
let folder: string;
beforeEach(async () => {
  github = await startGitHub();
  folder = mkdtempSync(join(tmpdir(), "github-"));
});
afterEach(async () => {
  await github.close();
  rmSync(folder, { recursive: true });
});

const pullRequest = (): PullRequest => ({
  api: github.url,
  repository: "acme/access",
  number: 7,
  token: TOKEN,
  runUrl: "https://github.com/acme/access/actions/runs/1",
});

function person(body: string): void {
  const id = github.comments.length + 1;
  github.comments.push({ id, user: { type: "User", login: "ann" }, body });
}

test("makes one comment and then keeps it up to date, below many others", async () => {
  for (let count = 0; count < 150; count++) person(`remark ${count}`);
  await keepComment(pullRequest(), "first");
  await keepComment(pullRequest(), "second");
  person("thanks");
  await keepComment(pullRequest(), "third");

  const own = github.comments.filter(({ user }) => user.type === "Bot");
  expect(own.map(({ body }) => body)).toEqual([
    "<!-- access-stacks: review -->\nthird",
  ]);
});

test("leaves a person's comment alone that looks like its own", async () => {
  person("<!-- access-stacks: review -->\nall is well");
  await keepComment(pullRequest(), "the review");
  expect(github.comments.map(({ body }) => body)).toEqual([
    "<!-- access-stacks: review -->\nall is well",
    "<!-- access-stacks: review -->\nthe review",
  ]);
});

test("shortens what GitHub would refuse, after a line, and says where the rest is", async () => {
  await keepComment(pullRequest(), "a line with ümlauts\n".repeat(10_000));
  const [comment] = github.comments;
  expect(comment?.body.length).toBeLessThan(65_536);
  expect(comment?.body).toMatch(
    /ümlauts\n\n_The rest is in \[the summary of this run\]\(https:\S+\/runs\/1\)\._\n$/,
  );
});

test("fails with GitHub's answer and the permission that lacks, without the token", async () => {
  github.refuse();
  const refused = keepComment(pullRequest(), "the review");
  await expect(refused).rejects.toThrow(
    /GitHub answered 403 to GET [^]*not accessible by integration[^]*pull-requests: write/,
  );
  await expect(refused).rejects.not.toThrow(TOKEN);
});

test("finds GitHub and what started the run in what GitHub tells it", () => {
  const event = join(folder, "event.json");
  const env = {
    GITHUB_EVENT_PATH: event,
    GITHUB_REPOSITORY: "acme/access",
    GITHUB_TOKEN: TOKEN,
    GITHUB_API_URL: github.url,
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_RUN_ID: "1",
  };
  writeFileSync(event, '{ "pull_request": { "number": 7 } }');
  expect({ ...gitHubOf(env), number: 7 }).toEqual(pullRequest());
  expect(eventOf(env)).toEqual({ pull_request: { number: 7 } });
  expect(gitHubOf({})).toBeUndefined();
  expect(eventOf({})).toBeUndefined();
});

test("adds to the page of the run, after what stands there", () => {
  const page = join(folder, "summary.md");
  addSummary({ GITHUB_STEP_SUMMARY: page }, "one");
  addSummary({ GITHUB_STEP_SUMMARY: page }, "two");
  addSummary({}, "nowhere");
  expect(readFileSync(page, "utf8")).toBe("one\ntwo\n");
});
