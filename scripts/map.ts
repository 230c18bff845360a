import { command, main } from "./command";

export interface MapOptions {
  readonly json?: boolean;
  readonly out: string;
}

const cli = command(
  "map",
  "Draws the whole account on one page: hosts, who reaches them and by what, and what ends soon",
)
  .option("--out <file>", "where the page is written", "map.html")
  .option("--json", "print the same as JSON, and write no page")
  .addHelpText(
    "after",
    `
Reads the account and changes nothing; an API token with read permissions is
enough. Hosts that main.ts does not name are marked, if it can be synthesized.
The page needs nothing else and asks nobody; it names people and hosts.

Example:
  npm run map -- --out map.html`,
  )
  .action(async (options: MapOptions) =>
    (await import("./actions/map")).run(options),
  );

void main(cli);
