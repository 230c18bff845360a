import { existsSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { checkApiToken } from "../../account/api-token";
import { cloudflareClient } from "../../account/client";
import { printableJson } from "../../base/printable";
import { ownObjects } from "../../deployment/own";
import { synthesize } from "../../deployment/stacks";
import { countsOf, mapOf } from "../../review/map";
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
  const [account, hosts] = await Promise.all([
    readAccount(client, accountId),
    hostsOfCode(env),
  ]);
  const now = new Date();
  const map = mapOf(account, now, hosts);
  if (json) {
    console.log(printableJson(map));
    return;
  }
  writeFileSync(out, mapPage(map, accountId, now), { mode: 0o600 });
  console.log(`Wrote ${out}: ${countsOf(map)}.`);
}

/** Hosts that main.ts names; undefined where it does not synthesize. */
async function hostsOfCode(
  env: NodeJS.ProcessEnv,
): Promise<ReadonlySet<string> | undefined> {
  const signal = interruption();
  try {
    const stacks = await synthesize({ env, signal });
    return new Set(
      [...stacks.values()].flatMap((stack) =>
        ownObjects(stack, []).flatMap(({ type, values }) =>
          type === "tunnel_route" ? String(values.hostname) : [],
        ),
      ),
    );
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message.split("\n")[0] : error;
    console.error(`Hosts that are not of main.ts are not marked: ${why}`);
    return undefined;
  }
}
