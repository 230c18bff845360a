import { keepIssue } from "../../pipeline/keep-issue";
import type { StepReport } from "../../pipeline/step";
import { startGitHub, TOKEN, type GitHubServer } from "./github-server";

let github: GitHubServer;
beforeEach(async () => {
  github = await startGitHub();
});
afterEach(() => github.close());

/** What a night that found these things does. */
const night = (...amiss: string[]) => report({ amiss });

/** What a night does that found some things, and could not check others. */
const report = ({
  amiss = [],
  unchecked = [],
}: Pick<StepReport, "amiss" | "unchecked">) =>
  keepIssue(
    {
      api: github.url,
      repository: "acme/access",
      token: TOKEN,
      runUrl: "https://github.com/acme/access/actions/runs/1",
    },
    { markdown: "## Drift", failed: amiss.length > 0, amiss, unchecked },
  );

function other(issue: Partial<GitHubServer["issues"][number]>): void {
  github.issues.push({
    ...{ number: github.issues.length + 1, user: { type: "User" }, title: "" },
    ...{ body: "", state: "open", said: [], ...issue },
  });
}

test("nothing amiss, and no issue is made", async () => {
  await night();
  expect(github.issues).toEqual([]);
});

test("one issue for as long as something is amiss, and a comment for what is new only", async () => {
  await night("comfyui: 1 to change");
  await night("comfyui: 1 to change");
  await night(
    "comfyui: 1 to change",
    "guest bob@example.com of n8n is overdue",
  );
  const [issue, ...more] = github.issues;
  expect(more).toEqual([]);
  expect(issue).toMatchObject({
    state: "open",
    title: "Access: something needs attention",
  });
  expect(issue?.body).toContain("- `comfyui: 1 to change`\n- `guest bob@");
  expect(issue?.body).toContain("\n\n## Drift");
  expect(issue?.said).toEqual([
    expect.stringMatching(/^New in \[this run\].*\n\n- `guest bob@[^\n]*`$/),
  ]);
});

test("it is closed once all is well, and opened again by the next night that finds something", async () => {
  await night("comfyui: 1 to change");
  await night();
  expect(github.issues).toMatchObject([{ number: 1, state: "closed" }]);
  await night();
  expect(github.issues[0]?.said).toHaveLength(1);

  await night("comfyui: 1 to change");
  expect(github.issues).toMatchObject([{ number: 1, state: "open" }]);
  expect(github.issues[0]?.said.at(-1)).toMatch(/^New in .*comfyui: 1/s);
});

test("it stays open while what was amiss can't be checked, and never for anything else", async () => {
  const [broken, other] = ["comfyui: broken: a login", "comfyui: broken: DNS"];
  await night(broken);
  await report({ unchecked: [broken, other] });
  await report({ unchecked: [broken, other] });
  const [issue] = github.issues;
  expect(issue).toMatchObject({ state: "open", said: [] });
  expect(issue?.body).toContain(`Not checked this time:\n\n- \`${broken}\`\n`);
  expect(issue?.body).not.toContain(other);
  await report({ unchecked: [other] });
  expect(github.issues[0]?.state).toBe("closed");
});

test("it is found behind many others, and nobody else's is touched", async () => {
  await night("comfyui: 1 to change");
  github.issues.reverse();
  const body = "<!-- access-stacks: nightly -->\nby hand";
  other({ body });
  other({ body, user: { type: "Bot" }, pull_request: {} });
  for (let count = 0; count < 150; count++) other({});
  github.issues.push(...github.issues.splice(0, 1));
  const before = JSON.stringify(github.issues.slice(0, -1));

  await night("identity: 1 to delete");
  expect(github.issues.at(-1)?.body).toContain("identity: 1 to delete");
  expect(JSON.stringify(github.issues.slice(0, -1))).toBe(before);
});

test("no text of what was found ends the hidden line or a code span", async () => {
  await night("comfyui --> `rm`\n# heading");
  const body = github.issues[0]?.body ?? "";
  expect(body).toMatch(
    /^<!-- access-stacks: nightly -->\n<!-- seen: [0-9a-f]{16} -->\n/,
  );
  expect(body).not.toMatch(/^# heading/m);
});

test("fails with GitHub's answer and the permission that lacks", async () => {
  github.refuse();
  await expect(night("comfyui: 1 to change")).rejects.toThrow(
    /GitHub answered 403 to GET [^]*issues: write/,
  );
});
