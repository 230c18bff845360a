import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PARTS, PROJECT } from "./parts";
import { sourceOf } from "./sources";

/** Of the project that installs the package: there must be one of each. */
const PEERS: Readonly<Record<string, string>> = {
  // Under these names cdktn, its successor, can be installed too.
  cdktf: ">=0.21.0 <1",
  constructs: "^10.4.2",
  "@cdktf/provider-cloudflare": "^13.9.1",
};

/**
 * Besides, for whom needs them: a `tokenStore`, and `installProvider` of one's
 * own.
 */
const MORE_PEERS: readonly string[] = ["@cdktf/provider-google", "esbuild"];

type Versions = Readonly<Record<string, string>>;

/** What the package and the project have alike. */
interface Shared {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly engines: Versions;
}

interface ProjectManifest extends Shared {
  readonly dependencies: Versions;
  readonly devDependencies: Versions;
}

export interface Manifest extends Shared {
  readonly type: "commonjs";
  readonly exports: Readonly<
    Record<
      string,
      string | { readonly types: string; readonly default: string }
    >
  >;
  readonly dependencies: Versions;
  readonly peerDependencies: Versions;
  readonly peerDependenciesMeta: Readonly<
    Record<string, { readonly optional: boolean }>
  >;
}

/**
 * The `package.json` of the package: the project's own is that of an app, with
 * what all its commands need.
 *
 * @param loaded names of the packages that the compiled code loads
 */
export function manifest(loaded: readonly string[]): Manifest {
  const own = JSON.parse(
    readFileSync(join(PROJECT, "package.json"), "utf8"),
  ) as ProjectManifest;
  const versions = { ...own.devDependencies, ...own.dependencies, ...PEERS };
  const ranges = (names: readonly string[]): Versions =>
    Object.fromEntries(
      names.map((name) => {
        const range = versions[name];
        if (range === undefined)
          throw new Error(
            `${name} is loaded, and package.json does not have it`,
          );
        return [name, range];
      }),
    );
  const peers = [...Object.keys(PEERS), ...MORE_PEERS];
  const { name, version, description, license, engines } = own;
  return {
    name,
    version,
    description,
    license,
    engines,
    type: "commonjs",
    exports: {
      ...Object.fromEntries(PARTS.map((part) => [`./${part}`, filesOf(part)])),
      "./package.json": "./package.json",
    },
    dependencies: ranges(loaded.filter((one) => !peers.includes(one))),
    peerDependencies: ranges(peers),
    // Half of the parts need none of them, and these are 150 MB.
    peerDependenciesMeta: Object.fromEntries(
      peers.map((one) => [one, { optional: true }]),
    ),
  };
}

/** CommonJS for both kinds of importers: two copies would be two sets of classes. */
function filesOf(part: string): { types: string; default: string } {
  const file = `./${sourceOf(part).replace(/\.ts$/, "")}`;
  return { types: `${file}.d.ts`, default: `${file}.js` };
}
