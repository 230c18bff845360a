import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Manifest } from "../../packaging/manifest";
import { sources } from "../../packaging/sources";

export const REPOSITORY = resolve(__dirname, "../..");

/**
 * Somebody else's project that has installed the package, with what the package
 * declares and nothing more. Others' packages are links to this repository's.
 */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), "their-project-"));
  /** The installed package. */
  readonly installed = join(this.folder, "node_modules", "access-stacks");

  /** @param built the folder that is packed */
  constructor(built: string) {
    cpSync(built, this.installed, { recursive: true });
    const { dependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
      readFileSync(join(built, "package.json"), "utf8"),
    ) as Manifest;
    const peers = Object.keys(peerDependencies).filter(
      (name) => !peerDependenciesMeta[name]?.optional,
    );
    this.link(...Object.keys(dependencies), ...peers);
    this.write("package.json", '{ "name": "theirs" }');
  }

  /** Installs packages of their own. */
  link(...names: readonly string[]): void {
    for (const name of names) {
      const path = join(this.folder, "node_modules", name);
      mkdirSync(dirname(path), { recursive: true });
      symlinkSync(join(REPOSITORY, "node_modules", name), path);
    }
  }

  write(name: string, text: string): void {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  read(...path: string[]): string {
    return readFileSync(join(this.folder, ...path), "utf8");
  }

  /** Names, sizes and times of everything in the installed package. */
  whatIsInstalled(): string[] {
    return readdirSync(this.installed, { recursive: true, encoding: "utf8" })
      .map((name) => {
        const { mtimeMs, size } = statSync(join(this.installed, name));
        return `${name} ${size} ${mtimeMs}`;
      })
      .sort();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The examples of a page that have a name, such as `main.ts`. */
export function examplesOf(page: string): ReadonlyMap<string, string> {
  const text = readFileSync(join(REPOSITORY, page), "utf8");
  return new Map(
    [...text.matchAll(/^```(?:ts|tf) (\S+)\n(.*?)^```$/gms)].map(
      ([, name = "", code = ""]) => [name, code],
    ),
  );
}

/** The examples in the comments of the package's sources, by names of files. */
export function docstringExamples(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const source of sources()) {
    const text = readFileSync(join(REPOSITORY, source), "utf8");
    for (const [, block = ""] of text.matchAll(
      /^ *\* ```ts\n(.*?)^ *\* ```$/gms,
    ))
      found.set(
        `examples/${found.size}-${source.replaceAll("/", "-")}`,
        `${block.replace(/^ *\* ?/gm, "")}export {};\n`,
      );
  }
  return found;
}
