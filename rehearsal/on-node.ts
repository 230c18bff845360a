import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { run } from "../deployment/processes";

const PROJECT = resolve(__dirname, "..");

/** What a command came to on one Node.js. */
export interface NodeRun {
  /** The version as it was asked for, such as `26` or `20.19`. */
  readonly asked: string;
  /** The version that ran, such as `26.10.0`; undefined where npm has none. */
  readonly version?: string;
  readonly passed: boolean;
  readonly seconds: number;
  readonly output: string;
}

export interface OnNodeOptions {
  /** What a shell runs in a fresh copy of the project. */
  readonly command: string;
  /** Folder that keeps each Node.js for the next time. */
  readonly cache: string;
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => void;
}

/**
 * Runs a command on the newest Node.js of a release line, in a copy of the
 * project as a fresh clone has it: nothing of this folder is touched.
 *
 * @param asked `26`, `20.19` or `24.18.0`
 */
export async function runOnNode(
  asked: string,
  { cache, command, onLine, signal }: OnNodeOptions,
): Promise<NodeRun> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const installed = await installNode(asked, cache, signal);
  if (!("program" in installed))
    return { asked, passed: false, seconds: seconds(), ...installed };
  const { program, version } = installed;
  const copy = mkdtempSync(join(tmpdir(), "access-stacks-on-node-"));
  try {
    copyProject(copy);
    const { code, output } = await run("sh", ["-c", command], {
      cwd: copy,
      env: {
        ...process.env,
        PATH: `${dirname(program)}${delimiter}${process.env.PATH ?? ""}`,
      },
      signal,
      onLine,
    });
    return { asked, version, passed: code === 0, seconds: seconds(), output };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/**
 * Installs a Node.js by npm, which has each as a package for each platform,
 * without a script.
 *
 * @returns its program; where npm has none, what npm said
 */
export async function installNode(
  asked: string,
  cache: string,
  signal?: AbortSignal,
): Promise<{ program: string; version: string } | { output: string }> {
  const name = nodePackage(process.platform, process.arch);
  const folder = resolve(cache, asked);
  mkdirSync(folder, { recursive: true });
  const { code, output } = await run(
    "npm",
    ["install", "--prefix", folder, "--no-audit", "--no-fund"].concat(
      "--ignore-scripts",
      `${name}@${asked}`,
    ),
    // `npm run --silent` would have npm keep its reasons to itself.
    { env: { ...process.env, npm_config_loglevel: "notice" }, signal },
  );
  const home = join(folder, "node_modules", name);
  if (code !== 0 || !existsSync(home)) return { output };
  const { bin, version } = JSON.parse(
    readFileSync(join(home, "package.json"), "utf8"),
  ) as { bin: { node: string }; version: string };
  return { program: join(home, bin.node), version };
}

function nodePackage(platform: string, arch: string): string {
  const prefix =
    platform === "darwin" && arch === "arm64" ? "node-bin" : "node";
  return `${prefix}-${platform === "win32" ? "win" : platform}-${arch}`;
}

/** Copies what git has or would add. */
function copyProject(to: string): void {
  const files = execFileSync(
    "git",
    ["ls-files", "--cached", "--others", "--exclude-standard", "-z"],
    { cwd: PROJECT, encoding: "utf8" },
  );
  for (const file of new Set(files.split("\0")))
    if (file !== "" && existsSync(join(PROJECT, file)))
      cpSync(join(PROJECT, file), join(to, file));
}
