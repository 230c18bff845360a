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

withVariables(cache(), () => {
  const javascript = Module._extensions[".js"];
  require("tsx/cjs");
  // It would parse every library; Node loads their ES modules by itself.
  Module._extensions[".js"] = javascript;
  // For `import()`. Node.js 26 warns of `register`, which older ones need; they
  // run this file in the thread of that loader, too.
  if (parseInt(process.versions.node) >= 26) require("tsx/esm/api").register();
  else if (isMainThread)
    Module.register("tsx/esm", {
      parentURL: pathToFileURL(__filename),
      data: {},
    });
  // Nor are their source maps read, unless somebody looks for a failure.
  if (!process.execArgv.includes("--enable-source-maps"))
    process.setSourceMapsEnabled(false);
});
