import { loadAccount } from "../local/account-file";
import { startLocalCloudflare } from "../local/start";
import { UsageError } from "../settings";
import { command, interruption, main } from "./command";

interface Options {
  account: string;
  apiPort: number;
  edgePort: number;
}

const local = command(
  "local",
  "Runs the local Cloudflare on 127.0.0.1 until Ctrl-C. Nothing leaves this machine.",
)
  .option("--account <file>", "guide, empty, or an account file", "guide")
  .option("--api-port <port>", "port of the API; 0: any", toPort, 0)
  .option("--edge-port <port>", "port of the edge; 0: any", toPort, 0)
  .action(async ({ account: file, apiPort, edgePort }: Options) => {
    const signal = interruption();
    const cloudflare = await startLocalCloudflare({
      account: readAccount(file),
      apiPort,
      edgePort,
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

function readAccount(file: string) {
  try {
    return loadAccount(file);
  } catch (error) {
    throw new UsageError("npm run local", [(error as Error).message]);
  }
}

function toPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65536) return port;
  throw new UsageError("npm run local", [
    `a port is a number from 0 to 65535, got "${text}"`,
  ]);
}

void main(local);
