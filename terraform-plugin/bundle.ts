import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { cacheFolder } from "./cache-folder";

const ROOT = resolve(__dirname, "..");

/** A script and all it imports. */
export interface Bundle {
  readonly code: string;
  /** Its source map, without sources, as paths from the entry's folder. */
  readonly map: string;
}

/** What a cached bundle was made from. */
interface Record {
  /** Digest of each input's content by its path from the project's root. */
  readonly inputs: { readonly [path: string]: string };
  readonly bundle: string;
}

/**
 * Bundles a script and all it imports into one file of JavaScript. The result
 * is kept in the project's cache and made anew only when the content of one
 * of its inputs has changed: a synth must not pay for it every time.
 *
 * @param entry Path of the file, TypeScript or JavaScript, that calls `launch`.
 * @throws Error where esbuild is not installed, or finds a fault in the script
 */
export function bundle(entry: string, cache = cacheFolder()): Bundle {
  const path = relative(ROOT, resolve(entry));
  if (cache === undefined) return build(path);
  const base = join(cache, sha256(path).slice(0, 16));
  return fromCache(base) ?? keep(build(path), base);
}

function fromCache(base: string): Bundle | undefined {
  try {
    const record = JSON.parse(readFileSync(`${base}.json`, "utf8")) as Record;
    for (const [path, digest] of Object.entries(record.inputs))
      if (sha256(readFileSync(join(ROOT, path))) !== digest) return undefined;
    const code = readFileSync(`${base}.js`, "utf8");
    const map = readFileSync(`${base}.js.map`, "utf8");
    return sha256(code + map) === record.bundle ? { code, map } : undefined;
  } catch {
    // Missing, cut off or of another shape: a new one takes its place.
    return undefined;
  }
}

interface Built extends Bundle {
  /** Paths from the project's root. */
  readonly inputs: readonly string[];
}

function build(entry: string): Built {
  const { outputFiles, metafile } = esbuild(entry).buildSync({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outdir: dirname(entry), // nothing is written: paths in the map begin here
    sourcemap: "external",
    sourcesContent: false,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    // Names stay, so that the stack of a crash can be read.
    minifyWhitespace: true,
    minifySyntax: true,
    write: false,
    logLevel: "silent", // the error that is thrown says it all
    metafile: true,
  });
  const [map, code] = outputFiles.map(({ text }) => text);
  return {
    code: code ?? "",
    map: map ?? "",
    inputs: Object.keys(metafile.inputs),
  };
}

/** Loading esbuild costs more than all the rest of an install. */
function esbuild(entry: string): typeof import("esbuild") {
  try {
    return createRequire(__filename)("esbuild") as typeof import("esbuild");
  } catch (error) {
    throw new Error(
      `esbuild bundles the provider ${entry}, and it is not installed: npm install --save-dev esbuild`,
      { cause: error },
    );
  }
}

function keep({ code, map, inputs }: Built, base: string): Bundle {
  const record: Record = {
    inputs: Object.fromEntries(
      // This file decides how the bundle is made.
      [...inputs, relative(ROOT, __filename)].map((path) => [
        path,
        sha256(readFileSync(join(ROOT, path))),
      ]),
    ),
    bundle: sha256(code + map),
  };
  try {
    writeWhole(`${base}.js`, code);
    writeWhole(`${base}.js.map`, map);
    writeWhole(`${base}.json`, JSON.stringify(record));
  } catch {
    // A folder that can't be written to: the next synth bundles again.
  }
  return { code, map };
}

/** Writes a file that another process sees either not at all or complete. */
export function writeWhole(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, content);
  renameSync(unfinished, path);
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
