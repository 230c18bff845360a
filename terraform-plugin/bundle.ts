import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { cacheFolder } from "./cache-folder";
import {
  contentOf,
  Digests,
  sha256,
  writeWhole,
  type Content,
} from "./content";

const ROOT = resolve(__dirname, "..");

/** A script and all it imports. */
export interface Bundle {
  readonly code: Content;
  /** Its source map, without sources, as paths from the entry's folder. */
  readonly map: Content;
}

/** What a cached bundle was made from, and is. */
interface Record {
  /** Digest of each input's content by its path from the project's root. */
  readonly inputs: { readonly [path: string]: string };
  readonly code: string;
  readonly map: string;
}

/**
 * Bundles a script and all it imports into one file of JavaScript. The result
 * is kept in the project's cache and made anew only when the content of one
 * of its inputs has changed: a synth must not pay for it every time.
 *
 * @param entry Path of the file, TypeScript or JavaScript, that calls `launch`.
 * @throws Error where esbuild is not installed, or finds a fault in the script
 */
export function bundle(
  entry: string,
  cache = cacheFolder(),
  digests = new Digests(cache),
): Bundle {
  const path = relative(ROOT, resolve(entry));
  if (cache === undefined) return build(path);
  const base = join(cache, sha256(path).slice(0, 16));
  return fromCache(base, digests) ?? keep(build(path), base);
}

function fromCache(base: string, digests: Digests): Bundle | undefined {
  try {
    const record = JSON.parse(readFileSync(`${base}.json`, "utf8")) as Record;
    for (const [path, digest] of Object.entries(record.inputs))
      if (digests.of(join(ROOT, path)).digest !== digest) return undefined;
    const [code, map] = [`${base}.js`, `${base}.js.map`].map((path) =>
      digests.of(path),
    );
    return code?.digest === record.code && map?.digest === record.map
      ? { code, map }
      : undefined;
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
    code: contentOf(code ?? ""),
    map: contentOf(map ?? ""),
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
    code: code.digest,
    map: map.digest,
  };
  try {
    writeWhole(`${base}.js`, code.read());
    writeWhole(`${base}.js.map`, map.read());
    writeWhole(`${base}.json`, JSON.stringify(record));
  } catch {
    // A folder that can't be written to: the next synth bundles again.
  }
  return { code, map };
}
