import { readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, resolve } from "node:path";
import { build } from "esbuild";

const PROJECT = resolve(__dirname, "../..");
const ACTIONS = join(PROJECT, "scripts/actions");
/** They stand in for Cloudflare and Google, and are no part of a deploy. */
const REHEARSING = ["local.ts", "rehearse.ts"];
/** For developers. */
const BUILDING = ["package.ts"];

const { dependencies } = JSON.parse(
  readFileSync(join(PROJECT, "package.json"), "utf8"),
) as { dependencies: Readonly<Record<string, string>> };

/** The packages that a file and all that it imports may load. */
async function packagesOf(file: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [file],
    bundle: true,
    platform: "node",
    packages: "external",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const imported = Object.values(metafile.inputs).flatMap(({ imports }) =>
    imports.filter(({ external }) => external).map(({ path }) => path),
  );
  const names = imported
    .filter((path) => !isBuiltin(path))
    .map((path) => /^(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path);
  return [...new Set(names)];
}

test("no command that needs a token needs what only development installs", async () => {
  const found: string[] = [];
  for (const file of readdirSync(ACTIONS)) {
    if ([...REHEARSING, ...BUILDING].includes(file)) continue;
    const packages = await packagesOf(join(ACTIONS, file));
    const others = packages.filter((name) => !(name in dependencies));
    found.push(...others.map((name) => `${file}: ${name}`));
  }
  expect(found).toEqual([]);
});
