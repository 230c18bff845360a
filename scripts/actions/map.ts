import { existsSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { checkApiToken } from "../../account/api-token";
import { cloudflareClient } from "../../account/client";
import { printableJson } from "../../base/printable";
import { guestsIn } from "../../contract/guests";
import { outputsOf, ownObjects } from "../../deployment/own";
import { synthesize } from "../../deployment/stacks";
import { countsOf, mapOf, type CodeHosts } from "../../review/map";
import { mapPage } from "../../review/map-page";
import { readAccount } from "../../review/read-account";
import { UsageError } from "../../base/usage-error";
import { environmentWithFile } from "../../settings";
import { accountToRead } from "../account-to-read";
import { interruption } from "../command";
import type { MapOptions } from "../map";

export async function run({ json, out }: MapOptions): Promise<void> {
  const folder = dirname(resolve(out));
  if (!json && !existsSync(folder))
    throw new UsageError("--out", [
      `the folder ${folder} does not exist: create it, or name another file`,
    ]);
  const env = environmentWithFile();
  const accountId = accountToRead(env);
  const client = cloudflareClient(env);
  await checkApiToken(client, accountId);
  const [account, code] = await Promise.all([
    readAccount(client, accountId),
    hostsOfCode(env),
  ]);
  const now = new Date();
  const map = mapOf(account, now, code);
  if (json) {
    console.log(printableJson(map));
    return;
  }
  writeFileSync(out, mapPage(map, accountId, now), { mode: 0o600 });
  console.log(`Wrote ${out}: ${countsOf(map)}.`);
}

/** Hosts that main.ts names, with their guests; undefined where it does not synthesize. */
async function hostsOfCode(
  env: NodeJS.ProcessEnv,
): Promise<CodeHosts | undefined> {
  const signal = interruption();
  try {
    const stacks = await synthesize({ env, signal });
    return new Map(
      [...stacks.values()].flatMap((stack) => {
        const guests = guestsIn(outputsOf(stack));
        return ownObjects(stack, [])
          .filter(({ type }) => type === "tunnel_route")
          .map(({ values }) => [String(values.hostname), guests] as const);
      }),
    );
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message.split("\n")[0] : error;
    console.error(`Hosts that are not of main.ts are not marked: ${why}`);
    return undefined;
  }
}
