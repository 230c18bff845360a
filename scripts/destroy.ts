import { command, main } from "./command";
import { timeOption } from "./times";

export interface DestroyOptions {
  autoApprove?: boolean;
  json?: boolean;
  lockTimeout: number;
  ours: readonly string[];
}

const cli = command(
  "destroy",
  "Destroys what the named stacks have deployed, dependent stacks first",
)
  .argument("<stacks...>", "names of stacks in main.ts")
  .option("--auto-approve", "destroy without asking")
  .addOption(
    timeOption(
      "--lock-timeout <time>",
      "how long to wait for a state lock held by another run",
      "60s",
    ),
  )
  .option(
    "--ours <ids...>",
    "ids of objects that belong to the stacks, though no state knows them: destroy them too",
    [],
  )
  .option("--json", "print the results as JSON")
  .addHelpText("after", "\nExample:\n  npm run destroy -- comfyui identity")
  .action(async (...given: [string[], DestroyOptions]) =>
    (await import("./actions/destroy")).run(...given),
  );

void main(cli);
