import { Option } from "commander";
import { STORES, type StoreName } from "../contract/store-names";
import { command, main } from "./command";

export interface SecretsOptions {
  file?: string;
  json?: boolean;
  to?: StoreName | "export";
  token?: string;
}

const secrets = command(
  "secrets",
  "Writes a service token's id and secret to where its clients read them",
)
  .argument("<service>", "name of a stack in main.ts")
  .addOption(
    new Option(
      "--to <place>",
      "a place other than the token's store in main.ts: .env, shell export lines, Infisical, or Google (written by the stack itself)",
    ).choices([...STORES, "export"]),
  )
  .option("--token <name>", "a token other than the service's first")
  .option("--file <path>", "with --to env: a file other than .env")
  .option("--json", "print what was written as JSON, without secrets")
  .addHelpText(
    "after",
    `
Infisical: INFISICAL_CLIENT_ID, INFISICAL_CLIENT_SECRET, INFISICAL_PROJECT_ID,
INFISICAL_ENVIRONMENT; INFISICAL_SITE_URL and INFISICAL_PATH where they differ.

Examples:
  npm run secrets -- comfyui --to env
  eval "$(npm run --silent secrets -- comfyui --to export)"`,
  )
  .action(async (...given: [string, SecretsOptions]) =>
    (await import("./actions/secrets")).run(...given),
  );

void main(secrets);
