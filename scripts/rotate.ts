import { Option } from "commander";
import { TIME_SPANS } from "../base/duration";
import { STORES, type StoreName } from "../contract/store-names";
import { command, main } from "./command";

export interface RotateOptions {
  extend?: boolean;
  file?: string;
  force?: boolean;
  json?: boolean;
  overlap: string;
  store?: StoreName;
  token?: string;
  wait: string;
}

const cli = command(
  "rotate",
  "Rotates a service token's secret: deploys, stores and verifies the new one before the old one expires",
)
  .argument("<service>", "name of a stack in main.ts")
  .option(
    "--overlap <time>",
    `how long the old secret keeps working (${TIME_SPANS})`,
    "24h",
  )
  .addOption(
    new Option(
      "--store <place>",
      "where to store the new secret (default: the token's store in main.ts, or env)",
    ).choices([...STORES]),
  )
  .option("--file <path>", "with --store env: a file other than .env")
  .option("--token <name>", "a token other than the service's first")
  .option(
    "--wait <time>",
    `how long to retry the new secret (${TIME_SPANS})`,
    "60s",
  )
  .option("--force", "rotate even if a secret in use stops working immediately")
  .option("--extend", "extend the token by a year and keep its secret")
  .option("--json", "print the result as JSON, without secrets")
  .addHelpText(
    "after",
    `
Version and overlap are saved in rotations.json: commit it. If it is interrupted,
run it again to continue.
Exit codes: 0 done, 1 failed, 2 unusable input.

Examples:
  npm run rotate -- comfyui --overlap 48h
  npm run rotate -- comfyui --extend`,
  )
  .action(async (...given: [string, RotateOptions]) =>
    (await import("./actions/rotate")).run(...given),
  );

void main(cli);
