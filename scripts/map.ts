import { command, main } from "./command";

export interface MapOptions {
  readonly json?: boolean;
  readonly out: string;
}

const cli = command(
  "map",
  "Draws the whole account on one page: hosts, who reaches them and how, and what expires soon",
)
  .option("--out <file>", "the file to write", "map.html")
  .option("--json", "print JSON instead of writing a page")
  .addHelpText(
    "after",
    `
Reads the account and changes nothing; an API token with read permissions is
enough. Hosts that main.ts does not name are marked, if it can be synthesized.
The page is self-contained and loads nothing; it names people and hosts.

Example:
  npm run map -- --out map.html`,
  )
  .action(async (options: MapOptions) =>
    (await import("./actions/map")).run(options),
  );

void main(cli);
