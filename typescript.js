/**
 * Lets Node run this project's TypeScript by tsx: `node --require
 * ./typescript.js scripts/deploy.ts`. What tsx translated it keeps in the
 * machine's temporary folder, where another user can put code first; here it is
 * told of a folder of the project's own. What a script has loaded before comes
 * from there by kept-modules.js, without tsx.
 */
const {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  realpathSync,
} = require("node:fs");
const Module = require("node:module");
const { basename, dirname, isAbsolute, join } = require("node:path");
const { pathToFileURL } = require("node:url");
const { isMainThread } = require("node:worker_threads");

const { KeptModules, LIBRARIES } = require("./kept-modules");

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
 * cdktf is left to Node: bench/synth.ts compares what is ours with what it takes
 * by itself.
 */
function isKept(path) {
  return !/[\\/]node_modules[\\/](cdktf|constructs)[\\/]/.test(path);
}

/** What this script has loaded before, where it can be kept. */
function modulesBefore() {
  const script = basename(process.argv[1] ?? "");
  // Whoever asks for source maps has them in the code.
  const canBeKept =
    kept.TMPDIR && script.endsWith(".ts") && !process.sourceMapsEnabled;
  return new KeptModules(
    canBeKept
      ? join(kept.TMPDIR, `${script}-${process.version}-${process.arch}.kept`)
      : undefined,
    [
      "typescript.js",
      "tsconfig.json",
      "node_modules/esbuild/package.json",
      "node_modules/tsx/package.json",
    ].map((name) => join(__dirname, name)),
  );
}

/**
 * tsx, by its ways to find and to load TypeScript; loaded by the first use, as
 * nothing needs it where all is as it was.
 */
function tsxOnDemand(resolve, javascript) {
  let ways;
  return () => (ways ??= load());

  function load() {
    const { _extensions: extensions, _resolveFilename: ours } = Module;
    const byUs = extensions[".ts"];
    delete extensions[".ts"];
    // What it finds here, it asks.
    Module._resolveFilename = resolve;
    withVariables(kept, () => require("tsx/cjs"));
    withoutSourceMaps();
    const found = { find: Module._resolveFilename, load: extensions[".ts"] };
    Module._resolveFilename = ours;
    extensions[".ts"] = byUs;
    // It would parse every library; Node loads their ES modules by itself.
    extensions[".js"] = javascript;
    return found;
  }
}

/** From here on Node runs TypeScript, as tsx translates it. */
function register() {
  const { _extensions: extensions, _resolveFilename: resolve } = Module;
  const modules = modulesBefore();
  const loadsBefore = (load) => (module, path) => {
    const before = modules.of(path);
    if (before === undefined) return load(module, path);
    if (before.isLate && path.endsWith(".ts")) registerWhenNeeded(before.code);
    modules.run(module, path);
  };
  const javascript = loadsBefore(extensions[".js"]);
  const tsx = tsxOnDemand(resolve, javascript);
  extensions[".js"] = javascript;
  extensions[".ts"] = loadsBefore((...asked) => tsx().load(...asked));

  Module._resolveFilename = function (request, parent, ...rest) {
    const from = parent?.filename ?? "";
    const isLibrary = from.includes(LIBRARIES);
    const isPlain = rest[1] === undefined;
    if (!isLibrary && isPlain) {
      // tsx tries several names where a file of ours names one that is there.
      const isRelative = /^\.\.?\//.test(request) && from.endsWith(".ts");
      const file = isRelative ? join(dirname(from), `${request}.ts`) : request;
      if (isAbsolute(file) && modules.has(file)) return file;
      if (isRelative && existsSync(file)) return realpathSync(file);
    }
    const known = isPlain ? modules.placeOf(request, from) : undefined;
    if (known !== undefined) return known;
    // It looks for TypeScript wherever a library asks for another.
    const isNodes = isLibrary || Module.isBuiltin(request);
    const find = isNodes ? resolve : tsx().find;
    const found = find.call(this, request, parent, ...rest);
    if (isPlain && isKept(from)) modules.addPlace(request, from, found);
    return found;
  };

  const compile = Module.prototype._compile;
  Module.prototype._compile = function (code, path, ...rest) {
    const isOurs = path.endsWith(".ts");
    const ours = isOurs ? requiringLate(code, path) : code;
    if (isOurs) registerWhenNeeded(ours);
    return rest[0] !== "module" && isKept(path) && modules.add(path, ours)
      ? modules.run(this, path)
      : compile.call(this, ours, path, ...rest);
  };
}

const kept = cache();
// Node.js 20 has none.
if (kept.TMPDIR) Module.enableCompileCache?.(join(kept.TMPDIR, "compiled"));
register();
