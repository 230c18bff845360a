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
import { basename, dirname, join } from "node:path";
import { transformSync } from "esbuild";
import { buildPackage } from "../../packaging/build";
import type { Manifest } from "../../packaging/manifest";
import { sha256 } from "../../terraform-plugin/content";
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

describe("its source maps", () => {
  interface SourceMap {
    readonly sources: readonly string[];
    readonly sourcesContent: readonly string[];
  }
  const maps = () =>
    files
      .filter((name) => name.endsWith(".js.map"))
      .map((name): [string, SourceMap] => [
        name,
        JSON.parse(readFileSync(join(built, name), "utf8")) as SourceMap,
      ]);

  test("have the source inside, and its place in the package", () => {
    expect(maps().length).toBeGreaterThan(200);
    for (const [name, { sources, sourcesContent }] of maps()) {
      expect(sources).toEqual([basename(name).replace(".js.map", ".ts")]);
      const source = join(REPOSITORY, dirname(name), sources[0] ?? "");
      const lines = readFileSync(source, "utf8").split("\n").length;
      expect(sourcesContent[0]?.split("\n")).toHaveLength(lines);
    }
  });

  test("lead the stack of an error to the line that threw it", () => {
    project.write(
      "throws.cjs",
      `const { createAccessFetch } = require("access-stacks/client");
       try {
         createAccessFetch({ origin: "https://a.example.com", clientId: "a" });
       } catch (error) { console.log(error.stack); }`,
    );
    const [, file = "", line] =
      /at pairFor \((.*):(\d+):\d+\)/.exec(
        node("--enable-source-maps", "throws.cjs"),
      ) ?? [];
    expect(file).toMatch(
      /node_modules\/access-stacks\/client\/access-fetch\.ts$/,
    );
    const source = readFileSync(
      join(REPOSITORY, "client/access-fetch.ts"),
      "utf8",
    );
    expect(source.split("\n")[Number(line) - 1]).toContain(
      "Access needs both clientId and clientSecret",
    );
  });
});

// They take 258 kB.
test("leaves room for the types below 3 MB", () => {
  const bytes = files.map((name) => statSync(join(built, name)).size);
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(2_740_000);
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

  test("a wrong call from plain JavaScript is told what is missing", () => {
    const calls: readonly [code: string, told: string][] = [
      [
        'new S.AccountStack(app, "11", {})',
        "AccountStack: accountId, stateDir",
      ],
      [
        'new S.IdentityStack(app, "12", {})',
        "IdentityStack: accountId, stateDir, loginMethod",
      ],
      [
        'new S.TunnelStack(app, "13", {})',
        "TunnelStack: accountId, stateDir, tunnel",
      ],
      [
        'new S.ServiceStack(app, "14", {})',
        "ServiceStack: accountId, stateDir, zone, tunnel, loginMethod, service, hostname, serviceUrl",
      ],
      ["new S.ServiceStack(app)", "ServiceStack: accountId, stateDir"],
      ['load("access").decide({}, {})', "decide: host, path"],
      ['load("access").compile({})', "an account: applications"],
      ['load("client").createAccessFetch()', "origin has to be where"],
      [
        'load("local").buildAccount({})',
        "buildAccount: account, zones, tunnels",
      ],
      [
        'load("local").startLocalCloudflare({})',
        "startLocalCloudflare: account",
      ],
      [
        'load("local").startProviderStandIn({})',
        "startProviderStandIn: environment",
      ],
      [
        'load("services").caddyfile([{}])',
        "a site of caddyfile: host, upstream",
      ],
      [
        'load("terraform-plugin").installProvider({})',
        "installProvider: address, entry, stackDirectories",
      ],
      [
        'load("terraform-plugin").attach({})',
        "attach: schema, configure, resources, dataSources",
      ],
    ];
    project.write(
      "wrong.cjs",
      `const { App } = require("cdktf");
       const load = (part) => require("access-stacks/" + part);
       const S = load("stacks");
       const app = new App();
       (async () => {
         const told = [];
         for (const call of ${JSON.stringify(calls.map(([code]) => code))})
           try { await eval(call); told.push(call + " is taken"); }
           catch (error) { told.push(error.message); }
         console.log(JSON.stringify(told));
       })();`,
    );
    const told = JSON.parse(node("wrong.cjs")) as string[];
    const flat = told.map((text) =>
      text
        .replace(/:\n- /, ": ")
        .replace(/\n- /g, ", ")
        .replace(/ is missing/g, ""),
    );
    calls.forEach(([, expected], index) =>
      expect(flat[index]?.replace(/an object with /, "")).toContain(expected),
    );
  });

  test("parts without constructs need none of CDKTF", () => {
    const slim = Project.linked(built, []);
    try {
      slim.write(
        "slim.cjs",
        ["access", "client", "ingress", "local", "services", "terraform-plugin"]
          .map((part) => `require("access-stacks/${part}");`)
          .join("\n"),
      );
      execFileSync(process.execPath, ["slim.cjs"], { cwd: slim.folder });
    } finally {
      slim.remove();
    }
    expect(Object.keys(manifest.peerDependenciesMeta).sort()).toEqual(
      Object.keys(manifest.peerDependencies).sort(),
    );
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
    const digests = Object.fromEntries(
      readdirSync(folder).map((name) => [
        name,
        sha256(readFileSync(join(folder, name))),
      ]),
    );
    expect(
      parseLockFile(project.read("cdktf.out/stacks/wiki/.terraform.lock.hcl")),
    ).toContainEqual(
      expect.objectContaining({ version, hashes: [packageHash(digests)] }),
    );
    expect(project.whatIsInstalled()).toEqual(before);
    expect(
      existsSync(join(project.folder, "node_modules/.cache/access-stacks")),
    ).toBe(true);
  });
});
