import { Option } from "commander";
import type { StepOptions, StepReport } from "../pipeline/step";
import type { Purpose } from "../pipeline/synthesize";
import { command, main } from "./command";
import { timeOption } from "./times";

interface Given {
  readonly synthesized?: string;
}

interface MainOptions extends Given {
  readonly reviewed?: string;
  readonly wait: number;
}

const cli = command(
  "ci",
  "Runs one step of the GitHub workflows here and prints its report",
).addHelpText(
  "after",
  `
Reports are Markdown, on standard output and on the page of a workflow's run;
progress goes to standard error.

Exit codes: 0 success, 1 something failed, 2 unusable input.

Examples:
  npm run ci -- pull-request
  npm run ci -- nightly
  npm run ci -- rollback comfyui`,
);

/** What a job without any secret has synthesized; a workflow has to give it. */
const synthesizedOption = () =>
  new Option(
    "--synthesized <folder>",
    'what "synthesize" wrote; a workflow has to give it',
  );

/** What the commands do is imported once one of them does it. */
const actions = () => import("./actions/ci");

const run = async (
  step: (options: StepOptions) => Promise<StepReport>,
): Promise<void> => (await actions()).run(step);

cli
  .command("synthesize")
  .description(
    "Synthesizes every stack without a secret, and writes it as data",
  )
  .requiredOption("--out <folder>", "where it is written")
  .addOption(
    new Option("--for <step>", "whether it is only planned, or applied too")
      .choices(["review", "deploy"] satisfies Purpose[])
      .default("review"),
  )
  .action(({ for: purpose, out: folder }: { for: Purpose; out: string }) =>
    run(async (options) =>
      (await import("../pipeline/synthesize")).synthesizeAsData({
        ...options,
        folder,
        purpose,
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
  .description("Runs synthesize and review locally")
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
  .addOption(synthesizedOption())
  .addOption(
    timeOption("--wait <time>", "how long to retry a failing check", "60s"),
  )
  .action(({ reviewed, synthesized, wait }: MainOptions) =>
    run(async (options) =>
      (await import("../pipeline/deploy")).deploy({
        ...options,
        retryFor: wait,
        reviewed,
        synthesized,
      }),
    ),
  );

cli
  .command("nightly")
  .description(
    "Checks for drift, broken promises, overdue guests, and tokens and certificates that expire soon; in a workflow, keeps one issue open as long as something needs attention",
  )
  .addOption(synthesizedOption())
  .action(async ({ synthesized }: Given) =>
    (await actions()).lookAtNight(synthesized),
  );

cli
  .command("guests")
  .description(
    "Removes expired guests and ends their sessions; applies no plan that does anything else",
  )
  .addOption(synthesizedOption())
  .action(({ synthesized }: Given) =>
    run(async (options) =>
      (await import("../pipeline/guests")).takeOutGuests({
        ...options,
        synthesized,
      }),
    ),
  );

cli
  .command("rollback")
  .description(
    "Destroys one service and compares the account with its state before the deploy",
  )
  .argument("<service>", "name of the service's stack in main.ts")
  .addOption(synthesizedOption())
  .action((service: string, { synthesized }: Given) =>
    run(async (options) =>
      (await import("../pipeline/rollback")).rollback({
        ...options,
        service,
        synthesized,
      }),
    ),
  );

void main(cli);
