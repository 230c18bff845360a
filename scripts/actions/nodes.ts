import { printableJsonLine } from "../../base/printable";
import { resolve } from "node:path";
import pc from "picocolors";
import { TRIED_RELEASES } from "../../doctor/node-releases";
import { runOnNode, type NodeRun } from "../../rehearsal/on-node";
import { UsageError } from "../../base/usage-error";
import { interruption } from "../command";
import type { NodesOptions } from "../nodes";

export async function run(
  given: string[],
  options: NodesOptions,
): Promise<void> {
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
  const chosen = options.newest ? TRIED_RELEASES.slice(-1) : given;
  const results: NodeRun[] = [];
  for (const version of chosen.length > 0 ? chosen : TRIED_RELEASES) {
    const result = await runOnNode(version, {
      command: options.run,
      cache: resolve(options.cache),
      signal,
      onLine: options.verbose ? (line) => console.error(line) : undefined,
    });
    results.push(result);
    if (!options.json) print(result, options.verbose);
  }
  if (options.json) console.log(printableJsonLine(results));
  if (results.some(({ passed }) => !passed)) process.exitCode = 1;
}

function print(result: NodeRun, shown = false): void {
  const { asked, output, passed, seconds, version } = result;
  const mark = passed ? pc.green(" ok ") : pc.red("FAIL");
  const name = `Node ${version ?? asked}`.padEnd(14);
  const note = version === undefined ? "npm can't install it" : "";
  console.log(`${mark} ${name} ${seconds.toFixed(1).padStart(7)} s  ${note}`);
  if (!passed && !shown) console.error(output);
}
