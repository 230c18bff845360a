import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RemoteState } from "./remote-state";

/** Where a stack's state lies in the state folder, while it is kept there. */
export function stateFile(stateDir: string, stack: string): string {
  return join(stateDir, `${stack}.tfstate`);
}

/** A note that says where a stack's state went when it left the state folder. */
export function movedNote(stateDir: string, stack: string): string {
  return `${stateFile(stateDir, stack)}.moved`;
}

/**
 * Why a stack must not be deployed with the state that the settings name: there
 * is one of it elsewhere. With an empty one Terraform would make everything anew.
 */
export function elsewhereFault(
  stateDir: string,
  stack: string,
  remoteState: Pick<RemoteState, "kind"> | undefined,
): string | undefined {
  const file = stateFile(stateDir, stack);
  if (remoteState)
    return holdsObjects(file)
      ? `the state of ${stack} is in ${file}, and ACCESS_STATE says ${remoteState.kind}: move it with "npm run move-state"`
      : undefined;
  const note = movedNote(stateDir, stack);
  if (existsSync(file) || !existsSync(note)) return undefined;
  return `the state of ${stack} was moved to ${readFileSync(note, "utf8").trim()}: set ACCESS_STATE as it was then, or move it back with "npm run move-state -- --from s3" (or gcs)`;
}

/** Names of other stacks whose states in the state folder still hold something. */
export function stacksLeft(
  stateDir: string,
  stacks: ReadonlySet<string>,
): string[] {
  const files = existsSync(stateDir) ? readdirSync(stateDir) : [];
  return files.flatMap((file) => {
    const [, name] = STATE.exec(file) ?? [];
    const isLeft =
      name !== undefined &&
      !stacks.has(name) &&
      holdsObjects(join(stateDir, file));
    return isLeft ? [name] : [];
  });
}

/** Not the copies that are kept of one. */
const STATE = /^((?!.*\.before-).+)\.tfstate$/;

/** Whether a state file holds anything; one that can't be read counts. */
function holdsObjects(file: string): boolean {
  if (!existsSync(file)) return false;
  try {
    const { resources } = JSON.parse(readFileSync(file, "utf8")) as {
      resources?: readonly unknown[];
    };
    return resources?.length !== 0;
  } catch {
    return true;
  }
}
