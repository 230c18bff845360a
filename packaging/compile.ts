import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { build, type BuildOptions, type Metafile, type Plugin } from "esbuild";
import { PROJECT, PROVIDER, VENDORED } from "./parts";
import { packagedMap } from "./source-map";

const OPTIONS = {
  absWorkingDir: PROJECT,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  metafile: true,
  logLevel: "silent",
  // In jest an import() of CommonJS code fails.
  supported: { "dynamic-import": false },
} as const satisfies BuildOptions;

/** What of other packages the compiled code loads, and what it carries. */
export interface Compiled {
  /** Names of packages. */
  readonly loaded: readonly string[];
  /** Paths of files from the project's root. */
  readonly carried: readonly string[];
}

/** Compiles the sources into a folder, each to a file of its own. */
export async function compile(
  sources: readonly string[],
  outdir: string,
): Promise<Compiled> {
  const { metafile, outputFiles } = await build({
    ...OPTIONS,
    // As if compiled in place: sources are then next to the code in its maps.
    outdir: ".",
    outbase: ".",
    entryPoints: [...sources],
    minify: true,
    keepNames: true,
    sourcemap: true,
    write: false,
    plugins: [everyFileForItself],
  });
  const texts = new Map(outputFiles.map(({ path, text }) => [path, text]));
  for (const [path, text] of texts) {
    if (path.endsWith(".map")) continue;
    const map = packagedMap(texts.get(`${path}.map`) ?? "");
    const file = join(outdir, relative(PROJECT, path));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, map ? text : text.replace(/^\/\/# source.*\n/m, ""));
    if (map) writeFileSync(`${file}.map`, map);
  }
  const carried = [await compileProvider(outdir)];
  for (const name of VENDORED) carried.push(await vendor(name, outdir));
  return { loaded: packagesIn(metafile), carried: carried.flat() };
}

const everyFileForItself: Plugin = {
  name: "every-file-for-itself",
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ importer, kind, path }) => {
      if (kind === "entry-point") return undefined;
      const folder = relative(PROJECT, dirname(importer));
      return { path: vendoredFrom(folder, path) ?? path, external: true };
    });
  },
};

function vendoredFrom(folder: string, name: string): string | undefined {
  if (!VENDORED.includes(name)) return undefined;
  const path = relative(folder, join("vendor", name));
  return path.startsWith(".") ? path : `./${path}`;
}

/** Compressed: it is only ever unpacked into the folders of stacks. */
async function compileProvider(outdir: string): Promise<string[]> {
  const { metafile, outputFiles } = await build({
    ...OPTIONS,
    entryPoints: [PROVIDER],
    minify: true,
    keepNames: true, // so that the stack of a crash can be read
    legalComments: "none", // THIRD-PARTY.txt has the licences
    write: false,
  });
  const file = join(outdir, PROVIDER.replace(/\.ts$/, ".bundle.js.br"));
  const [script] = outputFiles;
  writeFileSync(file, brotliCompressSync(script?.contents ?? ""));
  return Object.keys(metafile.inputs);
}

/** Compressed as well. By `Function` it is of the caller's realm, in jest too. */
const UNPACK = `const { readFileSync } = require("fs");
const { brotliDecompressSync } = require("zlib");
const code = brotliDecompressSync(readFileSync(__filename + ".br")).toString();
new Function("exports", "require", "module", "__filename", "__dirname", code)(exports, require, module, __filename, __dirname);
`;

async function vendor(name: string, outdir: string): Promise<string[]> {
  const { metafile, outputFiles } = await build({
    ...OPTIONS,
    entryPoints: [name],
    write: false,
    minify: true,
    keepNames: true, // oidc-provider names what it stores by its classes
    legalComments: "none",
    plugins: [oneOfEach, fewTypesOfMedia],
  });
  const file = join(outdir, "vendor", `${name}.js`);
  const [script] = outputFiles;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, UNPACK);
  writeFileSync(`${file}.br`, brotliCompressSync(script?.contents ?? ""));
  return Object.keys(metafile.inputs);
}

const oneOfEach: Plugin = {
  name: "one-of-each",
  setup({ onResolve }) {
    onResolve({ filter: /^[\w-]+$/ }, ({ kind, path }) => {
      if (kind === "entry-point") return undefined;
      const other = vendoredFrom("vendor", path);
      return other === undefined ? undefined : { path: other, external: true };
    });
  },
};

/** Koa brings 2,500 types of media, and a login answers with a handful. */
const fewTypesOfMedia: Plugin = {
  name: "few-types-of-media",
  setup({ onLoad }) {
    onLoad({ filter: /mime-db.db\.json$/ }, ({ path }) => {
      const all = JSON.parse(readFileSync(path, "utf8")) as object;
      const few = Object.entries(all).filter(([type]) =>
        /^text\/(html|plain|css)$|^application\/(json|jwt|javascript|octet-stream|x-www-form-urlencoded)$/.test(
          type,
        ),
      );
      return {
        contents: JSON.stringify(Object.fromEntries(few)),
        loader: "json",
      };
    });
  },
};

function packagesIn({ inputs }: Metafile): string[] {
  const paths = Object.values(inputs).flatMap(({ imports }) =>
    imports.map(({ path }) => path),
  );
  const names = paths
    // "<runtime>" is esbuild's own, for names that are kept.
    .filter((path) => !/^(\.|node:|<)/.test(path))
    .map((path) => /^(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path);
  return [...new Set(names)].sort();
}
