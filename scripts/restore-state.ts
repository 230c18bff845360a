import { command, main } from "./command";

export interface RestoreStateOptions {
  json?: boolean;
}

const cli = command(
  "restore-state",
  "Restores the states saved before an upgrade of Cloudflare's provider",
)
  .argument("[stacks...]", "names of stacks in main.ts (default: all)")
  .option("--json", "print what was done as JSON")
  .addHelpText(
    "after",
    `
Set CLOUDFLARE_PROVIDER_VERSION back first. Refuses if anything was applied since
the upgrade: the saved state would not include it.

Exit codes: 0 done or nothing to do, 1 failed, 2 refused or unusable input.

Examples:
  npm run restore-state
  npm run restore-state -- comfyui`,
  )
  .action(async (...given: [string[], RestoreStateOptions]) =>
    (await import("./actions/restore-state")).run(...given),
  );

void main(cli);
