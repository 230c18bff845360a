import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { resolve } from "node:path";

export interface WriteWholeOptions {
  /** Permissions. @default - as the file has, else 0o644 */
  readonly mode?: number;
}

/**
 * Replaces a file as a whole: whoever reads it finds the old or the new one,
 * also after a crash. A link stays a link.
 */
export function writeWhole(
  file: string,
  text: string,
  { mode }: WriteWholeOptions = {},
): void {
  const path = existsSync(file) ? realpathSync(file) : resolve(file);
  const fresh = `${path}.new`;
  // One that an interrupted run left may have been made readable since.
  rmSync(fresh, { force: true });
  const permissions =
    mode ?? (existsSync(path) ? statSync(path).mode & 0o777 : 0o644);
  const descriptor = openSync(fresh, "wx", permissions);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
  renameSync(fresh, path);
}
