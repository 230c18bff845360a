import { command, main, toPort } from "./command";

export interface LocalOptions {
  account: string;
  apiPort: number;
  edgePort: number;
}

const local = command(
  "local",
  "Runs the local Cloudflare on 127.0.0.1 until Ctrl-C; nothing leaves this machine",
  { readsSettings: false },
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
  .action(async (...given: [LocalOptions]) =>
    (await import("./actions/local")).run(...given),
  );

void main(local);
