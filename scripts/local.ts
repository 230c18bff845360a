import { command, main, toPort } from "./command";

export interface LocalOptions {
  account: string;
  apiPort: number;
  edgePort: number;
  origin?: string;
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
  .option(
    "--origin <service=address>",
    "your own running service instead of the stand-in: wiki=https://127.0.0.1:3443. This machine only; it is read, not changed",
  )
  .addHelpText(
    "after",
    `
Examples:
  npm run local -- --account empty
  npm run local -- --origin wiki=https://127.0.0.1:3443`,
  )
  .action(async (...given: [LocalOptions]) =>
    (await import("./actions/local")).run(...given),
  );

void main(local);
