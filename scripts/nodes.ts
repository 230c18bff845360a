import { resolve } from "node:path";
import pc from "picocolors";
import { NODE_RELEASES } from "../doctor/node-releases";
import { runOnNode, type NodeRun } from "../rehearsal/on-node";
import { UsageError } from "../settings";
import { command, interruption, main } from "./command";

interface Options {
  cache: string;
  json?: boolean;
  newest?: boolean;
  run: string;
  verbose?: boolean;
}

/** The oldest that works, then the newest of each line with long support. */
const [OLDEST, ...LINES] = NODE_RELEASES.filter(
  ({ major }) => major % 2 === 0,
).map(({ firstMinor, major }, index) =>
  index === 0 ? `${major}.${firstMinor}` : String(major),
);
const ALL = [OLDEST, ...LINES].filter((version) => version !== undefined);

const nodes = command(
  "nodes",
  `Rehearses on other releases of Node.js (${ALL.join(", ")}), each in a fresh copy of this folder. They come from npm.`,
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
  .action(async (given: string[], options: Options) => {
    const signal = interruption();
    const faults = given.filter((text) => !/^\d+(\.\d+){0,2}$/.test(text));
    if (faults.length > 0)
      throw new UsageError(
        "Versions of Node.js",
        faults.map((text) => `"${text}" is none: write 26, 20.19 or 24.18.0`),
      );
    if (options.newest && given.length > 0)
      throw new UsageError("nodes", [
        "--newest names the version: leave it out, or the versions",
      ]);
    const chosen = options.newest ? ALL.slice(-1) : given;
    const results: NodeRun[] = [];
    for (const version of chosen.length > 0 ? chosen : ALL) {
      const result = await runOnNode(version, {
        command: options.run,
        cache: resolve(options.cache),
        signal,
        onLine: options.verbose ? (line) => console.error(line) : undefined,
      });
      results.push(result);
      if (!options.json) print(result, options.verbose);
    }
    if (options.json) console.log(JSON.stringify(results));
    if (results.some(({ passed }) => !passed)) process.exitCode = 1;
  });

function print(result: NodeRun, shown = false): void {
  const { asked, output, passed, seconds, version } = result;
  const mark = passed ? pc.green(" ok ") : pc.red("FAIL");
  const name = `Node ${version ?? asked}`.padEnd(14);
  const note = version === undefined ? "npm can't install it" : "";
  console.log(`${mark} ${name} ${seconds.toFixed(1).padStart(7)} s  ${note}`);
  if (!passed && !shown) console.error(output);
}

void main(nodes);
