import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { transformSync } from "esbuild";
import ts from "typescript";
import { run } from "../../deployment/processes";
import { buildPackage } from "../../packaging/build";
import { installNode } from "../../rehearsal/on-node";
import { HAS_NPM } from "./has-npm";
import { docstringExamples, examplesOf, Project, REPOSITORY } from "./project";
import { TERRAFORM, wholeLife } from "./whole-life";

/**
 * The packed file in somebody else's project: its types under each kind of
 * resolution, the app under each way to run it, and a whole life by cdktf
 * against the package's own local Cloudflare.
 */
jest.setTimeout(300_000);

interface Packed {
  readonly filename: string;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

let folder: string;
let packed: Packed;
let project: Project;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "packed-"));
  await buildPackage(join(folder, "built"));
  const { stdout } = await started("npm", [
    ...["pack", "--json", join(folder, "built")],
    ...["--pack-destination", folder],
  ]);
  [packed] = JSON.parse(stdout) as [Packed];
  await started("tar", ["xzf", join(folder, packed.filename), "-C", folder]);
  project = Project.linked(join(folder, "package"));
  project.link("typescript", "tsx", "ts-node", "@types/node");
  for (const [name, code] of examplesOf("docs/package.md")) {
    project.write(name, code);
    project.write(`esm/${name}`, code);
  }
  for (const [name, code] of examplesOf("terraform-plugin/README.md"))
    project.write(`plugin/${name}`, code);
  for (const [name, code] of docstringExamples()) project.write(name, code);
  project.write("esm/package.json", '{ "type": "module" }');
});
afterAll(() => {
  project.remove();
  rmSync(folder, { recursive: true, force: true });
});

function started(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  cwd = folder,
) {
  return run(command, [...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: folder, NO_COLOR: "1", ...env },
  });
}

test("the packed file is below 3 MB, with types and without tests", () => {
  expect(packed.unpackedSize).toBeLessThan(3_000_000);
  const paths = packed.files.map(({ path }) => path);
  expect(paths).toContain("constructs/index.d.ts");
  expect(
    paths.filter((path) => /__tests__|bench|(?<!\.d)\.ts$/.test(path)),
  ).toEqual([]);
});

/** What `cdktf init --template=typescript` writes. */
const INIT = {
  alwaysStrict: true,
  declaration: true,
  lib: ["es2018"],
  module: "CommonJS",
  noImplicitReturns: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  strict: true,
  target: "ES2018",
  skipLibCheck: true,
};
const STRICT = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  target: "es2022",
};

describe("its types", () => {
  test.each<[string, string, Record<string, unknown>]>([
    ["as cdktf init has it", ".", INIT],
    ["node16, CommonJS", ".", { ...STRICT, module: "node16" }],
    ["node16, ES modules", "esm", { ...STRICT, module: "node16" }],
    [
      "bundler",
      ".",
      { ...STRICT, module: "esnext", moduleResolution: "bundler" },
    ],
  ])("pass: %s", (_, place, compilerOptions) => {
    const { errors, options } = ts.convertCompilerOptionsFromJson(
      { ...compilerOptions, noEmit: true, types: ["node"] },
      project.folder,
    );
    expect(errors).toEqual([]);
    const names = [
      ...[...examplesOf("docs/package.md").keys()].map((name) =>
        join(place, name),
      ),
      ...["main.ts", "install.ts", "attached.ts"].map((name) =>
        join("plugin", name),
      ),
      ...docstringExamples().keys(),
    ];
    const program = ts.createProgram(
      names.map((name) => join(project.folder, name)),
      { ...options, typeRoots: [join(project.folder, "node_modules/@types")] },
    );
    const checked = program
      .getSourceFiles()
      .filter(
        ({ fileName }) =>
          fileName.startsWith(project.folder) &&
          (!compilerOptions.skipLibCheck || !fileName.endsWith(".d.ts")),
      );
    expect(checked.length).toBeGreaterThanOrEqual(names.length);
    const found = checked.flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ]);
    expect(
      ts.formatDiagnostics(found, {
        getCanonicalFileName: (name) => name,
        getCurrentDirectory: () => project.folder,
        getNewLine: () => "\n",
      }),
    ).toBe("");
  });
});

