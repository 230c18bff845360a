import { existsSync } from "node:fs";
import { dirname, extname, join, resolve } from "node:path";

/**
 * Where bundles and compiled code are kept: in this repository's `.cache`, which
 * Git ignores. An installed package is never written to; it uses the place that
 * tools have in the project which is being synthesized.
 *
 * @param from a folder of that project. @default - the working directory
 * @returns undefined outside any project: nothing is kept then
 */
export function cacheFolder(from = process.cwd()): string | undefined {
  if (extname(__filename) === ".ts")
    return resolve(__dirname, "..", ".cache", "terraform-plugin");
  return inProject(resolve(from));
}

/** @see https://github.com/sindresorhus/find-cache-dir */
export function inProject(folder: string): string | undefined {
  if (existsSync(join(folder, "package.json")))
    return join(folder, "node_modules", ".cache", "access-stacks");
  const parent = dirname(folder);
  return parent === folder ? undefined : inProject(parent);
}
