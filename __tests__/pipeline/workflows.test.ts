import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseEnv } from "node:util";
import {
  FOLDER,
  JOBS,
  STEPS,
  TEXT,
  WORKFLOWS,
  type Job,
  type Step,
} from "./workflows";

const PROJECT = resolve(__dirname, "../..");

/** Jobs that are handed secrets. */
const TRUSTED = [...JOBS].filter(([, job]) => job.environment !== undefined);

const secretsOf = (value: unknown): string[] =>
  [...JSON.stringify(value).matchAll(/secrets\.(\w+)/g)].map(
    ([, name]) => name ?? "",
  );

const commandOf = ({ run = "" }: Step) =>
  /^npm run --silent ci -- (?<command>[a-z-]+)(?: -- "\$SERVICE")?$/.exec(run)
    ?.groups?.command;

test("a workflow is started by what is named here, never by what hands secrets to forks", () => {
  expect(
    Object.fromEntries(
      Object.entries(WORKFLOWS).map(([file, { on }]) => [
        file,
        Object.keys(on),
      ]),
    ),
  ).toEqual({
    "main.yml": ["push"],
    "nightly.yml": ["schedule", "workflow_dispatch"],
    "pull-request.yml": ["pull_request"],
    "rollback.yml": ["workflow_dispatch"],
  });
});

test("each job has the least permissions, a workflow none", () => {
  for (const { permissions } of Object.values(WORKFLOWS))
    expect(permissions).toEqual({});
  const found = [...JOBS].map(([name, job]) => [name, job.permissions]);
  expect(Object.fromEntries(found)).toEqual({
    "main.yml deploy": { contents: "read" },
    "nightly.yml look": { contents: "read" },
    "pull-request.yml review": { contents: "read", "pull-requests": "write" },
    "pull-request.yml not-reviewed": {},
    "rollback.yml rollback": { contents: "read" },
  });
});

test("actions are few, pinned to commits, and leave no credentials or artifacts behind", () => {
  const uses = STEPS.flatMap((step) => step.uses ?? []);
  const names = uses.map((text) => text.replace(/@.*/, ""));
  expect(new Set(names)).toEqual(
    new Set([
      "actions/checkout",
      "actions/setup-node",
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

test("no expression stands in a shell's text, and YAML holds no logic", () => {
  const runs = STEPS.filter(({ run }) => run !== undefined);
  for (const step of runs) {
    expect(step.run).not.toContain("${{");
    if (commandOf(step) === undefined)
      expect(step.run).toMatch(/^(npm ci |echo "[\w ,.]+" \| tee )/);
  }
  const commands = runs.flatMap((step) => commandOf(step) ?? []);
  expect(commands.sort()).toEqual([
    "main",
    "nightly",
    "pull-request",
    "rollback",
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

test("code from outside the repository runs where there are no secrets", () => {
  const job = JOBS.get("pull-request.yml review");
  expect(job?.if).toBe(
    "github.event.pull_request.head.repo.full_name == github.repository && github.actor != 'dependabot[bot]'",
  );
  const other = JOBS.get("pull-request.yml not-reviewed");
  expect(other?.if).toBe(
    "github.event.pull_request.head.repo.full_name != github.repository || github.actor == 'dependabot[bot]'",
  );
  expect(other?.steps.flatMap((step) => step.uses ?? [])).toEqual([]);
});

test("only what main has may change the account; the rest reads", () => {
  const found = TRUSTED.map(([name, job]) => [name, job.environment]);
  expect(Object.fromEntries(found)).toEqual({
    "main.yml deploy": "access-deploy",
    "nightly.yml look": "access-review",
    "pull-request.yml review": "access-review",
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
  for (const job of JOBS.values())
    expect(job["timeout-minutes"]).toBeLessThanOrEqual(60);
});

test("each run is handed every setting there is", () => {
  const settings = Object.keys(
    parseEnv(readFileSync(join(PROJECT, ".env.example"), "utf8")),
  );
  const stepOf = (job: Job) => job.steps.find((step) => commandOf(step));
  for (const [name, job] of TRUSTED) {
    const needed = settings.filter(
      (setting) =>
        job.environment === "access-deploy" ||
        setting !== "TF_VAR_google_client_secret",
    );
    expect([name, Object.keys(stepOf(job)?.env ?? {})]).toEqual([
      name,
      expect.arrayContaining(needed),
    ]);
  }
});

test("each command of the workflows exists", () => {
  const help = execFileSync(
    process.execPath,
    ["--import", "tsx", join(PROJECT, "scripts/ci.ts"), "--help"],
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
