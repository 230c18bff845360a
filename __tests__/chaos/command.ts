import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processesOf } from "../rehearsal/processes";

const PROJECT = resolve(__dirname, "../..");

/** What a command came to. */
export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  /** Output and errors. */
  readonly text: string;
}

export interface Started {
  readonly pid: number;
  readonly ended: Promise<Ended>;
}

/** Starts a command of `scripts/`, in a process group as a shell makes it. */
export function start(
  [name, ...args]: readonly [string, ...string[]],
  env: NodeJS.ProcessEnv,
  onText: (text: string) => void = () => {},
): Started {
  const script = join("scripts", `${name}.ts`);
  const child = spawn(
    process.execPath,
    ["--require", "./typescript.js", script, ...args],
    {
      cwd: PROJECT,
      env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let stdout = "";
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data) => {
      if (stream === child.stdout) stdout += String(data);
      text += String(data);
      onText(String(data));
    });
  const ended = new Promise<Ended>((done) =>
    child.once("exit", (code) =>
      // Whoever was left behind may hold the pipes open.
      setTimeout(() => done({ code, stdout, text }), 50),
    ),
  );
  return { pid: child.pid!, ended };
}

/** Waits until no process works in a folder; tells of those that do not end. */
export async function quiet(folder: string, limit = 120_000) {
  const end = Date.now() + limit;
  for (;;) {
    const left = processesOf(folder);
    if (left.length === 0 || Date.now() > end)
      return left.map((line) => line.slice(0, 120));
    await sleep(100);
  }
}
