import { command, main } from "./command";
import { timeOption } from "./times";

export interface PlanOptions {
  json?: boolean;
  lockTimeout: number;
  terraform?: boolean;
}

const cli = command(
  "plan",
  "Shows what a deploy would change: objects, and who gains and loses access",
)
  .argument("[stacks...]", "names of stacks in main.ts; without one, all")
  .option("--terraform", "also print what Terraform says")
  .addOption(
    timeOption(
      "--lock-timeout <time>",
      "how long to wait for a state lock held by another run",
      "60s",
    ),
  )
  .option("--json", "print the changes as JSON")
  .addHelpText(
    "after",
    `
Changes nothing. A stack that needs what another is about to make is planned as
if that were there.

Exit codes: 0 planned, 1 failed, or the review has errors, 2 unusable input.

Examples:
  npm run plan
  npm run plan -- comfyui --terraform`,
  )
  .action(async (...given: [string[], PlanOptions]) =>
    (await import("./actions/plan")).run(...given),
  );

void main(cli);
