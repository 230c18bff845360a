import { TRIED_RELEASES } from "../doctor/node-releases";
import { command, main } from "./command";

export interface NodesOptions {
  cache: string;
  json?: boolean;
  newest?: boolean;
  run: string;
  verbose?: boolean;
}

const nodes = command(
  "nodes",
  `Rehearses on other releases of Node.js (${TRIED_RELEASES.join(", ")}), each in a fresh copy of this folder. They come from npm.`,
  { readsSettings: false },
)
  .argument("[versions...]", "such as 26, 20.19 or 24.18.0")
  .option("--newest", "only on the newest")
  .option("--run <command>", "what to run on each", "npm ci && npm start")
  .option("--cache <folder>", "keeps each Node.js", ".cache/nodes")
  .option("--json", "print the results as JSON")
  .option("--verbose", "show what the commands print")
  .addHelpText(
    "after",
    '\nExample:\n  npm run nodes -- 24 26 --run "npm ci && npm test"',
  )
  .action(async (...given: [string[], NodesOptions]) =>
    (await import("./actions/nodes")).run(...given),
  );

void main(nodes);
