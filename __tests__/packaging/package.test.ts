import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { buildPackage } from "../../packaging/build";
import type { Manifest } from "../../packaging/manifest";
import { packageHash, parseLockFile } from "../../terraform-plugin/lock-file";
import { examplesOf, Project, REPOSITORY } from "./project";

// Types take TypeScript seconds: their-project.test.ts has them.
let built: string;
let manifest: Manifest;
let files: string[];
let project: Project;
beforeAll(async () => {
  built = mkdtempSync(join(tmpdir(), "package-"));
  manifest = await buildPackage(built, { types: false });
  files = readdirSync(built, { recursive: true, encoding: "utf8" }).filter(
    (name) => statSync(join(built, name)).isFile(),
  );
  project = Project.linked(built);
});
afterAll(() => {
  project.remove();
  rmSync(built, { recursive: true, force: true });
});

function node(...args: string[]): string {
  return execFileSync(process.execPath, args, {
    cwd: project.folder,
    encoding: "utf8",
    env: { PATH: process.env.PATH, NO_COLOR: "1" },
  });
}

const parts = () =>
  Object.keys(manifest.exports)
    .filter((part) => part !== "./package.json")
    .map((part) => part.replace(".", "access-stacks"));

/** Those that need bindings which not everybody installs. */
const ofGoogle = /google-provider|token-store/;

test("holds compiled code with source maps, no sources, tests or benches", () => {
  expect(files).toContain("constructs/access-app.js");
  expect(files).toContain("constructs/access-app.js.map");
  expect(files.filter((name) => /\.ts$|__tests__|bench/.test(name))).toEqual(
    [],
  );
});

test("leaves room for the types below 3 MB", () => {
  const bytes = files.map((name) => statSync(join(built, name)).size);
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(2_700_000);
});

test("has the file that each export names", () => {
  for (const entry of Object.values(manifest.exports))
    if (typeof entry === "object")
      expect(existsSync(join(built, entry.default))).toBe(true);
});

test("needs nothing that only the app's commands or development use", () => {
  const needed = Object.keys(manifest.dependencies);
  for (const name of [
    "commander",
    "tsx",
    "cloudflare",
    "@infisical/sdk",
    "esbuild",
  ])
    expect(needed).not.toContain(name);
  expect(Object.keys(manifest.peerDependencies)).toEqual(
    expect.arrayContaining([
      "cdktf",
      "constructs",
      "@cdktf/provider-cloudflare",
    ]),
  );
});

test("names the licences of all that it carries of others", () => {
  const text = project.read("node_modules", "access-stacks", "THIRD-PARTY.txt");
  for (const name of [
    "jose",
    "oidc-provider",
    "koa",
    "@grpc/grpc-js",
    "protobufjs",
  ])
    expect(text).toMatch(new RegExp(`^${name} \\d`, "m"));
});

test("npm run pack is what packs it, and npm pack says so", () => {
  // npm runs it before the script "pack" too.
  const npm = (...args: string[]) =>
    spawnSync("npm", args, { cwd: REPOSITORY, encoding: "utf8" });
  expect(npm("run", "--silent", "prepack").status).toBe(0);
  expect(npm("pack", "--dry-run").stderr).toContain(
    "This is the app. To pack the library: npm run pack",
  );
});

describe("where nothing is installed but what it declares", () => {
  const load = (how: string) =>
    parts()
      .filter((part) => !ofGoogle.test(part))
      .map((part) => how.replace("PART", JSON.stringify(part)))
      .join("\n");

  test("every part can be required", () => {
    project.write(
      "all.cjs",
      load("console.log(Object.keys(require(PART)).length > 0);"),
    );
    expect(node("all.cjs")).not.toContain("false");
  });

  test("every part can be imported, by name", () => {
    project.write(
      "all.mjs",
      `${load("await import(PART);")}
       import { AccessApp } from "access-stacks/constructs";
       import { startLocalCloudflare } from "access-stacks/local";
       import { n8n } from "access-stacks/services";
       console.log(typeof AccessApp, typeof startLocalCloudflare, typeof n8n);`,
    );
    expect(node("all.mjs")).toBe("function function object\n");
  });

  test("what needs Google's bindings says how to get them", () => {
    project.write(
      "google.cjs",
      `const path = require("path");
       const folder = path.dirname(require.resolve("access-stacks/package.json"));
       const { googleParts } = require(path.join(folder, "constructs/google-parts"));
       try { googleParts(); } catch (error) { console.log(error.message); }`,
    );
    expect(node("google.cjs")).toBe(
      "a tokenStore needs Google's bindings: npm install @cdktf/provider-google@16\n",
    );
  });

  test("a TunnelRoute alone brings its provider with the right hash, and writes nothing to the package", () => {
    const before = project.whatIsInstalled();
    const code = examplesOf("docs/package.md").get("main.ts") ?? "";
    project.write(
      "main.js",
      transformSync(code, { loader: "ts", format: "cjs" }).code,
    );
    node("main.js");

    const stack = join(project.folder, "cdktf.out/stacks/wiki");
    const { terraform } = JSON.parse(
      project.read("cdktf.out/stacks/wiki/cdk.tf.json"),
    ) as {
      terraform: {
        required_providers: { tunnel: { source: string; version: string } };
      };
    };
    const { source, version } = terraform.required_providers.tunnel;
    const versions = join(stack, "terraform.d/plugins", source);
    expect(readdirSync(versions)).toEqual([version]);
    const [platform = ""] = readdirSync(join(versions, version));
    const folder = join(versions, version, platform);
    const content = Object.fromEntries(
      readdirSync(folder).map((name) => [
        name,
        readFileSync(join(folder, name)),
      ]),
    );
    expect(
      parseLockFile(project.read("cdktf.out/stacks/wiki/.terraform.lock.hcl")),
    ).toContainEqual(
      expect.objectContaining({ version, hashes: [packageHash(content)] }),
    );
    expect(project.whatIsInstalled()).toEqual(before);
    expect(
      existsSync(join(project.folder, "node_modules/.cache/access-stacks")),
    ).toBe(true);
  });
});
