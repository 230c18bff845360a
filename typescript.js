/**
 * Lets Node run this project's TypeScript: `node --require
 * ./typescript.js scripts/deploy.ts`. A loader of ES modules, such as
 * tsx's, runs in a thread of its own, which takes longer to start than most
 * commands take to run.
 *
 * What was translated is kept in the project's own folder: a cache in the
 * machine's temporary folder is where another user can put code first.
 */
const { createHash } = require("node:crypto");
const {
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} = require("node:fs");
const Module = require("node:module");
const { join, relative, sep } = require("node:path");

const CACHE = join(__dirname, ".cache/typescript");

/** Node.js 20.19 and later have all that TypeScript's ES2023 asks for. */
const OPTIONS = {
  loader: "ts",
  format: "cjs",
  platform: "node",
  target: "node20.19",
  // Node's own would look for JavaScript.
  supported: { "dynamic-import": false },
  sourcemap: "inline",
  sourcesContent: false,
};

const { version } = require("esbuild/package.json");
const TRANSLATOR = JSON.stringify([version, OPTIONS]);

Module._extensions[".ts"] = (module, filename) =>
  module._compile(translated(filename), filename);

const resolveFilename = Module._resolveFilename;
/** An import of `./x.js` means `./x.ts`, as it does to TypeScript. */
Module._resolveFilename = function (request, ...rest) {
  try {
    return resolveFilename.call(this, request, ...rest);
  } catch (error) {
    if (!/^\.{1,2}\/.*\.js$/.test(request)) throw error;
    return resolveFilename.call(this, request.replace(/js$/, "ts"), ...rest);
  }
};

function translated(filename) {
  const source = readFileSync(filename, "utf8");
  const digest = createHash("sha256").update(TRANSLATOR).update(source);
  // Last, as source maps count lines.
  const mark = `//${digest.digest("hex")}\n`;
  const kept = placeOf(filename);
  const before = kept && read(kept);
  if (before?.endsWith(mark)) return before;
  const { code } = require("esbuild").transformSync(source, {
    ...OPTIONS,
    sourcefile: filename,
  });
  if (kept) keep(kept, `${code}${mark}`);
  return code;
}

/** Undefined for files of others. */
function placeOf(filename) {
  const path = relative(__dirname, filename);
  return path.startsWith("..") || path.includes("node_modules")
    ? undefined
    : join(CACHE, path.replaceAll(sep, "+"));
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** Whole or not at all, as commands run at the same time. */
function keep(file, text) {
  try {
    mkdirSync(CACHE, { recursive: true, mode: 0o700 });
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, text, { mode: 0o600 });
    renameSync(unfinished, file);
  } catch {
    // A folder that can't be written only costs time.
  }
}
