/**
 * Lets Node run this project's TypeScript by tsx: `node --require
 * ./typescript.js scripts/deploy.ts`. What tsx translated it keeps in the
 * machine's temporary folder, where another user can put code first; here it is
 * told of a folder of the project's own.
 */
const {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} = require("node:fs");
const Module = require("node:module");
const { basename, dirname, join, sep } = require("node:path");
const { pathToFileURL } = require("node:url");
const { isMainThread } = require("node:worker_threads");

const { version } = require("tsx/package.json");

const CACHE = join(__dirname, ".cache/tsx");

/** The folder if we can write there, else tsx is to keep nothing. */
function cache() {
  try {
    mkdirSync(CACHE, { recursive: true, mode: 0o700 });
    accessSync(CACHE, constants.W_OK);
    return { TMPDIR: CACHE };
  } catch {
    return { TSX_DISABLE_CACHE: "1" };
  }
}

/** Nothing else in this process, and no process that it starts, sees these. */
function withVariables(variables, action) {
  const before = Object.keys(variables).map((name) => [
    name,
    process.env[name],
  ]);
  Object.assign(process.env, variables);
  try {
    action();
  } finally {
    for (const [name, value] of before)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  }
}

/** For `import()`. Node.js 26 warns of `register`, which older ones need. */
function registerForImports() {
  withVariables(cache(), () => {
    if (parseInt(process.versions.node) >= 26)
      require("tsx/esm/api").register();
    else
      Module.register("tsx/esm", {
        parentURL: pathToFileURL(__filename),
        data: {},
      });
    withoutSourceMaps();
  });
}

/** They are not read, unless somebody looks for a failure. */
function withoutSourceMaps() {
  if (!process.execArgv.includes("--enable-source-maps"))
    process.setSourceMapsEnabled(false);
}

/** Only where a file asks for one: it takes a thread, and half of a start. */
function registerWhenNeeded(code) {
  if (isRegistered || !isMainThread || !code.match(IMPORTS)) return;
  isRegistered = true;
  registerForImports();
}
let isRegistered = false;

/** What is imported late, up to the end of its name; not methods of that name. */
const IMPORTS = /(?<![.\w$])import\((?![^()]*\)\s*\{)"?([^"]*)/g;

/** Has TypeScript that is imported late be required late, which takes no thread. */
function requiringLate(code, path) {
  if (process.sourceMapsEnabled) return code;
  const names = [...code.matchAll(IMPORTS)].map(([, name]) => name);
  const isOurs = (name) =>
    /^\.\.?\//.test(name) && existsSync(join(dirname(path), `${name}.ts`));
  return names.length > 0 && names.every(isOurs)
    ? require("esbuild").transformSync(code, {
        supported: { "dynamic-import": false },
      }).code
    : code;
}

/**
 * What tsx made of the files that this script has loaded before, by path: size,
 * times of change and code. It reads, hashes and looks up each of them.
 */
class Translated {
  #file;
  #known = {};
  #hasNew = false;

  constructor() {
    const script = basename(process.argv[1] ?? "");
    // Their code has a source map in it.
    if (kept.TMPDIR === undefined || process.sourceMapsEnabled) return;
    this.#file = join(
      kept.TMPDIR,
      `${script}-${process.version}-${version}.json`,
    );
    try {
      const { mtimeMs } = statSync(this.#file);
      const isOlder = [__filename, join(__dirname, "tsconfig.json")].some(
        (path) => existsSync(path) && statSync(path).mtimeMs > mtimeMs,
      );
      if (!isOlder) this.#known = JSON.parse(readFileSync(this.#file, "utf8"));
    } catch {
      // There is none yet.
    }
    process.on("exit", () => this.#keep());
  }

  /** Undefined where the file is not known, or has changed. */
  of(path) {
    const [size, modified, changed, code] = this.#known[path] ?? [];
    const found = statSync(path);
    // Only the first time is anyone's to set.
    return size === found.size &&
      modified === found.mtimeMs &&
      changed === found.ctimeMs
      ? code
      : undefined;
  }

  add(path, code) {
    const { ctimeMs, mtimeMs, size } = statSync(path);
    // One that changes again this soon may have the same time as before.
    if (Date.now() - mtimeMs < 2000) return;
    this.#known[path] = [size, mtimeMs, ctimeMs, code];
    this.#hasNew = true;
  }

  #keep() {
    if (this.#file === undefined || !this.#hasNew) return;
    const unfinished = `${this.#file}.${process.pid}`;
    try {
      writeFileSync(unfinished, JSON.stringify(this.#known), { mode: 0o600 });
      renameSync(unfinished, this.#file);
    } catch {
      // A folder that can't be written to: tsx does it again.
    }
  }
}

/** From here on Node runs TypeScript, as tsx translates it. */
function register() {
  const { _extensions: extensions, _resolveFilename: resolve } = Module;
  const javascript = extensions[".js"];
  require("tsx/cjs");
  // It would parse every library; Node loads their ES modules by itself.
  extensions[".js"] = javascript;
  withoutSourceMaps();

  // It looks for TypeScript wherever a library asks for another, and tries
  // several names where a file of ours names one that is there.
  const byTsx = Module._resolveFilename;
  Module._resolveFilename = function (request, parent, ...rest) {
    const from = parent?.filename ?? "";
    if (from.includes(`${sep}node_modules${sep}`))
      return resolve.call(this, request, parent, ...rest);
    if (from.endsWith(".ts") && /^\.\.?\//.test(request)) {
      const file = join(dirname(from), `${request}.ts`);
      if (existsSync(file)) return realpathSync(file);
    }
    return byTsx.call(this, request, parent, ...rest);
  };

  const translated = new Translated();
  const translate = extensions[".ts"];
  extensions[".ts"] = function (module, path) {
    const code = translated.of(path);
    if (code === undefined) return translate(module, path);
    registerWhenNeeded(code);
    return module._compile(code, path);
  };
  const compile = Module.prototype._compile;
  Module.prototype._compile = function (code, path, ...rest) {
    if (path.endsWith(".ts") && translated.of(path) === undefined) {
      const ours = requiringLate(code, path);
      translated.add(path, ours);
      registerWhenNeeded(ours);
      return compile.call(this, ours, path, ...rest);
    }
    return compile.call(this, code, path, ...rest);
  };
}

const kept = cache();
// Node.js 20 has none.
if (kept.TMPDIR) Module.enableCompileCache?.(join(kept.TMPDIR, "compiled"));
withVariables(kept, register);
