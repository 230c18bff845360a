import { command, main } from "./command";
import { timeOption } from "./times";

export interface DestroyOptions {
  all?: boolean;
  autoApprove?: boolean;
  json?: boolean;
  lockTimeout: number;
  ours: readonly string[];
  terraform?: boolean;
}

const cli = command(
  "destroy",
  "Destroys what the named stacks have deployed, dependent stacks first",
)
  .argument("[stacks...]", "names of stacks in main.ts")
  .option("--all", "every stack of main.ts")
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
  .option("--terraform", "also print what Terraform says")
  .option("--json", "print the results as JSON")
  .addHelpText(
    "after",
    `
Shows each object that goes and who gains and loses access, and asks once for
all stacks. With --all the answer is the names of the hosts that become public,
if there are any.

Examples:
  npm run destroy -- comfyui identity
  npm run destroy -- --all`,
  )
  .action(async (names: string[], options: DestroyOptions) => {
    // As for any command that is given none.
    if (names.length === 0 && !options.all)
      cli.error("error: missing required argument 'stacks'", {
        code: "commander.missingArgument",
      });
    if (names.length > 0 && options.all)
      cli.error("error: name stacks, or give --all", { exitCode: 2 });
    await (await import("./actions/destroy")).run(names, options);
  });

void main(cli);
