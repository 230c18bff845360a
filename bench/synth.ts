/**
 * Time of a synth of main.ts, as a ratio to an empty app of one stack that is
 * run the same way. Run with `node --require ./typescript.js bench/synth.ts`.
 *
 * The two take turns, and the median of the pairs' ratios counts, so that a
 * machine that is busy for a while does not decide. Exits 1 above 1.3.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { median } from "./median";

const PAIRS = 11;
const WANTED = 1.3;
const PROJECT = resolve(__dirname, "..");
const dir = mkdtempSync(join(tmpdir(), "bench-synth-"));

const env = {
  ...process.env,
  ACCESS_ENV_FILE: "",
  ACCESS_STATE_DIR: join(dir, "state"),
  CDKTF_OUTDIR: join(dir, "out"),
  CLOUDFLARE_ACCOUNT_ID: "0123456789abcdef0123456789abcdef",
  CLOUDFLARE_ZONE: "example.com",
  CLOUDFLARE_TUNNEL: "home",
  GOOGLE_CLIENT_ID: "1-x.apps.googleusercontent.com",
  ACCESS_ALLOWED_EMAILS: "ann@example.com",
};

function milliseconds(app: string): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--require", "./typescript.js", app],
    { cwd: PROJECT, env, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`${app} failed:\n${stderr}`);
  return performance.now() - started;
}

try {
  const pairs = Array.from({ length: PAIRS + 1 }, () => ({
    main: milliseconds("main.ts"),
    empty: milliseconds("bench/empty-app.ts"),
  })).slice(1); // the first fills the caches
  const ratio = median(pairs.map(({ main, empty }) => main / empty));
  console.log(
    `synth of main.ts: ${ratio.toFixed(2)} times an empty app (${median(pairs.map(({ main }) => main)).toFixed(0)} ms to ${median(pairs.map(({ empty }) => empty)).toFixed(0)} ms, medians of ${PAIRS}); wanted: ${WANTED} at most`,
  );
  if (ratio > WANTED) process.exitCode = 1;
} finally {
  rmSync(dir, { recursive: true });
}
