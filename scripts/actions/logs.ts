import { fitted } from "../../base/fitted";
import { printableJson } from "../../base/printable";
import { checkApiToken } from "../../account/api-token";
import { readOwnDoings } from "../../account/own-doings";
import { cloudflareClient } from "../../account/client";
import { findStack } from "../../deployment/find-stack";
import { summarizeLog } from "../../logs/summarize";
import { toText } from "../../logs/report";
import { readSince } from "../../logs/since";
import { readStackService } from "../../secrets/stack-tokens";
import { UsageError } from "../../base/usage-error";
import {
  checkApiSettings,
  environmentWithFile,
  loadSettings,
} from "../../settings";
import { interruption } from "../command";
import { progress } from "../progress";
import type { LogsOptions } from "../logs";

export async function run(name: string, options: LogsOptions): Promise<void> {
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
  const { accountId, stateDir } = loadSettings(env);
  const stack = await findStack(name, { env, signal });
  const service = await readStackService(stack, { env, signal });
  await checkApiToken(client, accountId);
  const line = progress(signal);
  try {
    const seen = await summarizeLog(service, {
      client,
      accountId,
      since,
      now,
      progress: line,
      own: readOwnDoings(stateDir),
    });
    line.end();
    console.log(
      options.json
        ? printableJson(seen)
        : fitted(toText(seen), process.stdout.columns),
    );
  } finally {
    line.end();
  }
}
