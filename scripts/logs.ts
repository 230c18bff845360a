import { printableJson } from "../base/printable";
import { checkApiToken } from "../account/api-token";
import { cloudflareClient } from "../account/client";
import { findStack } from "../deployment/find-stack";
import { look } from "../logs/look";
import { toText } from "../logs/report";
import { readSince } from "../logs/since";
import { readStackService } from "../secrets/stack-tokens";
import {
  checkApiSettings,
  environmentWithFile,
  loadSettings,
  UsageError,
} from "../settings";
import { command, interruption, main } from "./command";
import { progress } from "./progress";

interface Options {
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
The log does not say why: reasons are concluded from the policies of today. The
API token needs Access: Audit Logs Read as well, and Account Analytics Read to
show machines that were refused.
Exit codes: 0 read, 1 failed, 2 unusable input.

Example:
  npm run logs -- comfyui --since 48h`,
  )
  .action(async (name: string, options: Options) => {
    const now = new Date();
    const since = readSince(options.since, now);
    if (since === undefined)
      throw new UsageError("npm run logs", [
        `--since must be a duration (90m, 24h, 7d) or a past time such as 2026-11-24T08:00Z, got "${options.since}"`,
      ]);
    const env = environmentWithFile();
    const signal = interruption();
    checkApiSettings(env);
    const client = cloudflareClient(env).withOptions({ maxRetries: 0 });
    const { accountId } = loadSettings(env);
    const stack = await findStack(name, { env, signal });
    const service = await readStackService(stack, { env, signal });
    await checkApiToken(client, accountId);
    const patience = progress(signal);
    try {
      const seen = await look(service, {
        client,
        accountId,
        since,
        now,
        patience,
      });
      patience.end();
      console.log(options.json ? printableJson(seen) : toText(seen));
    } finally {
      patience.end();
    }
  });

void main(cli);
