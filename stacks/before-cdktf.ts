/**
 * Imported before cdktf, for what it would load or do at each synth without
 * need: together that was half of one.
 */
import Module, { createRequire } from "node:module";
import { dirname, sep } from "node:path";

const cdktf = require.resolve("cdktf");
const load = createRequire(cdktf);

/*
 * It takes a stack trace for every token, a tenth of the synth of many stacks,
 * and with source maps on, those of the bindings, megabytes each, would be read
 * with every import and parsed for every trace. Whoever looks for a failure asks
 * Node for them; without them no trace tells a line of our TypeScript.
 */
if (!process.execArgv.includes("--enable-source-maps")) {
  process.setSourceMapsEnabled(false);
  const traces = resolved(load, "./tokens/private/stack-trace");
  if (traces && __filename.endsWith(".ts"))
    (load(traces) as Traces).captureStackTrace = () => [];
}

interface Traces {
  captureStackTrace: () => string[];
}

/*
 * It zips folders that a stack deploys. Ours have none, and its zip library is
 * half of all modules that it loads.
 */
loadWhenUsed(load, "archiver", dirname(dirname(cdktf)));

/** Undefined where another version does without it. */
function resolved(require: NodeJS.Require, name: string): string | undefined {
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
}

/**
 * Lets a module, which exports a function, be loaded by its first use.
 *
 * @param owner folder of its only user: one elsewhere is somebody else's, too
 */
function loadWhenUsed(
  require: NodeJS.Require,
  name: string,
  owner: string,
): void {
  const path = resolved(require, name);
  if (!path?.startsWith(owner + sep) || require.cache[path]) return;
  const inItsPlace = new Module(path);
  inItsPlace.loaded = true;
  const load = () => {
    if (require.cache[path] === inItsPlace) delete require.cache[path];
    return require(name) as (...args: unknown[]) => unknown;
  };
  inItsPlace.exports = new Proxy(() => {}, {
    apply: (_, it, args) => Reflect.apply(load(), it, args) as unknown,
    get: (_, key) => Reflect.get(load(), key) as unknown,
  });
  require.cache[path] = inItsPlace;
}
