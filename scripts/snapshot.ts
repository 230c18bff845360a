import { command, main } from "./command";

export interface SnapshotOptions {
  force?: boolean;
  json?: boolean;
  keepNames?: boolean;
}

const snapshot = command(
  "snapshot",
  "Copies your account into a file for rehearsals; changes nothing, and omits secrets and personal data",
)
  .argument("[file]", "the file to write", "account-twin.json")
  .option("--keep-names", "keep people's e-mail addresses and names")
  .option("--force", "replace the file if there is one")
  .option("--json", "print what was written as JSON")
  .addHelpText(
    "after",
    `
Examples:
  npm run snapshot
  npm start -- --account account-twin.json`,
  )
  .action(async (...given: [string, SnapshotOptions]) =>
    (await import("./actions/snapshot")).run(...given),
  );

void main(snapshot);
