import { execFile } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { synthesize } from "../../deployment/stacks";
import { TIMEOUT } from "../deployment/world";

jest.setTimeout(TIMEOUT);

const PROJECT = resolve(__dirname, "../..");
const read = (file: string): unknown =>
  JSON.parse(readFileSync(join(PROJECT, file), "utf8"));

/** A temporary folder in which somebody has made tsx's cache before we could. */
let folder: string;
let planted: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "shared-"));
  planted = join(folder, `tsx-${process.geteuid?.()}`);
  mkdirSync(planted, { mode: 0o777 });
});
afterEach(() => rmSync(folder, { recursive: true }));

const { scripts } = read("package.json") as {
  scripts: Record<string, string>;
};
const { app } = read("cdktf.json") as { app: string };

const LINES = [...Object.entries(scripts), ["cdktf.json's app", app] as const]
  .filter(([, line]) => line.includes(".ts"))
  .map(([name, line]) => ({ name, line }));

test.each(LINES)("$name has no cache that others can write", ({ line }) => {
  expect(line).toMatch(/^node --require \.\/typescript\.js /);
});

const env = () => ({
  PATH: process.env.PATH,
  HOME: folder,
  TMPDIR: folder,
  ACCESS_ENV_FILE: "",
});

test("a command takes nothing from there and puts nothing there", async () => {
  const run = promisify(execFile);
  await run("sh", ["-c", `${scripts.caddyfile} --help`], {
    cwd: PROJECT,
    env: env(),
  });
  expect(readdirSync(planted)).toEqual([]);
});

test("nor does an app that says nothing of it", async () => {
  const out = join(folder, "out");
  const app = `node --import tsx ${join(__dirname, "faulty-app.ts")}`;
  const settings = { CDKTF_APP: app, CDKTF_OUTPUT: out };
  await expect(
    synthesize({ env: { ...env(), ...settings } }),
  ).rejects.toThrow();
  expect(readdirSync(planted)).toEqual([]);
});
