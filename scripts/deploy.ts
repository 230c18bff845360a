import { command, main } from "./command";
import { timeOption } from "./times";

export interface DeployOptions {
  autoApprove?: boolean;
  json?: boolean;
  lockTimeout: number;
}

const deploy = command(
  "deploy",
  "Deploys services and the stacks they depend on, and retries transient failures",
)
  .argument("<stacks...>", "names of stacks in main.ts")
  .option("--auto-approve", "apply without asking")
  .addOption(
    timeOption(
      "--lock-timeout <time>",
      "how long to wait for a state lock held by another deploy",
      "60s",
    ),
  )
  .option("--json", "print the results as JSON")
  .addHelpText("after", "\nExample:\n  npm run deploy -- comfyui")
  .action(async (...given: [string[], DeployOptions]) =>
    (await import("./actions/deploy")).run(...given),
  );

void main(deploy);
