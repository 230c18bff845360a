/**
 * Wall time of `npm run probe` for 100 services in one run, as a ratio to one
 * service of the same account. Run with `node --require ./typescript.js bench/probe.ts`.
 * Exits 1 above 2.
 *
 * The local Cloudflare stands for the real one, and so that waiting for it is
 * as it would be, the line to its edge and its API has a round trip of 40 ms.
 * It shares the processor with the probe, which a real one does not. What
 * main.ts takes to synthesize is left out: it is the same for both.
 */
import { spawn } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startLocalCloudflare } from "../local/start";
import { cast } from "../rehearsal/cast";
import { accountWith, type DeployedService } from "./many-services";
import { median } from "./median";
import { slowLine } from "./slow-line";

const MANY = 100;
const RUNS = 5;
const WANTED = 2;
/** One way: half of a round trip. */
const LATE_MS = 20;
const PROJECT = resolve(__dirname, "..");

const root = mkdtempSync(join(tmpdir(), "bench-probe-"));

/** Writes what a synth and a deploy leave of each service. */
function leave(services: readonly DeployedService[]): void {
  const stacks = Object.fromEntries(
    services.map(({ name, outputs }) => {
      const dir = join(root, name);
      mkdirSync(dir);
      write(join(dir, "cdk.tf.json"), {
        terraform: { backend: { local: { path: "terraform.tfstate" } } },
      });
      write(join(dir, "terraform.tfstate"), { version: 4, outputs });
      return [name, { name, workingDirectory: name, dependencies: [] }];
    }),
  );
  write(join(root, "stacks.json"), { stacks });
  const app = join(root, "app");
  writeFileSync(
    app,
    `#!/bin/sh\nexec cp "${join(root, "stacks.json")}" "$CDKTF_OUTDIR/manifest.json"\n`,
  );
  chmodSync(app, 0o700);
}

function write(file: string, content: object): void {
  writeFileSync(file, JSON.stringify(content), { mode: 0o600 });
}

/** Milliseconds that a probe of these services takes, all of it kept. */
async function milliseconds(
  names: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [
      "--require",
      "./typescript.js",
      "scripts/probe.ts",
      ...names,
      "--wait",
      "0",
    ],
    { cwd: PROJECT, env, stdio: ["ignore", "pipe", "inherit"] },
  );
  let output = "";
  child.stdout.on("data", (chunk) => (output += String(chunk)));
  const code = await new Promise((done) => child.on("close", done));
  const taken = performance.now() - started;
  // Those of the machine itself are for --local.
  const unchecked = output
    .split("\n")
    .filter((line) => /not checked/.test(line));
  const broken = /\d+ kept, (\d+) broken/.exec(output)?.[1];
  if (
    code !== 0 ||
    broken !== "0" ||
    unchecked.some((line) => /answered/.test(line))
  )
    throw new Error(`the probe ended with ${String(code)}:\n${output}`);
  return taken;
}

async function measure(): Promise<void> {
  const { account, services } = accountWith(MANY);
  leave(services);
  const cloudflare = await startLocalCloudflare({ account, caddy: false });
  const edge = await slowLine(cloudflare.edge.port, LATE_MS);
  const api = await slowLine(Number(new URL(cloudflare.apiUrl).port), LATE_MS);
  try {
    writeFileSync(join(root, "ca.pem"), cloudflare.edge.caPem);
    const apiUrl = new URL(cloudflare.apiUrl);
    apiUrl.port = String(api.port);
    const env = {
      PATH: process.env.PATH,
      HOME: root,
      NO_COLOR: "1",
      ACCESS_ENV_FILE: "",
      ACCESS_EDGE: `127.0.0.1:${edge.port}`,
      ACCESS_EDGE_CA: join(root, "ca.pem"),
      CDKTF_APP: join(root, "app"),
      CDKTF_OUTPUT: root,
      CLOUDFLARE_ACCOUNT_ID: account.id,
      CLOUDFLARE_API_TOKEN: cast(account).apiToken,
      CLOUDFLARE_BASE_URL: apiUrl.href,
    };
    const names = services.map(({ name }) => name);
    const runs: { one: number; many: number }[] = [];
    for (let run = 0; run <= RUNS; run++) {
      const one = await milliseconds(names.slice(0, 1), env);
      const many = await milliseconds(names, env);
      if (run > 0) runs.push({ one, many }); // the first fills the caches
    }
    const ratio = median(runs.map(({ one, many }) => many / one));
    const seconds = (times: number[]) => (median(times) / 1000).toFixed(2);
    console.log(
      `probe of ${MANY} services: ${ratio.toFixed(2)} times that of one (${seconds(runs.map(({ many }) => many))} s to ${seconds(runs.map(({ one }) => one))} s, medians of ${RUNS}); wanted: ${WANTED} at most`,
    );
    if (ratio > WANTED) process.exitCode = 1;
  } finally {
    await Promise.all([edge.close(), api.close(), cloudflare.close()]);
    rmSync(root, { recursive: true });
  }
}

void measure();
