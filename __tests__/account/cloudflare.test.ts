import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";

const PROJECT = resolve(__dirname, "../..");

/** A project of its own, as ours has kept the SDK already. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cloudflare-"));
  for (const name of ["account", "node_modules"]) mkdirSync(join(folder, name));
  for (const name of [
    "kept-modules.js",
    "typescript.js",
    "account/cloudflare.ts",
  ])
    copyFileSync(join(PROJECT, name), join(folder, name));
  for (const name of ["cloudflare", "esbuild", "tsx"])
    symlinkSync(
      join(PROJECT, "node_modules", name),
      join(folder, "node_modules", name),
    );
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: string) =>
  writeFileSync(join(folder, name), content);
const kept = () => join(folder, ".cache/cloudflare");

/** Puts a package in the SDK's place that tells its version and its file. */
function install(version: string): void {
  const sdk = "node_modules/cloudflare";
  rmSync(join(folder, sdk), { recursive: true });
  mkdirSync(join(folder, sdk));
  write(`${sdk}/package.json`, "{}");
  write(`${sdk}/version.js`, `exports.VERSION = "${version}";`);
  write(
    `${sdk}/index.js`,
    `exports.Cloudflare = "${version}, " + require("path").relative(process.cwd(), __filename);`,
  );
  write(
    "main.ts",
    `import { Cloudflare } from "./account/cloudflare";\nconsole.log(Cloudflare);`,
  );
}

async function run(): Promise<string> {
  const child = spawn(
    process.execPath,
    ["--require", "./typescript.js", "main.ts"],
    { cwd: folder, env: { ...process.env } },
  );
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return stdout + stderr;
}

test("loads the SDK from few files", async () => {
  write(
    "main.ts",
    `import { Cloudflare } from "./account/cloudflare";
const { zones } = new Cloudflare({ apiToken: "token" });
const error = new Cloudflare.APIError(403, undefined, "no", undefined);
console.log(typeof zones.list, error instanceof Error);
console.log(Object.keys(require.cache).length < 20);`,
  );
  expect(await run()).toBe("function true\ntrue\n");
});

test("keeps it where only its owner can read or change it", async () => {
  install("7.9.0");
  expect(await run()).toBe("7.9.0, .cache/cloudflare/7.9.0.js\n");
  expect(statSync(kept()).mode & 0o777).toBe(0o700);
  expect(statSync(join(kept(), "7.9.0.js")).mode & 0o777).toBe(0o600);
});

test("makes it in several processes at once, each of which works", async () => {
  install("7.9.0");
  expect(await Promise.all([run(), run(), run()])).toEqual(
    Array(3).fill("7.9.0, .cache/cloudflare/7.9.0.js\n"),
  );
  expect(readdirSync(kept())).toEqual(["7.9.0.js"]);
});

test("loads the package's own files where nothing can be kept", async () => {
  install("7.9.0");
  write(".cache", "");
  expect(await run()).toBe("7.9.0, node_modules/cloudflare/index.js\n");
});

test("loads another version after an upgrade", async () => {
  install("7.9.0");
  await run();
  install("8.0.0");
  expect(await run()).toBe("8.0.0, .cache/cloudflare/8.0.0.js\n");
});
