import { decode, encode } from "@jridgewell/sourcemap-codec";
import ts from "typescript";

interface SourceMap {
  readonly version: number;
  readonly sources: readonly string[];
  readonly sourcesContent: readonly string[];
  readonly names: readonly string[];
  readonly mappings: string;
}

/**
 * A source map of the package: with its source inside, which is nowhere else in
 * the package, and with a place for each line, as places for columns would take
 * three times the room. Comments are left out: types have them.
 *
 * @returns undefined where the source has nothing but types
 */
export function packagedMap(text: string): string | undefined {
  const map = JSON.parse(text) as SourceMap;
  let line: number | undefined;
  const lines = decode(map.mappings).map((segments) =>
    segments.flatMap((segment): [number, number, number, number][] => {
      if (segment.length === 1 || segment[2] === line) return [];
      line = segment[2];
      return [[segment[0], segment[1], segment[2], segment[3]]];
    }),
  );
  // One is the file's own beginning.
  if (lines.flat().length < 2) return undefined;
  return JSON.stringify({
    ...map,
    sourcesContent: map.sourcesContent.map(withoutComments),
    names: [],
    mappings: encode(lines),
  } satisfies SourceMap);
}

/** TypeScript with every line where it was. */
export function withoutComments(source: string): string {
  const file = ts.createSourceFile("", source, ts.ScriptTarget.Latest, true);
  let text = "";
  const visit = (node: ts.Node): void => {
    const children = node.getChildren(file).filter((one) => !ts.isJSDoc(one));
    if (children.length > 0) return children.forEach(visit);
    // Only spaces and comments are before a token.
    const before = source.slice(node.pos, node.getStart(file));
    text += before
      .replace(/\/\*.*?\*\//gs, (comment) => comment.replace(/[^\n]/g, ""))
      .replace(/\/\/.*/g, "")
      .replace(/[ \t]+$/gm, (spaces, at: number, all: string) =>
        at + spaces.length === all.length ? spaces : "",
      );
    text += node.getText(file);
  };
  visit(file);
  return text;
}
