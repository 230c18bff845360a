import type { StepOptions, StepReport } from "../pipeline/step";
import { command, main, patientInterruption } from "./command";
import { timeOption } from "./times";

const cli = command(
  "ci",
  "Runs one step of the GitHub workflows here and prints its report",
).addHelpText(
  "after",
  `
Reports are Markdown, on standard output and on the page of a workflow's run;
standard error tells what is being done.

Exit codes: 0 all well, 1 something is not, 2 unusable input.

Examples:
  npm run ci -- pull-request
  npm run ci -- nightly
  npm run ci -- rollback comfyui`,
);

cli
  .command("pull-request")
  .description(
    "Plans every stack and shows who gains and loses access; in a workflow, also as a comment on the pull request",
  )
  .action(() =>
    run(async (options) =>
      (await import("../pipeline/pull-request")).reviewPullRequest(options),
    ),
  );

cli
  .command("main")
  .description("Deploys every stack, then verifies it from outside")
  .addOption(
    timeOption("--wait <time>", "how long to retry a failing check", "60s"),
  )
  .action(({ wait }: { wait: number }) =>
    run(async (options) =>
      (await import("../pipeline/deploy")).deploy({
        ...options,
        patience: wait,
      }),
    ),
  );

cli
  .command("nightly")
  .description("Checks for drift and for expiring tokens and certificates")
  .action(() =>
    run(async (options) =>
      (await import("../pipeline/nightly")).nightly(options),
    ),
  );

cli
  .command("rollback")
  .description(
    "Destroys one service and compares the account with its state before the deploy",
  )
  .argument("<service>", "name of the service's stack in main.ts")
  .action((service: string) =>
    run(async (options) =>
      (await import("../pipeline/rollback")).rollback({ ...options, service }),
    ),
  );

/** Runs a step, shows its report wherever people look, and sets the exit code. */
async function run(
  step: (options: StepOptions) => Promise<StepReport>,
): Promise<void> {
  const { environmentWithFile } = await import("../settings");
  const { addSummary, keepComment, pullRequestOf } =
    await import("../pipeline/github");
  const env = environmentWithFile();
  const { failed, markdown } = await step({
    env,
    ...patientInterruption(),
    say: (line) => console.error(line),
  });
  addSummary(env, markdown);
  console.log(markdown);
  if (failed) process.exitCode = 1;
  const pullRequest = pullRequestOf(env);
  if (pullRequest) await keepComment(pullRequest, markdown);
}

void main(cli);
