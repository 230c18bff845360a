import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import type Sdk from "cloudflare";
import { VERSION } from "cloudflare/version";

const PROJECT = resolve(__dirname, "..");
const CACHE = join(PROJECT, ".cache/cloudflare");

const load = createRequire(__filename);

/**
 * Cloudflare's SDK, from one file: the package has a thousand, and finding them
 * took half of a command's time. Its own tree shaking needs a bundler, too.
 */
export const { Cloudflare } = load(oneFile() ?? "cloudflare") as {
  Cloudflare: typeof Sdk;
};
export type Cloudflare = Sdk;

/** Undefined where it can't be kept. Each version has a file of its own. */
function oneFile(): string | undefined {
  const file = join(CACHE, `${VERSION}.js`);
  if (existsSync(file)) return file;
  try {
    mkdirSync(CACHE, { recursive: true, mode: 0o700 });
    const unfinished = `${file}.${process.pid}`;
    // Complete on the disk before it has its name, whoever makes it meanwhile.
    writeFileSync(unfinished, bundled(), { mode: 0o600, flush: true });
    renameSync(unfinished, file);
    return file;
  } catch {
    return undefined;
  }
}

function bundled(): string {
  const { buildSync } = load("esbuild") as typeof import("esbuild");
  const { outputFiles } = buildSync({
    // As an import, for its ES modules: they become one scope.
    stdin: { contents: `export * from "cloudflare"`, resolveDir: PROJECT },
    bundle: true,
    minifyWhitespace: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    write: false,
    logLevel: "silent",
  });
  return outputFiles.map(({ text }) => text).join("");
}
