import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { Content, Digests } from "./content";

/** Files of a provider's package beside the script that Terraform starts. */
export const CODE = "provider.js";
export const CACHE = "provider.cache";
export const MAP = `${CODE}.map`;

/**
 * What the script runs: the bundle, with what V8 had compiled of it before.
 * Terraform starts a provider several times for one plan, and Node.js spends
 * most of a start on compiling. V8 refuses the cache of another release or of
 * another text by itself; then it compiles as without one.
 *
 * @see https://nodejs.org/api/vm.html#scriptcreatecacheddata
 */
export const LOADER = `const { existsSync, readFileSync } = require("fs");
const { Script, constants } = require("vm");
const { join } = require("path");
const code = join(__dirname, "${CODE}");
const cache = join(__dirname, "${CACHE}");
new Script(require("module").wrap(readFileSync(code, "utf8")), {
  filename: code,
  cachedData: existsSync(cache) ? readFileSync(cache) : undefined,
  importModuleDynamically: constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
}).runInThisContext()(exports, require, module, code, __dirname);
`;

/** Runs a provider, which by hand ends at once, and keeps what was compiled. */
const WARMER = `const { readFileSync, writeFileSync } = require("fs");
const script = new (require("vm").Script)(
  require("module").wrap(readFileSync(0, "utf8")),
  "${CODE}", // stacks name what the cache was made from
);
process.on("exit", () => writeFileSync(process.argv[1], script.createCachedData()));
script.runInThisContext()({}, require, {}, "", "");
`;

/**
 * The code cache of a bundle for this release of Node.js, made once and kept.
 *
 * @param folder where it is kept
 * @returns undefined where it can't be made: a provider then only starts slower
 */
export function codeCacheOf(
  bundle: Content,
  folder: string | undefined,
  digests: Digests,
): Content | undefined {
  if (folder === undefined) return undefined;
  try {
    return keptCache(bundle, folder, digests);
  } catch {
    return undefined; // a folder that can't be written to
  }
}

function keptCache(
  bundle: Content,
  folder: string,
  digests: Digests,
): Content | undefined {
  const release = `${process.version}-${process.arch}`;
  const name = `${bundle.digest.slice(0, 16)}-${release}-named.cache`;
  const path = join(folder, name);
  if (existsSync(path)) return digests.of(path);
  mkdirSync(folder, { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  spawnSync(process.execPath, ["-e", WARMER, unfinished], {
    input: bundle.read(),
    stdio: ["pipe", "ignore", "ignore"],
    env: {},
  });
  if (!existsSync(unfinished)) return undefined;
  renameSync(unfinished, path);
  return digests.of(path);
}