test("the app runs by tsx and ts-node, as CommonJS and as ES modules, and says the same", async () => {
  const module = (name: string) => ({
    TS_NODE_COMPILER_OPTIONS: JSON.stringify({
      module: name,
      target: "es2022",
      ...(name === "node16" && { moduleResolution: name }),
    }),
  });
  const ways: [string, string[], NodeJS.ProcessEnv?][] = [
    ["main.ts", ["--import", "tsx"]],
    ["esm/main.ts", ["--import", "tsx"]],
    [
      "main.ts",
      ["--require", "ts-node/register/transpile-only"],
      module("commonjs"),
    ],
    [
      "esm/main.ts",
      ["--no-warnings", "--loader", "ts-node/esm/transpile-only"],
      module("node16"),
    ],
  ];
  const synthesized: string[] = [];
  for (const [app, how, env] of ways) {
    const outdir = join(folder, `out-${synthesized.length}`);
    const { code, output } = await started(
      process.execPath,
      [...how, app],
      { CDKTF_OUTDIR: outdir, ...env },
      project.folder,
    );
    expect({ app, how, code, output }).toEqual({
      app,
      how,
      code: 0,
      output: "",
    });
    synthesized.push(
      readFileSync(join(outdir, "stacks/wiki/cdk.tf.json"), "utf8"),
    );
  }
  expect(
    new Set(synthesized.map((text) => text.replaceAll(/out-\d/g, ""))).size,
  ).toBe(1);
});

test("cdktf synthesizes, deploys, finds nothing to change and destroys, in the package's local Cloudflare", async () => {
  const installed = project.whatIsInstalled();
  await wholeLife(project, join(REPOSITORY, "node_modules/.bin/cdktf"));
  expect(project.whatIsInstalled()).toEqual(installed);
});

const withNpm = HAS_NPM ? test : test.skip;

withNpm(
  "so does cdktn, under the aliases of docs/package.md",
  async () => {
    const node = await installNode("24", join(REPOSITORY, ".cache/nodes"));
    if (!("program" in node)) throw new Error(node.output);
    const path = `${dirname(node.program)}${delimiter}${process.env.PATH ?? ""}`;
    const theirs = await Project.installed(join(folder, packed.filename), path);
    try {
      theirs.write("main.ts", project.read("main.ts"));
      await wholeLife(theirs, join(theirs.folder, "node_modules/.bin/cdktn"), {
        PATH: path,
      });
    } finally {
      theirs.remove();
    }
  },
  600_000,
);

test("a provider written by the README of terraform-plugin runs", async () => {
  project.link("esbuild");
  const cwd = join(project.folder, "plugin");
  writeFileSync(join(folder, "terraform.rc"), "");
  const env = {
    ...TERRAFORM,
    TF_CLI_CONFIG_FILE: join(folder, "terraform.rc"),
  };
  const terraform = (...args: string[]) =>
    started("terraform", [...args, "-no-color"], env, cwd);

  expect(
    await started(process.execPath, ["--import", "tsx", "install.ts"], {}, cwd),
  ).toMatchObject({ code: 0, output: "" });
  expect(await terraform("init")).toMatchObject({ code: 0 });
  const applied = await terraform("apply", "-auto-approve");
  expect(applied.output).toContain("bytes = 5");
  expect(project.read("plugin/texts/hello.txt")).toBe("Hello");
  expect((await terraform("plan")).output).toContain("No changes.");
  expect(await terraform("destroy", "-auto-approve")).toMatchObject({
    code: 0,
  });
});

describe("a test by the README of the local Cloudflare", () => {
  const example = () => {
    const code = examplesOf("local/README.md").get("local.test.ts") ?? "";
    return transformSync(code, { loader: "ts", format: "cjs" }).code;
  };
  beforeAll(() => project.link("cloudflare"));

  test("passes in jest, which transforms nothing of the package", async () => {
    project.write("jest/local.test.js", example());
    project.write("jest/package.json", '{ "jest": { "transform": {} } }');
    const jest = join(REPOSITORY, "node_modules/jest/bin/jest.js");
    const { code, output } = await started(
      process.execPath,
      [jest, "--rootDir", "."],
      {},
      join(project.folder, "jest"),
    );
    expect({ code, output }).toMatchObject({
      code: 0,
      output: expect.stringContaining("1 passed"),
    });
  });

  test("passes in node:test", async () => {
    const names = "before: beforeAll, after: afterAll, test";
    project.write(
      "local.test.cjs",
      `const { ${names} } = require("node:test");\n${example()}`,
    );
    const { code, output } = await started(
      process.execPath,
      ["--test", "local.test.cjs"],
      {},
      project.folder,
    );
    expect({ code, output }).toMatchObject({
      code: 0,
      output: expect.stringMatching(/pass 1\b/),
    });
  });
});
