import { startLocalCloudflare } from "../local/start";
import { readAccount } from "../rehearsal/account";
import { command, interruption, main, toPort } from "./command";

interface Options {
  account: string;
  apiPort: number;
  edgePort: number;
}

const local = command(
  "local",
  "Runs the local Cloudflare on 127.0.0.1 until Ctrl-C; nothing leaves this machine",
)
  .option("--account <file>", "guide, empty, or an account file", "guide")
  .option("--api-port <port>", "port of the API; 0 picks a free one", toPort, 0)
  .option(
    "--edge-port <port>",
    "port of the edge; 0 picks a free one",
    toPort,
    0,
  )
  .addHelpText("after", "\nExample:\n  npm run local -- --account empty")
  .action(async ({ account: file, apiPort, edgePort }: Options) => {
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
  });

void main(local);
