import { join, resolve } from "node:path";
import { command, main } from "./command";

export interface PackageOptions {
  readonly json?: boolean;
  readonly out: string;
}

const cli = command(
  "package",
  "Builds the library that others install, as JavaScript with types",
  { readsSettings: false },
)
  .option(
    "--out <folder>",
    "where it is built; emptied first",
    join(resolve(__dirname, ".."), "dist", "package"),
  )
  .option("--json", "print what was built as JSON")
  .addHelpText(
    "after",
    `
Examples:
  npm run package
  npm run pack                   # builds it and packs dist/access-stacks-VERSION.tgz`,
  )
  .action(async (options: PackageOptions) =>
    (await import("./actions/package")).run(options),
  );

void main(cli);
