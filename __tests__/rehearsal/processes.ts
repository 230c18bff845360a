import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

/** Processes, as ps shows them, whose command or environment names a folder. */
export function processesOf(folder: string): string[] {
  return execFileSync("ps", ["axeww", "-o", "pid=,args="], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  })
    .split("\n")
    .filter((line) => line.includes(folder));
}

/** Waits until something is so; the test's own limit ends a wait in vain. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(100);
}
