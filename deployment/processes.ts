import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { follow } from "./follow";

export interface RunOptions {
  readonly cwd?: string;
  readonly env: NodeJS.ProcessEnv;
  /** Called for each line as it is printed, of output and errors alike. */
  readonly onLine?: (line: string) => void;
  /** Ends the command and all it started. */
  readonly signal?: AbortSignal;
  /**
   * How long the command may take to end by itself after `signal`, which then
   * reaches it as SIGINT, before it is killed, in milliseconds.
   * @default 0: it is killed at once
   */
  readonly grace?: number;
  /** Kills the command at once, whatever is left of that grace. */
  readonly hurry?: AbortSignal;
  /** Whether only its owner may read what the command writes. @default false */
  readonly closed?: boolean;
  /** Told the process's id. */
  readonly onStart?: (pid: number) => void;
  /**
   * File that takes what the command prints, until it ends: killed, we leave
   * behind a command that can still print, and so end its work.
   * @default - it prints to us, and dies with us
   */
  readonly outputFile?: string;
}

export interface RunResult {
  readonly code: number;
  /** What it printed, output and errors in the order they came. */
  readonly output: string;
  /** What it printed to standard output; empty where `outputFile` took it. */
  readonly stdout: string;
}

/**
 * Runs a command to its end, apart from the terminal: Ctrl-C reaches us alone,
 * and we decide how the command ends.
 *
 * @throws the signal's reason where it was aborted
 */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<RunResult> {
  options.signal?.throwIfAborted();
  const { outputFile } = options;
  const file = outputFile && openSync(outputFile, "w", 0o600);
  const start = () =>
    spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: file ? ["ignore", file, file] : ["ignore", "pipe", "pipe"],
      detached: true,
    });
  const child = options.closed ? ownersOnly(start) : start();
  if (file) closeSync(file);
  if (child.pid !== undefined) options.onStart?.(child.pid);
  const lines: string[] = [];
  const stdout: string[] = [];
  const onLine = (line: string) => {
    lines.push(line);
    options.onLine?.(line);
  };
  const stopReading = outputFile ? follow(outputFile, onLine) : () => {};
  for (const stream of [child.stdout, child.stderr])
    if (stream)
      createInterface({ input: stream }).on("line", (line) => {
        if (stream === child.stdout) stdout.push(line);
        onLine(line);
      });
  const kill = () => endTree(child);
  let grace: NodeJS.Timeout | undefined;
  const end = () => {
    if (!options.grace || options.hurry?.aborted) return kill();
    child.kill("SIGINT");
    grace = setTimeout(kill, options.grace);
  };
  options.signal?.addEventListener("abort", end);
  options.hurry?.addEventListener("abort", kill);
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, ended) => {
        // Else it was us.
        if (ended && !options.signal?.aborted)
          onLine(`Error: ${command} was ended by ${ended}.`);
        resolve(code ?? 1);
      });
    }).finally(stopReading);
    options.signal?.throwIfAborted();
    return { code, output: lines.join("\n"), stdout: stdout.join("\n") };
  } finally {
    clearTimeout(grace);
    options.signal?.removeEventListener("abort", end);
    options.hurry?.removeEventListener("abort", kill);
  }
}

/** Has what is started here write files for their owner alone. */
function ownersOnly<T>(start: () => T): T {
  const before = process.umask(0o077);
  try {
    return start();
  } finally {
    process.umask(before);
  }
}

/**
 * Ends a process and everything it started. cdktf gives each terraform a
 * terminal, and with it a process group of its own, so its tree is walked.
 * All are stopped before the first is killed: what still runs may start
 * another, and the children of a dead process can't be found any more.
 */
export function endTree(child: ChildProcess): void {
  if (child.pid === undefined) return;
  const stopped = new Set<number>();
  for (let found = [child.pid]; found.length > 0;) {
    for (const pid of found) {
      send("SIGSTOP", pid);
      stopped.add(pid);
    }
    found = descendants(child.pid).filter((pid) => !stopped.has(pid));
  }
  for (const pid of stopped) send("SIGKILL", pid);
}

/** The processes that a process has started, and those that they started. */
function descendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const [pid, parent] of processTable())
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  const found: number[] = [];
  for (let queue = [root]; queue.length > 0;) {
    queue = queue.flatMap((pid) => children.get(pid) ?? []);
    found.push(...queue);
  }
  return found;
}

/** Every process with its parent. Slim Linux images have no `ps`. */
function processTable(): [pid: number, parent: number][] {
  if (process.platform !== "linux")
    return execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" })
      .trim()
      .split("\n")
      .map((line) => {
        const [pid = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
        return [pid, parent];
      });
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name): [number, number][] => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        // The second field is the command in parentheses and may hold anything.
        const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        return [[Number(name), Number(fields[1])]];
      } catch {
        return []; // it has ended meanwhile
      }
    });
}

function send(signal: NodeJS.Signals, pid: number): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}
