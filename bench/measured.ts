import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** What a command and all that it starts have taken. */
export interface Measured {
  /** Seconds. */
  readonly wall: number;
  /** Seconds of all processes together. */
  readonly cpu: number;
  /** Megabytes of all processes at once, what they share counted once. */
  readonly peak: number;
}

const SAMPLE_MS = 200;

/**
 * Runs a command and measures all processes that come of it. Linux only: it
 * reads `/proc`.
 *
 * @throws Error with what was printed where it does not exit with `code`
 */
export async function measured(
  [command, ...args]: readonly [string, ...string[]],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
  code = 0,
): Promise<Measured> {
  const started = performance.now();
  const child = spawn(
    "bash",
    ["-c", '"$@"; code=$?; times >&3; exit "$code"', "bash", command, ...args],
    { ...options, stdio: ["ignore", "pipe", "pipe", "pipe"] },
  );
  let output = "";
  let times = "";
  const [, stdout, stderr, third] = child.stdio;
  stdout?.on("data", (chunk) => (output += String(chunk)));
  stderr?.on("data", (chunk) => (output += String(chunk)));
  third?.on("data", (chunk) => (times += String(chunk)));
  let peak = 0;
  const timer = setInterval(
    () => (peak = Math.max(peak, memoryOf(child.pid))),
    SAMPLE_MS,
  );
  const ended = await new Promise((resolve) => child.on("close", resolve));
  clearInterval(timer);
  if (ended !== code)
    throw new Error(`${command} ${args.join(" ")}: ${ended}\n${output}`);
  return {
    wall: (performance.now() - started) / 1000,
    cpu: secondsIn(times),
    peak,
  };
}

/** The shell's own and its children's, such as `0m0.001s 0m0.000s`. */
function secondsIn(times: string): number {
  return [...times.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  );
}

/** Megabytes of a process and all below it. */
function memoryOf(root: number | undefined): number {
  const children = new Map<number, number[]>();
  for (const pid of readdirSync("/proc").map(Number)) {
    const parent = read(`/proc/${pid}/stat`)?.match(/\) . (\d+)/)?.[1];
    if (parent === undefined) continue;
    children.set(Number(parent), [
      ...(children.get(Number(parent)) ?? []),
      pid,
    ]);
  }
  const total = (pid: number): number =>
    Number(
      /^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? "")?.[1] ?? 0,
    ) + (children.get(pid) ?? []).reduce((sum, one) => sum + total(one), 0);
  return root === undefined ? 0 : total(root) / 1024;
}

/** Undefined where the process has ended. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
