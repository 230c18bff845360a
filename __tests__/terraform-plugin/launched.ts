import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { platform, providerVersion } from "../../terraform-plugin/mirror";
import { ADDRESS, ENTRY, type Workspace } from "./workspace";

/** The script that Terraform starts. */
export function script({ directory }: Workspace): string {
  const version = providerVersion({ address: ADDRESS, entry: ENTRY });
  return join(
    directory,
    "terraform.d/plugins",
    ADDRESS,
    version,
    platform(),
    `terraform-provider-sample_v${version}`,
  );
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A process that has ended stays in the table until its parent looks.
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

/** Waits until something is so; the test's own limit ends a wait in vain. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}
