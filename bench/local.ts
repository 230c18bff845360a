/**
 * How soon after its start the local Cloudflare is ready, and how much memory
 * it holds then: beside a script that does nothing, run the same way. Run with
 * `node --require ./typescript.js bench/local.ts`. Exits 1 above 1.5 s or 200 MB.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { median } from "./median";

const RUNS = 7;
const WANTED_MS = 1500;
const WANTED_MB = 200;
const PROJECT = resolve(__dirname, "..");

async function ready(): Promise<{ ms: number; mb: number }> {
  const started = performance.now();
  const child = spawn(
    process.execPath,
    ["--require", "./typescript.js", "scripts/local.ts"],
    { cwd: PROJECT, stdio: ["ignore", "pipe", "inherit"] },
  );
  // Its first line tells where it is.
  await once(createInterface({ input: child.stdout }), "line");
  const ms = performance.now() - started;
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  const mb = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
  child.kill("SIGTERM");
  await once(child, "exit");
  return { ms, mb };
}

async function nothing(): Promise<number> {
  const started = performance.now();
  const child = spawn(
    process.execPath,
    ["--require", "./typescript.js", "--eval", "0"],
    {
      cwd: PROJECT,
      stdio: "ignore",
    },
  );
  await once(child, "exit");
  return performance.now() - started;
}

async function measure(): Promise<void> {
  const runs: { ms: number; mb: number; ratio: number }[] = [];
  for (let run = 0; run <= RUNS; run++) {
    const idle = await nothing();
    const local = await ready();
    if (run > 0) runs.push({ ...local, ratio: local.ms / idle });
  }
  const ms = median(runs.map((run) => run.ms));
  const mb = median(runs.map((run) => run.mb));
  const ratio = median(runs.map((run) => run.ratio));
  console.log(
    `local Cloudflare: ready after ${ms.toFixed(0)} ms with ${mb.toFixed(0)} MB, ${ratio.toFixed(1)} times a script that does nothing (medians of ${RUNS}); wanted: ${WANTED_MS} ms and ${WANTED_MB} MB at most`,
  );
  if (ms > WANTED_MS || mb > WANTED_MB) process.exitCode = 1;
}

void measure();
