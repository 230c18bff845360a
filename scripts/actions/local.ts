import { relative } from "node:path";
import { UsageError } from "../../base/usage-error";
import type { Account } from "../../local/account";
import type { ForwardedOrigin } from "../../local/origins/start";
import { startLocalCloudflare, type LocalCloudflare } from "../../local/start";
import { readAccount } from "../../rehearsal/account";
import { cast, type Cast } from "../../rehearsal/cast";
import { readOwnOrigin } from "../../rehearsal/own-origin";
import { ownService } from "../../rehearsal/service";
import { chooseProvider } from "../../rehearsal/provider";
import { createWorkspace } from "../../rehearsal/workspace";
import { interruption } from "../command";
import type { LocalOptions } from "../local";

export async function run({
  account: file,
  apiPort,
  edgePort,
  origin,
}: LocalOptions): Promise<void> {
  const signal = interruption();
  const account = readAccount(file);
  const cloudflare = await startLocalCloudflare({
    account,
    forwarded: origin ? await forwarded(origin, account) : undefined,
    apiPort,
    edgePort,
    onMail: ({ code, to }) => console.log(`Mail     to ${to}: ${code}`),
  });
  const { apiUrl, edge } = cloudflare;
  const shell = await openShell(cloudflare);
  console.log(`API      ${apiUrl}
Token    ${account.apiTokens[0]?.value ?? "none in this account"}
Edge     https on 127.0.0.1:${edge.port}
Hosts    ${[...account.zones.values()].map(({ name }) => name).join(", ")}
People   ${account.people.map(({ email }) => email).join(", ")}

A browser that sees it:
  chromium --user-data-dir="$(mktemp -d)" ${cloudflare
    .chromiumFlags()
    .map((flag) => `"${flag}"`)
    .join(" ")}

${shell.text}

Codes of a login by One-time PIN appear here.
Ctrl-C ends it; what was changed goes with it.`);
  await new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener("abort", resolve);
  });
  await shell.close();
  await cloudflare.close();
  console.log("\nEnded. All that was changed on it is gone.");
}

/** A service of main.ts that runs on this machine. */
async function forwarded(
  origin: string,
  account: Account,
): Promise<ForwardedOrigin | undefined> {
  const { own } = await ownService(await readOwnOrigin(origin), account);
  return own;
}

/** What another terminal needs for the commands here to work on it. */
async function openShell({
  account,
  apiUrl,
  edge,
}: LocalCloudflare): Promise<{ text: string; close(): Promise<void> }> {
  let parts: Cast;
  try {
    parts = cast(account);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const text = `No settings for commands on it: ${error.faults.join("; ")}.`;
    return { text, close: async () => {} };
  }
  const provider = await chooseProvider("auto", {
    CLOUDFLARE_API_TOKEN: parts.apiToken,
    CLOUDFLARE_BASE_URL: apiUrl,
  });
  const workspace = createWorkspace({
    ...parts,
    providerVersion: provider.version,
    mirror: provider.mirror,
    reattach: provider.reattach,
    accountId: account.id,
    apiUrl,
    edge,
    dnsRecords: account.rehearsal?.dns_records,
  });
  return {
    text: `All commands on it, from another terminal in this folder; close that when this ends:
  . ${relative("", workspace.envFile)}
  npm run deploy -- comfyui
${provider.description}`,
    async close() {
      workspace.remove();
      await provider.close();
    },
  };
}
