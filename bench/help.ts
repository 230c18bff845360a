/**
 * Time of each command's `--help`, as a ratio to a Node.js that does nothing.
 * Run with `node --require ./typescript.js bench/help.ts`. Exits 1 above 8 times.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { median } from "./median";

const PAIRS = 5;
const WANTED = 8;
const PROJECT = resolve(__dirname, "..");

const { scripts } = JSON.parse(
  readFileSync(join(PROJECT, "package.json"), "utf8"),
) as { scripts: Record<string, string> };
const commands = Object.values(scripts).flatMap(
  (line) => /scripts\/[\w-]+\.ts$/.exec(line) ?? [],
);

function milliseconds(...args: string[]): number {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, args, { cwd: PROJECT });
  if (status !== 0) throw new Error(`node ${args.join(" ")}: ${status}`);
  return performance.now() - started;
}

for (const script of commands) {
  const ratios = Array.from(
    { length: PAIRS },
    () =>
      milliseconds("--require", "./typescript.js", script, "--help") /
      milliseconds("-e", "0"),
  );
  const ratio = median(ratios);
  console.log(
    `${script} --help: ${ratio.toFixed(1)} times node -e 0; wanted: ${WANTED} at most`,
  );
  if (ratio > WANTED) process.exitCode = 1;
}
