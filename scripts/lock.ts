import { join, resolve } from "node:path";
import { command, main } from "./command";

export interface LockOptions {
  readonly mirror?: string;
  readonly out: string;
  readonly platform?: readonly string[];
}

const cli = command(
  "lock",
  "Looks up the hashes of the providers that the stacks use, so that Terraform runs no others",
)
  .option(
    "--platform <names...>",
    "platforms to include (default: Linux and macOS on amd64 and arm64)",
  )
  .option(
    "--mirror <folder>",
    "take packages from a filesystem mirror of Terraform's, not the registry",
  )
  .option(
    "--out <file>",
    "the file to write",
    join(resolve(__dirname, ".."), "providers.lock.hcl"),
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
