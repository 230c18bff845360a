import { command, main } from "./command";

export interface AdoptOptions {
  autoApprove?: boolean;
  yes?: boolean;
  gains?: boolean;
  ours?: readonly string[];
  split?: boolean;
  json?: boolean;
}

const adopt = command(
  "adopt",
  "Shows what the account has for the stacks' hosts and what becomes of it, takes over what was made by hand, and clears up what an interrupted deploy left behind",
)
  .argument("<stacks...>", "names of stacks in main.ts")
  .option("--yes", "do it without asking")
  .option("--auto-approve", "the same")
  .option(
    "--ours <ids...>",
    "ids of objects that a deploy of yours created: the stack's from then on, for a destroy to delete",
  )
  .option("--gains", "with --yes: take over even if someone gains access")
  .option(
    "--split",
    "give the host of one service an application of its own, where it shares one with other hosts",
  )
  .option("--json", "print the table, the findings and actions as JSON")
  .addHelpText(
    "after",
    `
Without a terminal, and in CI, it does nothing unless it is told to by --yes.

Exit codes: 0 nothing is left to do, or the split is done, 1 something is in the
way, or lines are to be written into main.ts, 2 unusable input, or nobody could
be asked.

Examples:
  npm run adopt -- comfyui
  npm run adopt -- comfyui --split`,
  )
  .action(async (...given: [string[], AdoptOptions]) =>
    given[1].split
      ? (await import("./actions/split")).split(...given)
      : (await import("./actions/adopt")).run(...given),
  );

void main(adopt);
