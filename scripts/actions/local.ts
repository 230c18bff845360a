import { startLocalCloudflare } from "../../local/start";
import { readAccount } from "../../rehearsal/account";
import { interruption } from "../command";
import type { LocalOptions } from "../local";

export async function run({
  account: file,
  apiPort,
  edgePort,
}: LocalOptions): Promise<void> {
  const signal = interruption();
  const cloudflare = await startLocalCloudflare({
    account: readAccount(file),
    apiPort,
    edgePort,
    onMail: ({ code, to }) => console.log(`Mail     to ${to}: ${code}`),
  });
  const { account, apiUrl, edge } = cloudflare;
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

Ctrl-C ends it, and what was changed is gone.`);
  await new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener("abort", resolve);
  });
  await cloudflare.close();
}
