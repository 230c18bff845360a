import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { CONFIGURATION } from "../base/synthesized";
import { checkProps } from "../base/check-props";
import { terraformBinary } from "../base/terraform-binary";
import { UsageError } from "../base/usage-error";
import { parseAddress, type ProviderAddress } from "./address";
import { bundle } from "./bundle";
import { cacheFolder } from "./cache-folder";
import { CACHE, CODE, codeCacheOf, LOADER, MAP } from "./code-cache";
import {
  contentOf,
  Digests,
  sha256,
  writeWhole,
  type Content,
} from "./content";
import {
  lockFile,
  packageHash,
  parseLockFile,
  type LockedProvider,
  type RequiredProviders,
} from "./lock-file";

/** A provider that Terraform launches as a script. */
export interface ProviderScript {
  /** Source address, such as `example.com/acme/files`. */
  readonly address: string;
  /** Path of the file, TypeScript or JavaScript, that calls `launch`. */
  readonly entry: string;
  /**
   * Whether `entry` is one file of JavaScript (CommonJS) with all it imports,
   * compressed by Brotli where its name ends in `.br`: what a package ships, so
   * that nothing is built where it is installed.
   *
   * @default false - esbuild bundles it
   */
  readonly bundled?: boolean;
}

/** Which provider, and where it goes. */
export interface InstallProviderProps extends ProviderScript {
  /** Folders in which `terraform` runs; each may hold a `cdk.tf.json`. */
  readonly stackDirectories: readonly string[];
  /** Names the program that is to run there. @default - that of this process */
  readonly env?: NodeJS.ProcessEnv;
}

interface Package {
  readonly address: ProviderAddress;
  readonly version: string;
  /** Content by file name. */
  readonly files: { readonly [name: string]: Content };
  /** Of the files, as lock files have it. */
  readonly hash: string;
}

/** By the object that describes it: each stack of a synth asks for its version. */
const packages = new WeakMap<ProviderScript, Package>();

/**
 * The version that `installProvider` gives a provider: it follows from the
 * provider's content, so that Terraform never takes one build for another. A
 * stack has to require exactly this version.
 */
export function providerVersion(provider: ProviderScript): string {
  checkProps("providerVersion", provider, ["address", "entry"]);
  return packageOf(provider).version;
}

function packageOf(provider: ProviderScript): Package {
  const known = packages.get(provider) ?? pack(provider);
  packages.set(provider, known);
  return known;
}

/**
 * Puts a provider where `terraform init` finds it without a registry: into the
 * local mirror of each stack's own folder, with an entry in its lock file.
 * Call it after synth; it takes some milliseconds once the bundle is cached.
 *
 * @returns the version installed.
 * @throws UsageError naming props that are missing
 * @throws Error naming every folder that does not exist, or the address where
 * it is none
 * @see https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories
 */
export function installProvider(props: InstallProviderProps): string {
  checkProps("installProvider", props, [
    "address",
    "entry",
    "stackDirectories",
  ]);
  checkFolders(props.stackDirectories);
  const provider = pack(props);
  place(provider, props.stackDirectories, props.env);
  return provider.version;
}

/** Puts a provider, as it was when its version was asked for, into stacks' folders. */
export function installWanted(
  provider: ProviderScript,
  stackDirectories: readonly string[],
): void {
  place(packageOf(provider), stackDirectories);
}

function place(
  provider: Package,
  stackDirectories: readonly string[],
  env?: NodeJS.ProcessEnv,
): void {
  const { registry } = terraformBinary(env);
  const digests = new Digests(cacheFolder());
  for (const directory of stackDirectories) {
    placePackage(directory, provider, digests);
    lock(directory, provider, registry);
  }
  digests.keep();
}

/** A folder made here would hide that the name of another was meant. */
function checkFolders(folders: readonly string[]): void {
  if (!Array.isArray(folders))
    throw new UsageError("installProvider", [
      "stackDirectories has to be a list of folders",
    ]);
  const missing = folders.filter((path) => !existsSync(path));
  if (missing.length > 0)
    throw new Error(
      `stackDirectories has folders that do not exist: ${missing.join(", ")}. Run this where they are, after the synth that makes them`,
    );
}

