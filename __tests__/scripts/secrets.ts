import { existsSync, lstatSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Every file below a folder. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const kind = lstatSync(path);
    if (kind.isDirectory()) return filesBelow(path);
    return kind.isFile() ? [path] : [];
  });
}

/** Those of the files that hold one of the texts. */
export function filesWith(
  texts: readonly string[],
  files: readonly string[],
): string[] {
  return files.filter((file) => {
    const content = readFileSync(file, "latin1");
    return texts.some((text) => content.includes(text));
  });
}

/** Whether the arguments of processes can be looked at here. */
export const SEES_ARGUMENTS = existsSync("/proc/self/cmdline");

/** Looks at the arguments of every process, again and again. */
export class ArgumentWatch {
  /** Every command line that was seen. */
  readonly seen = new Set<string>();
  readonly #timer = setInterval(() => this.#look(), 20);

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    for (const pid of readdirSync("/proc").filter((it) => /^\d+$/.test(it)))
      try {
        this.seen.add(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
      } catch {
        // It has ended meanwhile.
      }
  }
}
