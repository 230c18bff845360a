import { timeSpan } from "../../base/duration";
import { printable, printableJson } from "../../base/printable";
import { checkApiToken } from "../../account/api-token";
import { noteOwnDoings } from "../../account/own-doings";
import { cloudflareClient } from "../../account/client";
import { readDeployed } from "../../probe/deployed";
import { findStack } from "../../deployment/find-stack";
import { internet } from "../../probe/internet";
import { internetOptions } from "../../probe/locate";
import { endSessions } from "../../revocation/end-sessions";
import { toText } from "../../revocation/report";
import { UsageError } from "../../base/usage-error";
import {
  checkApiSettings,
  environmentWithFile,
  loadSettings,
} from "../../settings";
import { interruption } from "../command";
import { progress } from "../progress";
import { confirm } from "../prompt";
import { timeFault } from "../times";
import type { RevokeOptions } from "../revoke";

export async function run(name: string, options: RevokeOptions): Promise<void> {
  const { person, wait } = readOptions(options);
  const env = environmentWithFile();
  const signal = interruption();
  checkApiSettings(env);
  const client = cloudflareClient(env).withOptions({ maxRetries: 0 });
  const { accountId, stateDir } = loadSettings(env);
  const stack = await findStack(name, { env, signal });
  const service = await readDeployed(stack, { env, signal });
  await checkApiToken(client, accountId);
  const world = internet(internetOptions(env));
  const line = progress(signal);
  try {
    const ended = await endSessions(service, {
      client,
      accountId,
      world,
      progress: line,
      person,
      session: options.session,
      wait,
      async approve(plan) {
        line.end();
        console.error(printable(plan));
        return options.autoApprove === true || approved(signal);
      },
    });
    line.end();
    if (!ended?.ended) process.exitCode = 1;
    else {
      const now = new Date();
      const what =
        person === undefined ? { hostname: ended.hostname } : { person };
      noteOwnDoings(
        stateDir,
        { ended: [{ ...what, at: now.toISOString() }] },
        now,
      );
    }
    if (ended) console.log(options.json ? printableJson(ended) : toText(ended));
  } finally {
    line.end();
    await world.close();
  }
}

async function approved(signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new UsageError("npm run revoke", [
      "cannot ask for confirmation without a terminal: pass --auto-approve",
    ]);
  return confirm("Do this?", signal);
}

function readOptions({ person, wait }: RevokeOptions): {
  person: string | undefined;
  wait: number;
} {
  const faults = [
    timeFault("--wait", wait),
    person !== undefined &&
      !/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(person) &&
      `--person must be an address such as "ann@example.com", got "${person}"`,
  ].filter((fault) => typeof fault === "string");
  if (faults.length > 0) throw new UsageError("npm run revoke", faults);
  return { person: person?.toLowerCase(), wait: timeSpan(wait) ?? 0 };
}
