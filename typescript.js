/**
 * Lets Node run this project's TypeScript by tsx: `node --require
 * ./typescript.js scripts/deploy.ts`. What tsx translated it keeps in the
 * machine's temporary folder, where another user can put code first; here it is
 * told of a folder of the project's own.
 */
const { accessSync, constants, mkdirSync } = require("node:fs");
const Module = require("node:module");
const { join } = require("node:path");
const { pathToFileURL } = require("node:url");
const { isMainThread } = require("node:worker_threads");

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
function registerWhenNeeded() {
  const compile = Module.prototype._compile;
  Module.prototype._compile = function (code, file, ...rest) {
    if (/\.[cm]?ts$/.test(file) && /\bimport\(/.test(code)) {
      Module.prototype._compile = compile;
      registerForImports();
    }
    return compile.call(this, code, file, ...rest);
  };
}

withVariables(cache(), () => {
  const javascript = Module._extensions[".js"];
  require("tsx/cjs");
  // It would parse every library; Node loads their ES modules by itself.
  Module._extensions[".js"] = javascript;
  withoutSourceMaps();
});
// Those threads run this file, too.
if (isMainThread) registerWhenNeeded();
