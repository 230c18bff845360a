/**
 * The rehearsal's own work, as a share of its wall time: all that is not spent
 * inside cdktf and the terraform it starts. Run with
 * `node --require ./typescript.js bench/rehearsal.ts`. Exits 1 from a quarter on.
 */
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { median } from "./median";

const RUNS = 3;
const WANTED = 0.25;
const PROJECT = resolve(__dirname, "..");

function rehearse(): { all: number; cdktf: number } {
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    ["--require", "./typescript.js", "scripts/rehearse.ts", "--json"],
    { cwd: PROJECT, encoding: "utf8" },
  );
  if (status !== 0)
    throw new Error(`The rehearsal failed:\n${stdout}${stderr}`);
  return (JSON.parse(stdout) as { seconds: { all: number; cdktf: number } })
    .seconds;
}

const runs = Array.from({ length: RUNS }, rehearse);
const share = median(runs.map(({ all, cdktf }) => (all - cdktf) / all));
console.log(
  `rehearsal: ${(share * 100).toFixed(1)} % of its ${median(runs.map(({ all }) => all)).toFixed(1)} s are its own work (medians of ${RUNS}); wanted: under ${WANTED * 100} %`,
);
if (share >= WANTED) process.exitCode = 1;
