import { command, main } from "./command";

export interface LogsOptions {
  json?: boolean;
  since: string;
}

const cli = command(
  "logs",
  "Shows allowed and denied logins, and flags unusual ones",
)
  .argument("<service>", "name of a stack in main.ts")
  .option(
    "--since <time>",
    "start of the period: a duration before now (90m, 24h, 7d) or an ISO time (2026-11-24T08:00Z)",
    "24h",
  )
  .option("--json", "print entries, groups and flagged events as JSON")
  .addHelpText(
    "after",
    `
The log does not say why: reasons are inferred from today's policies. The API
token needs Access: Audit Logs Read as well, and Account Analytics Read to
show denied service tokens.
Exit codes: 0 read, 1 failed, 2 unusable input.

Example:
  npm run logs -- comfyui --since 48h`,
  )
  .action(async (...given: [string, LogsOptions]) =>
    (await import("./actions/logs")).run(...given),
  );

void main(cli);
