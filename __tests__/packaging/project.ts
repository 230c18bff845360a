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
import { run } from "../../deployment/processes";
import type { Manifest } from "../../packaging/manifest";
import { sources } from "../../packaging/sources";

export const REPOSITORY = resolve(__dirname, "../..");

/** Whoever uses constructs has these. */
const PEERS = ["cdktf", "constructs", "@cdktf/provider-cloudflare"];

/** Somebody else's project that has installed the package. */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), "their-project-"));
  /** The installed package. */
  readonly installed = join(this.folder, "node_modules", "access-stacks");

  /**
   * With what the package declares and nothing more. Others' packages are links
   * to this repository's.
   *
   * @param built the folder that is packed
   * @param peers what the project has besides
   */
  static linked(built: string, peers: readonly string[] = PEERS): Project {
    const project = new Project();
    cpSync(built, project.installed, { recursive: true });
    const { dependencies } = JSON.parse(
      readFileSync(join(built, "package.json"), "utf8"),
    ) as Manifest;
    project.link(...Object.keys(dependencies), ...peers);
    project.write("package.json", '{ "name": "theirs" }');
    return project;
  }

  /**
   * By npm, with cdktn under the name of cdktf, as docs/package.md has it.
   *
   * @param path `PATH` with a Node.js that cdktn's CLI takes
   */
  static async installed(packed: string, path: string): Promise<Project> {
    const project = new Project();
    const page = readFileSync(join(REPOSITORY, "docs/package.md"), "utf8");
    const [, aliases = ""] =
      /^```json\n(\{.*?npm:cdktn.*?)^```$/ms.exec(page) ?? [];
    const { dependencies, ...rest } = JSON.parse(aliases) as {
      dependencies: Record<string, string>;
    };
    const cli = dependencies.cdktf?.replace("cdktn", "cdktn-cli");
    const own = { "access-stacks": `file:${packed}`, "cdktf-cli": cli };
    const peers = { "@cdktf/provider-cloudflare": "^13.9.1", tsx: "^4" };
    project.write(
      "package.json",
      JSON.stringify({
        name: "theirs",
        ...rest,
        dependencies: { ...dependencies, ...own, ...peers, constructs: "^10" },
      }),
    );
    const { code, output } = await run(
      "npm",
      ["install", "--no-audit", "--no-fund"],
      { cwd: project.folder, env: { ...process.env, PATH: path } },
    );
    if (code !== 0) throw new Error(output);
    return project;
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
