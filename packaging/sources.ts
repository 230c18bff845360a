import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { reachable } from "./imports";
import { PARTS, PROJECT } from "./parts";

/** The files of the project that the parts of the package import, types included. */
export function sources(): string[] {
  const read = (file: string) => readFileSync(join(PROJECT, file), "utf8");
  return [...reachable(PARTS, sourceOf, read)].sort();
}

/** The file of the project that a path without an extension means. */
export function sourceOf(path: string): string {
  const file = [`${path}.ts`, join(path, "index.ts")].find((one) =>
    existsSync(join(PROJECT, one)),
  );
  if (file === undefined) throw new Error(`the project has no ${path}.ts`);
  return file;
}
