import { command, main } from "./command";

export interface RestoreStateOptions {
  json?: boolean;
}

const cli = command(
  "restore-state",
  "Goes back to the states kept before a newer version of Cloudflare's provider",
)
  .argument("[stacks...]", "names of stacks in main.ts (default: all)")
  .option("--json", "print what was done as JSON")
  .addHelpText(
    "after",
    `
Set CLOUDFLARE_PROVIDER_VERSION back first. It refuses where anything was applied
since the newer version wrote the state: the copy would not know of it.

Exit codes: 0 done or nothing to do, 1 failed, 2 refused or unusable input.

Examples:
  npm run restore-state
  npm run restore-state -- comfyui`,
  )
  .action(async (...given: [string[], RestoreStateOptions]) =>
    (await import("./actions/restore-state")).run(...given),
  );

void main(cli);
