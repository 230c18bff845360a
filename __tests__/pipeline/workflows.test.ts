import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseEnv } from "node:util";
import { STATUS } from "../../pipeline/head";
import { FOLDER, JOBS, STEPS, TEXT, WORKFLOWS, type Step } from "./workflows";

const PROJECT = resolve(__dirname, "../..");

/** Jobs that are handed secrets. */
const TRUSTED = [...JOBS].filter(([, job]) => job.environment !== undefined);

const secretsOf = (value: unknown): string[] =>
  [...JSON.stringify(value).matchAll(/secrets\.(\w+)/g)].map(
    ([, name]) => name ?? "",
  );

const commandOf = ({ run = "" }: Step) =>
  /^npm run --silent ci -- (?<command>[a-z-]+)(?: (?:--|--[a-z]+) (?:synthesized|deploy|review|"\$[A-Z_]+[a-z/.]*"))*$/.exec(
    run,
  )?.groups?.command;

test("a workflow is started by what is named here, never by what hands secrets to forks", () => {
  expect(
    Object.fromEntries(
      Object.entries(WORKFLOWS).map(([file, { on }]) => [
        file,
        Object.keys(on),
      ]),
    ),
  ).toEqual({
    "guests.yml": ["schedule", "workflow_dispatch"],
    "main.yml": ["push"],
    "nightly.yml": ["schedule", "workflow_dispatch"],
    "pull-request.yml": ["pull_request"],
    "review.yml": ["workflow_run"],
    "rollback.yml": ["workflow_dispatch"],
  });
});

test("each job has the least permissions, a workflow none", () => {
  for (const { permissions } of Object.values(WORKFLOWS))
    expect(permissions).toEqual({});
  const found = [...JOBS].map(([name, job]) => [name, job.permissions]);
  expect(Object.fromEntries(found)).toEqual({
    "guests.yml guests": { contents: "read" },
    "guests.yml synthesize": { contents: "read" },
    "main.yml deploy": {
      actions: "read",
      contents: "read",
      "pull-requests": "read",
    },
    "main.yml synthesize": { contents: "read" },
    "nightly.yml look": { contents: "read", issues: "write" },
    "nightly.yml synthesize": { contents: "read" },
    "pull-request.yml synthesize": { contents: "read" },
    "review.yml review": {
      actions: "read",
      contents: "read",
      "pull-requests": "write",
      statuses: "write",
    },
    "rollback.yml rollback": { contents: "read" },
    "rollback.yml synthesize": { contents: "read" },
  });
});

test("code of stacks runs where no secret is, and is data to every job that has one", () => {
  const where = [...JOBS].flatMap(([name, { environment, steps }]) =>
    steps.some((step) => commandOf(step) === "synthesize")
      ? [
          [
            name,
            environment,
            /secrets\.|github\.token/.test(JSON.stringify(steps)),
          ],
        ]
      : [],
  );
  expect(where.sort()).toEqual([
    ["guests.yml synthesize", undefined, false],
    ["main.yml synthesize", undefined, false],
    ["nightly.yml synthesize", undefined, false],
    ["pull-request.yml synthesize", undefined, false],
    ["rollback.yml synthesize", undefined, false],
  ]);
  for (const [name, { needs, steps }] of TRUSTED) {
    const given = steps.filter((step) =>
      step.run?.includes('--synthesized "$RUNNER_TEMP/synthesized"'),
    );
    expect([name, given.length, needs]).toEqual([
      name,
      1,
      // The other workflow has synthesized before this one starts.
      name === "review.yml review" ? undefined : "synthesize",
    ]);
  }
});

test("actions are few, pinned to commits, and leave no credentials behind", () => {
  const uses = STEPS.flatMap((step) => step.uses ?? []);
  const names = uses.map((text) => text.replace(/@.*/, ""));
  expect(new Set(names)).toEqual(
    new Set([
      "actions/checkout",
      "actions/download-artifact",
      "actions/setup-node",
      "actions/upload-artifact",
      "hashicorp/setup-terraform",
      "./.github/actions/prepare",
    ]),
  );
  for (const text of uses.filter((text) => !text.startsWith("./"))) {
    expect(text).toMatch(/@[0-9a-f]{40}$/);
    expect(TEXT).toMatch(new RegExp(`${text} # v\\d+\\.\\d+\\.\\d+\n`));
  }
  for (const step of STEPS.filter((one) => one.uses?.includes("/checkout@")))
    expect(step.with).toEqual({ "persist-credentials": false });
  expect(
    STEPS.find((one) => one.uses?.includes("setup-terraform"))?.with,
  ).toMatchObject({ terraform_wrapper: false });
});

test("nothing is kept but what was synthesized without a secret, and what was reviewed", () => {
  const kept = STEPS.filter(({ uses }) => uses?.includes("/upload-artifact@"));
  expect(new Set(kept.map((step) => step.with?.path))).toEqual(
    new Set(["synthesized", "${{ runner.temp }}/reviewed.json"]),
  );
});

test("no job installs development packages or runs their scripts", () => {
  const installs = STEPS.flatMap(
    ({ run = "" }) => /npm (ci|i|install)\b.*/.exec(run)?.[0] ?? [],
  );
  expect(installs).toEqual([
    "npm ci --omit=dev --ignore-scripts --no-audit --no-fund",
  ]);
});