function pack({ address: source, entry, bundled }: ProviderScript): Package {
  const address = parseAddress(source);
  // Terraform would take it for one of a registry's, and ask there for others.
  if (source.split("/").length < 3)
    throw new Error(
      `a provider of your own has an address with a host, such as "example.com/acme/${address.type}", got "${source}"`,
    );
  if (!existsSync(entry))
    throw new Error(`the provider's entry ${entry} does not exist`);
  const script = contentOf(shellHead(address) + LOADER);
  const folder = cacheFolder();
  const digests = new Digests(folder);
  const { code, map } = bundled
    ? { code: shipped(entry, folder, digests), map: undefined }
    : bundle(entry, folder, digests);
  const cache = codeCacheOf(code, folder, digests);
  digests.keep();
  const digest = sha256(script.digest + code.digest);
  // 48 bits: a number that every reader of versions holds exactly.
  const version = `0.0.${parseInt(digest.slice(0, 12), 16)}`;
  const files = {
    // Else a "type": "module" further up would make the script fail.
    "package.json": contentOf('{"type":"commonjs"}\n'),
    [`terraform-provider-${address.type}_v${version}`]: script,
    [CODE]: code,
    ...(map && { [MAP]: map }),
    ...(cache && { [CACHE]: cache }),
  };
  return { address, version, files, hash: packageHash(digestsOf(files)) };
}

function digestsOf(files: Package["files"]) {
  return Object.fromEntries(
    Object.entries(files).map(([name, { digest }]) => [name, digest]),
  );
}

/** What a package ships. It is kept as it is unpacked, where that can be. */
function shipped(
  path: string,
  folder: string | undefined,
  digests: Digests,
): Content {
  if (!path.endsWith(".br")) return digests.of(path);
  const packed = digests.of(path);
  const unpack = () => brotliDecompressSync(packed.read());
  if (folder === undefined) return contentOf(unpack());
  const unpacked = join(folder, `${packed.digest.slice(0, 16)}.js`);
  try {
    if (!existsSync(unpacked)) writeWhole(unpacked, unpack());
    return digests.of(unpacked);
  } catch {
    return contentOf(unpack()); // a folder that can't be written to
  }
}

/**
 * Lines that a shell runs and that JavaScript takes for a comment. They start
 * the Node that synthesized the stack, or the one on PATH where that has gone.
 * NODE_OPTIONS is for the user's programs: what it loads could be missing here
 * or print into the handshake.
 */
function shellHead({ type }: ProviderAddress): string {
  const quoted = `'${process.execPath.replaceAll("'", `'\\''`)}'`;
  // No "*/" may come before the end of the comment.
  const node = quoted.replaceAll("*/", "*'/'");
  return `#!/bin/sh
':' /*
unset NODE_OPTIONS
node=${node}
[ -x "$node" ] || node=$(command -v node) || {
  echo "terraform-provider-${type} needs Node.js, and there is no node on PATH" >&2
  exit 127
}
exec "$node" "$0" "$@"
*/
`;
}

function placePackage(
  directory: string,
  provider: Package,
  digests: Digests,
): void {
  const { host, namespace, type } = provider.address;
  const versions = join(
    directory,
    ...["terraform.d", "plugins", host, namespace, type],
  );
  const folder = join(versions, provider.version, platform());
  for (const [name, content] of Object.entries(provider.files)) {
    const path = join(folder, name);
    // By content: Terraform runs it, and the code of a stack can write here.
    if (!existsSync(path) || digests.of(path).digest !== content.digest)
      writeWhole(path, content.read());
    // Copies made by other tools may have lost the executable bit.
    if ((statSync(path).mode & 0o777) !== 0o755) chmodSync(path, 0o755);
  }
  // A version that nobody asks for any more.
  for (const other of readdirSync(versions))
    if (other !== provider.version)
      rmSync(join(versions, other), { recursive: true, force: true });
}

function lock(directory: string, provider: Package, registry: string): void {
  const stack = readIfThere(join(directory, CONFIGURATION)) ?? "{}";
  const { terraform } = JSON.parse(stack) as {
    terraform?: { required_providers?: RequiredProviders };
  };
  const path = join(directory, ".terraform.lock.hcl");
  const before = readIfThere(path) ?? "";
  const after = lockFile(
    {
      address: provider.address.address,
      version: provider.version,
      hashes: [provider.hash],
    },
    terraform?.required_providers ?? {},
    parseLockFile(before),
    knownProviders(),
    registry,
  );
  if (after !== before) writeWhole(path, after);
}

/** The packages whose hashes the project keeps, so that nobody's other package is run. */
export function knownProviders(): LockedProvider[] {
  return parseLockFile(readIfThere(KNOWN) ?? "");
}

const KNOWN = resolve(__dirname, "..", "providers.lock.hcl");

function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

/** This machine as Terraform names it, such as `linux_amd64`. */
export function platform(): string {
  const systems: { [name: string]: string } = { win32: "windows" };
  const processors: { [name: string]: string } = { x64: "amd64", ia32: "386" };
  const system = systems[process.platform] ?? process.platform;
  return `${system}_${processors[process.arch] ?? process.arch}`;
}
