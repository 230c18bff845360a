import { dirname, join } from "node:path";
import ts from "typescript";

/**
 * Files, and all of the project that they import, types included.
 *
 * @param fileOf the file that a path without an extension means
 * @param read the text of a file
 */
export function reachable(
  entries: readonly string[],
  fileOf: (path: string) => string,
  read: (file: string) => string,
): Set<string> {
  const found = new Set<string>();
  const follow = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    for (const { fileName } of ts.preProcessFile(read(file)).importedFiles)
      if (fileName.startsWith("."))
        follow(fileOf(join(dirname(file), fileName)));
  };
  for (const entry of entries) follow(fileOf(entry));
  return found;
}
