import { createHash } from "node:crypto";
import { z } from "zod/mini";
import { printable } from "../base/printable";
import { code, shortened } from "../review/markdown";
import { ask, BODY_LIMIT, PAGE, type GitHub } from "./github";
import type { StepReport } from "./step";

/** Begins the one issue that is kept up to date. */
const MARKER = "<!-- access-stacks: nightly -->";
const TITLE = "Access: something needs attention";
const PERMISSION = { permission: "issues: write" };

const ISSUE = z.object({
  number: z.number(),
  state: z.string(),
  body: z.nullish(z.string()),
  user: z.nullish(z.object({ type: z.string() })),
  /** GitHub lists pull requests among issues. */
  pull_request: z.optional(z.unknown()),
});
type Issue = z.infer<typeof ISSUE>;

/**
 * Keeps one issue open as long as something is amiss: opens it, or the one that
 * an earlier run has closed, writes it anew each time, comments what is new in
 * it, as GitHub tells nobody of a changed text, and closes it once a run has
 * checked all of that and found nothing.
 *
 * @returns what was done, for the log
 * @throws Error with GitHub's answer where it refuses
 * @see https://docs.github.com/en/rest/issues/issues
 */
export async function keepIssue(
  github: GitHub,
  { amiss: found = [], failed, markdown, unchecked = [] }: StepReport,
): Promise<string> {
  const issues = `/repos/${github.repository}/issues`;
  const known = await ownIssue(github, issues);
  const run = `[this run](${github.runUrl})`;
  const before = known?.state === "open" ? seenIn(known) : new Set<string>();
  // What was amiss and could not be checked since is not well again.
  const still = unchecked.filter((one) => before.has(hashOf(one)));
  const amiss = [...found, ...still];
  if (!failed && still.length === 0) {
    if (known?.state !== "open") return "no issue is open, and none is needed";
    await comment(github, issues, known, `Nothing is amiss in ${run}.`);
    await ask(github, "PATCH", `${issues}/${known.number}`, {
      body: { state: "closed", state_reason: "completed" },
      ...PERMISSION,
    });
    return `issue ${known.number} is closed: nothing is amiss`;
  }
  const seen = `<!-- seen: ${amiss.map(hashOf).join(" ")} -->`;
  const text = [
    `${MARKER}\n${seen}\nFound by ${run}. This issue is kept up to date, and closed by a run that checks all of this and finds nothing.`,
    ...(found.length > 0 ? [listOf(found)] : []),
    ...(still.length > 0 ? [`Not checked this time:\n\n${listOf(still)}`] : []),
    markdown,
  ].join("\n\n");
  const note = `_The rest is in [the summary of the run](${github.runUrl})._`;
  const body = { title: TITLE, body: shortened(text, BODY_LIMIT, note) };
  if (known === undefined) {
    const made = await ask(github, "POST", issues, { body, ...PERMISSION });
    return `issue ${ISSUE.parse(made).number} is opened`;
  }
  await ask(github, "PATCH", `${issues}/${known.number}`, {
    body: { ...body, state: "open" },
    ...PERMISSION,
  });
  const news = amiss.filter((one) => !before.has(hashOf(one)));
  if (news.length > 0)
    await comment(github, issues, known, `New in ${run}:\n\n${listOf(news)}`);
  return known.state === "open"
    ? `issue ${known.number} is brought up to date`
    : `issue ${known.number} is opened again`;
}

/** The issue that an earlier run made, an open one first. People's are none, whatever they say. */
async function ownIssue(
  github: GitHub,
  issues: string,
): Promise<Issue | undefined> {
  for (const state of ["open", "closed"])
    for (let page = 1; ; page++) {
      const query = `state=${state}&sort=updated&per_page=${PAGE}&page=${page}`;
      const found = z
        .array(ISSUE)
        .parse(await ask(github, "GET", `${issues}?${query}`, PERMISSION));
      const own = found.find(
        ({ body, pull_request: request, user }) =>
          request === undefined &&
          user?.type === "Bot" &&
          body?.startsWith(MARKER),
      );
      if (own) return own;
      if (found.length < PAGE || page === MOST_PAGES) break;
    }
  return undefined;
}

/** What was closed long before that many others is not looked for: a new one is opened. */
const MOST_PAGES = 10;

async function comment(
  github: GitHub,
  issues: string,
  { number }: Issue,
  body: string,
): Promise<void> {
  await ask(github, "POST", `${issues}/${number}/comments`, {
    body: { body },
    ...PERMISSION,
  });
}

function listOf(amiss: readonly string[]): string {
  return amiss.map((one) => `- ${code(printable(one))}`).join("\n");
}

function hashOf(one: string): string {
  return createHash("sha256").update(one).digest("hex").slice(0, 16);
}

function seenIn({ body }: Issue): ReadonlySet<string> {
  const [, hashes = ""] =
    /^<!-- seen: ([0-9a-f ]*) -->$/m.exec(body ?? "") ?? [];
  return new Set(hashes.split(" "));
}
