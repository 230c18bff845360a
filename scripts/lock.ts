import { join, resolve } from "node:path";
import { Option } from "commander";
import { command, main } from "./command";

const LOCK = "providers.lock.hcl";

export interface LockOptions {
  readonly mirror?: string;
  readonly out: string;
  readonly platform?: readonly string[];
}

const cli = command(
  "lock",
  "Looks up the hashes of the providers that the stacks use, so that Terraform runs only these",
)
  .option(
    "--platform <names...>",
    "platforms to include (default: Linux and macOS on amd64 and arm64)",
  )
  .option(
    "--mirror <folder>",
    "take packages from a filesystem mirror of Terraform's, not the registry",
  )
  .addOption(
    new Option("--out <file>", "the file to write").default(
      join(resolve(__dirname, ".."), LOCK),
      LOCK,
    ),
  )
  .addHelpText(
    "after",
    `
Run it after a change of a provider's version, and commit the file: the review
of a pull request plans with no provider that is not in it.

Examples:
  npm run lock
  npm run lock -- --platform linux_amd64`,
  )
  .action(async (options: LockOptions) =>
    (await import("./actions/lock")).run(options),
  );

void main(cli);