test("no expression stands in a shell's text, and YAML holds no logic", () => {
  const runs = STEPS.filter(({ run }) => run !== undefined);
  for (const step of runs) {
    expect(step.run).not.toContain("${{");
    if (commandOf(step) === undefined)
      expect(step.run).toMatch(/^npm ci [a-z= -]+$/);
  }
  const commands = runs.flatMap((step) => commandOf(step) ?? []);
  expect([...new Set(commands)].sort()).toEqual([
    "find-review",
    "guests",
    "main",
    "nightly",
    "review",
    "rollback",
    "synthesize",
  ]);
});

test("secrets reach the one step that needs them", () => {
  for (const [name, job] of JOBS) {
    const { steps, ...rest } = job;
    expect([name, secretsOf(rest)]).toEqual([name, []]);
    for (const step of steps)
      if (commandOf(step) === undefined)
        expect([name, secretsOf(step)]).toEqual([name, []]);
  }
  for (const { env } of Object.values(WORKFLOWS)) expect(env).toBeUndefined();
});

test("a pull request's own code is given nothing, whoever has written it", () => {
  const job = WORKFLOWS["pull-request.yml"]?.jobs.synthesize;
  expect(Object.keys(WORKFLOWS["pull-request.yml"]?.jobs ?? {})).toEqual([
    "synthesize",
  ]);
  expect(job?.environment).toBeUndefined();
  expect(JSON.stringify(job)).not.toMatch(/secrets\.|github\.token|vars\./);
  // GitHub counts a job that is skipped as a check that has passed.
  expect(job?.if).toBeUndefined();
});

test("the review is the default branch's, of the workflow that synthesizes, and is never skipped", () => {
  const { jobs, on } = WORKFLOWS["review.yml"] ?? {};
  expect(on).toEqual({
    workflow_run: { workflows: ["Pull request"], types: ["completed"] },
  });
  expect(jobs?.review?.if).toBeUndefined();
  const checkout = jobs?.review?.steps.find(({ uses }) =>
    uses?.includes("/checkout@"),
  );
  // Without a ref it is the default branch; the pull request's never.
  expect(checkout?.with).toEqual({ "persist-credentials": false });
  expect(JSON.stringify(jobs)).not.toMatch(/head_branch|head_ref/);
});

test("no job of this name passes where a review is required: the status is another", () => {
  const names = [...JOBS.values()].map(({ name }) => name);
  expect(names).not.toContain(STATUS);
});

test("only what main has may change the account; the rest reads", () => {
  const found = TRUSTED.map(([name, job]) => [name, job.environment]);
  expect(Object.fromEntries(found)).toEqual({
    "guests.yml guests": "access-guests",
    "main.yml deploy": "access-deploy",
    "nightly.yml look": "access-review",
    "review.yml review": "access-review",
    "rollback.yml rollback": "access-deploy",
  });
  expect(WORKFLOWS["main.yml"]?.on).toEqual({ push: { branches: ["main"] } });
  expect(JOBS.get("rollback.yml rollback")?.if).toBe(
    "github.ref == 'refs/heads/main'",
  );
  for (const [, job] of TRUSTED)
    if (job.environment === "access-review")
      expect(secretsOf(job)).not.toContain("GOOGLE_CLIENT_SECRET");
});

test("one deploy at a time, none is cancelled half-way, and none runs for ever", () => {
  for (const { concurrency } of Object.values(WORKFLOWS))
    expect(concurrency?.["cancel-in-progress"]).toBe(false);
  expect(WORKFLOWS["main.yml"]?.concurrency?.group).toBe("access-deploy");
  expect(WORKFLOWS["rollback.yml"]?.concurrency?.group).toBe("access-deploy");
  expect(WORKFLOWS["guests.yml"]?.concurrency?.group).toBe("access-deploy");
  for (const job of JOBS.values())
    expect(job["timeout-minutes"]).toBeLessThanOrEqual(60);
});

test("settings come from the code, so that a change of them is reviewed", () => {
  expect(TEXT).not.toContain("vars.");
  const settings = Object.keys(
    parseEnv(readFileSync(join(PROJECT, ".env.example"), "utf8")),
  ).filter((name) => !/TOKEN|secret/.test(name));
  for (const setting of settings) expect(TEXT).not.toContain(setting);
  const needing = STEPS.filter((step) =>
    [
      ...["synthesize", "review", "main", "guests", "nightly", "rollback"],
    ].includes(commandOf(step) ?? ""),
  );
  expect(needing).toHaveLength(10);
  for (const { env } of needing)
    expect(env?.ACCESS_ENV_FILE).toBe("access.env");
});

test("each command of the workflows exists", () => {
  const help = execFileSync(
    process.execPath,
    ["--require", "./typescript.js", join(PROJECT, "scripts/ci.ts"), "--help"],
    { encoding: "utf8", cwd: PROJECT },
  );
  for (const command of STEPS.flatMap((step) => commandOf(step) ?? []))
    expect(help).toMatch(new RegExp(`^  ${command}\\b`, "m"));
});

/** actionlint where it is installed, or where Go puts what it installs. */
const ACTIONLINT = [
  "actionlint",
  join(process.env.HOME ?? "", "go/bin/actionlint"),
].find((name) => spawnSync(name, ["-version"]).status === 0);

(ACTIONLINT ? test : test.skip)(
  "actionlint finds nothing (needs actionlint)",
  () => {
    const files = Object.keys(WORKFLOWS).map((file) => join(FOLDER, file));
    const { status, stdout } = spawnSync(
      ACTIONLINT ?? "",
      ["-no-color", ...files],
      { encoding: "utf8", cwd: PROJECT },
    );
    expect(stdout).toBe("");
    expect(status).toBe(0);
  },
);
