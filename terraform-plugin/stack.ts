import { existsSync, readFileSync } from "node:fs";
import { SourceMap, wrap, type SourceMapPayload } from "node:module";
import { join } from "node:path";
import { CODE, MAP } from "./code-cache";

/** The stack of an error, with the places of an installed provider's own files. */
export function readableStack(
  error: unknown,
  map = join(__dirname, MAP),
): string {
  const stack = error instanceof Error ? (error.stack ?? String(error)) : "";
  if (stack === "") return String(error);
  if (!existsSync(map)) return stack;
  const payload = JSON.parse(readFileSync(map, "utf8")) as SourceMapPayload;
  const places = new SourceMap(payload);
  return stack.replace(PLACE, (place, row: string, column: string) => {
    const [line, ahead] = [Number(row), row === "1" ? AHEAD : 0];
    const found = places.findOrigin(line, Number(column) - ahead);
    if (!("fileName" in found)) return place;
    return `${found.fileName}:${found.lineNumber}:${found.columnNumber}`;
  });
}

/** The bundle, by its path or, where it is from the code cache, by its name. */
const PLACE = new RegExp(
  `(?<=^ +at (?:.* \\()?)[^()\\n]*${CODE.replace(".", "\\.")}:(\\d+):(\\d+)`,
  "gm",
);
/** What the loader puts before the first line. */
const AHEAD = wrap("").indexOf("\n");
