import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { reachable } from "./imports";
import { PARTS, PROJECT } from "./parts";
import { sourceOf } from "./sources";

/**
 * The types of the package's parts, and of what they name: content by path.
 *
 * @throws Error with TypeScript's own messages where it can't write them
 */
export function declarations(
  sources: readonly string[],
): ReadonlyMap<string, string> {
  const written = new Map<string, string>();
  const program = ts.createProgram(
    sources.map((source) => join(PROJECT, source)),
    options(),
  );
  const { diagnostics } = program.emit(undefined, (path, text) =>
    written.set(path, text),
  );
  if (diagnostics.length > 0)
    throw new Error(
      ts.formatDiagnostics(diagnostics, {
        getCanonicalFileName: (name) => name,
        getCurrentDirectory: () => PROJECT,
        getNewLine: () => "\n",
      }),
    );
  const typesOf = (path: string) => sourceOf(path).replace(/\.ts$/, ".d.ts");
  const named = reachable(
    PARTS,
    typesOf,
    (file) => written.get(join(PROJECT, file)) ?? "",
  );
  return new Map(
    [...named].map((file) => [file, written.get(join(PROJECT, file)) ?? ""]),
  );
}

function options(): ts.CompilerOptions {
  const file = join(PROJECT, "tsconfig.json");
  const { config } = ts.parseConfigFileTextToJson(
    file,
    readFileSync(file, "utf8"),
  ) as { config: object };
  return {
    ...ts.parseJsonConfigFileContent(config, ts.sys, PROJECT).options,
    types: ["node"],
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    stripInternal: true,
    rootDir: PROJECT,
    outDir: PROJECT,
  };
}
