import { command, main } from "./command";
import { timeOption } from "./times";

export interface DeployOptions {
  autoApprove?: boolean;
  json?: boolean;
  lockTimeout?: number;
  reviewed?: string;
  terraform?: boolean;
}

const deploy = command(
  "deploy",
  "Deploys services and the stacks they depend on, and retries transient failures",
)
  .argument("<stacks...>", "names of stacks in main.ts")
  .option(
    "--auto-approve",
    "apply without asking, unless the review has an error",
  )
  .option(
    "--reviewed <file>",
    'apply without asking what "npm run review -- --save FILE" has found, and nothing else',
  )
  .addOption(
    timeOption(
      "--lock-timeout <time>",
      "how long to wait for a state lock held by another deploy",
      "60s",
    ),
  )
  .option("--terraform", "also print what Terraform says")
  .option("--json", "print the results as JSON")
  .addHelpText(
    "after",
    `
Saves a plan of each stack, shows each object that changes and who gains and
loses access, asks once, and applies exactly these plans. A stack that needs
what another is about to make is shown as it will be planned after it; you are
asked again only where that plan goes beyond what was shown.

Exit codes: 0 deployed, 1 declined, refused or failed, 2 unusable input.

Examples:
  npm run deploy -- comfyui
  npm run review -- comfyui --save reviewed.json
  npm run deploy -- comfyui --reviewed reviewed.json`,
  )
  .action(async (...given: [string[], DeployOptions]) =>
    (await import("./actions/deploy")).run(...given),
  );

void main(deploy);
