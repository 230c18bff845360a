import { InvalidArgumentError, Option } from "commander";
import { command, main, toPort } from "./command";

export interface RehearseOptions {
  account: string;
  apiPort: number;
  edgePort: number;
  json?: boolean;
  keep?: boolean;
  origin?: string;
  provider: "auto" | "real" | "stand-in";
  store?: "google";
  verbose?: boolean;
}

const rehearsal = command(
  "start",
  "Rehearses a service's whole life on a local Cloudflare: deploy, verify, destroy, compare. Needs no account and touches none.",
  { readsSettings: false },
)
  .option(
    "--account <name>",
    "guide, empty, or the path to an account file",
    "guide",
  )
  .option(
    "--origin <service=address>",
    "your own running service instead of the stand-in: comfyui=http://127.0.0.1:8188. This machine only; it is read, not changed",
    once,
  )
  .option("--keep", "stop after the checks and leave everything running")
  .addOption(
    new Option(
      "--provider <which>",
      "Cloudflare's Terraform provider: the real one or the stand-in",
    )
      .choices(["auto", "real", "stand-in"])
      .default("auto"),
  )
  .addOption(
    new Option(
      "--store <place>",
      "where the stack stores its service token",
    ).choices(["google"]),
  )
  .option(
    "--api-port <port>",
    "port of the local API; 0 picks a free one",
    toPort,
    0,
  )
  .option(
    "--edge-port <port>",
    "port of the local edge; 0 picks a free one",
    toPort,
    0,
  )
  .option("--json", "print the report as JSON")
  .option("--verbose", "show cdktf's output")
  .addHelpText(
    "after",
    `
Examples:
  npm start -- --account empty --keep
  npm start -- --origin n8n=http://127.0.0.1:5678 --keep`,
  )
  .action(async (...given: [RehearseOptions]) =>
    (await import("./actions/rehearse")).run(...given),
  );

/** One origin is one service's life: a second would be lost in silence. */
function once(text: string, before: string | undefined): string {
  if (before === undefined) return text;
  throw new InvalidArgumentError("One at a time: run it again for another.");
}

void main(rehearsal);
