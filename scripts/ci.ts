import type { StepOptions, StepReport } from "../pipeline/step";
import { command, main } from "./command";
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

/** What the commands do is imported once one of them does it. */
const actions = () => import("./actions/ci");

const run = async (
  step: (options: StepOptions) => Promise<StepReport>,
): Promise<void> => (await actions()).run(step);

cli
  .command("synthesize")
  .description(
    "Synthesizes every stack for a review, without a secret, and writes it as data",
  )
  .requiredOption("--out <folder>", "where it is written")
  .action(({ out: folder }: { out: string }) =>
    run(async (options) =>
      (await import("../pipeline/synthesize")).synthesizeForReview({
        ...options,
        folder,
      }),
    ),
  );

cli
  .command("review")
  .description(
    "Plans what was synthesized and shows who gains and loses access; in a workflow, also as a comment and the status of the commit",
  )
  .requiredOption("--synthesized <folder>", 'what "synthesize" wrote')
  .requiredOption("--save <file>", 'keeps the review for "main --reviewed"')
  .action(async (options: { synthesized: string; save: string }) =>
    (await actions()).reviewCommit(options),
  );

cli
  .command("pull-request")
  .description("Both of these, here")
  .option("--save <file>", 'keeps the review for "main --reviewed"')
  .action(({ save }: { save?: string }) =>
    run(async (options) =>
      (await import("../pipeline/pull-request")).reviewPullRequest({
        ...options,
        save,
      }),
    ),
  );

cli
  .command("find-review")
  .description(
    "In a workflow: finds the kept review of the pull request that was merged",
  )
  .action(async () => (await actions()).findReview());

cli
  .command("main")
  .description("Deploys every stack, then verifies it from outside")
  .option(
    "--reviewed <file>",
    "deploys what this review shows and nothing else; a workflow has to give it",
  )
  .addOption(
    timeOption("--wait <time>", "how long to retry a failing check", "60s"),
  )
  .action(({ reviewed, wait }: { reviewed?: string; wait: number }) =>
    run(async (options) =>
      (await import("../pipeline/deploy")).deploy({
        ...options,
        patience: wait,
        reviewed,
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

void main(cli);
