import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { hiddenByCliConfig } from "../../terraform-plugin/cli-config";
import { installProvider } from "../../terraform-plugin/mirror";
import { isRunning, script, until } from "./launched";
import { ADDRESS, ENTRY, openWorkspace, Workspace } from "./workspace";

let workspace: Awaited<ReturnType<typeof openWorkspace>>;
beforeEach(async () => {
  workspace = await openWorkspace("launched");
});
afterEach(() => workspace.close());

test("works with NODE_OPTIONS that would break it", async () => {
  workspace.env["NODE_OPTIONS"] = "--require /nowhere/missing.js";
  workspace.writeThing({ name: "it" });

  expect(await workspace.apply()).toMatchObject({ code: 0 });
});

test("leaves nothing in the folder for temporary files", async () => {
  const temporary = join(workspace.directory, "temporary");
  mkdirSync(temporary);
  workspace.env["TMPDIR"] = temporary;
  workspace.writeThing({ name: "it" });

  expect(await workspace.apply()).toMatchObject({ code: 0 });

  expect(readdirSync(temporary)).toEqual([]);
});

test("works from long paths, where no socket can be", async () => {
  const parent = mkdtempSync(join(tmpdir(), "plugin-test-"));
  const long = join(parent, "long".repeat(30), "long".repeat(30));
  mkdirSync(long, { recursive: true });
  const far = await openWorkspace("launched", long);
  far.env["TMPDIR"] = long;
  far.writeThing({ name: "it" });

  expect(await far.apply()).toMatchObject({ code: 0 });

  await far.close();
  rmSync(parent, { recursive: true });
});

test("shows what was thrown outside of a handler", async () => {
  workspace.writeThing({ name: "it", text: "uncaught" });

  const applied = await workspace.apply();

  expect(applied.code).toBe(1);
  expect(applied.text).toContain("panic: Error: thrown outside of a handler");
});

describe("while it works", () => {
  let started: string;
  let child: ReturnType<Workspace["start"]>;
  let output: string;
  beforeEach(async () => {
    started = join(workspace.directory, "started");
    output = "";
    workspace.write({
      resource: { sample_wait: { it: { started_file: started } } },
    });
    // As the shell does for a command: a process group of its own.
    child = workspace.start({ detached: true }, "apply", "-auto-approve");
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (data) => (output += String(data)));
    await until(
      () => existsSync(started) && readFileSync(started, "utf8") !== "",
    );
  });
  const ended = () => new Promise((done) => child.on("close", done));

  test("stops cleanly on Ctrl-C", async () => {
    const end = ended();
    process.kill(-(child.pid ?? NaN), "SIGINT");

    expect(await end).toBe(1);

    expect(output).toContain("Stopped before it was done");
    expect(isRunning(Number(readFileSync(started, "utf8")))).toBe(false);
  });

  test("ends when Terraform is killed", async () => {
    const provider = Number(readFileSync(started, "utf8"));
    const end = ended();
    expect(isRunning(provider)).toBe(true);
    child.kill("SIGKILL");

    await until(() => !isRunning(provider));
    await end;
  });
});

test("is hidden by a provider_installation block", async () => {
  const mirror = join(workspace.directory, "mirror");
  mkdirSync(mirror);
  writeFileSync(
    workspace.env["TF_CLI_CONFIG_FILE"] ?? "",
    `provider_installation {\n  filesystem_mirror {\n    path = "${mirror}"\n  }\n}\n`,
  );
  rmSync(join(workspace.directory, ".terraform"), { recursive: true });

  const failed = await workspace.init();

  expect(failed.code).toBe(1);
  expect(failed.text).toMatch(
    /sample was not found in any of the search locations|Failed to query available provider packages/,
  );
});

test("is found again where the block is given what it lacks", async () => {
  const mirror = join(workspace.directory, "mirror");
  mkdirSync(mirror);
  const cli = workspace.env["TF_CLI_CONFIG_FILE"] ?? "";
  const block = (own: string, others: string) =>
    `provider_installation {\n${own}\n  filesystem_mirror {\n    path = "${mirror}"\n${others}\n  }\n}\n`;
  writeFileSync(cli, block("", ""));
  const said = hiddenByCliConfig(ADDRESS, workspace.env) ?? "";
  const [, own = "", others = ""] =
    /( {2}filesystem_mirror \{.*?\n {2}\})\n.*?( +exclude = .*)$/s.exec(said) ??
    [];
  writeFileSync(cli, block(own, others));
  rmSync(join(workspace.directory, ".terraform"), { recursive: true });

  expect(said).toContain(`${cli} has a provider_installation block`);
  expect(await workspace.init()).toMatchObject({ code: 0 });
  expect(hiddenByCliConfig(ADDRESS, workspace.env)).toBeUndefined();
});

test("two checkouts deploy at once with one plugin cache", async () => {
  const other = await openWorkspace("launched");
  const cache = join(workspace.directory, "plugin-cache");
  mkdirSync(cache);
  const both = [workspace, other];
  try {
    for (const one of both) {
      one.env["TF_PLUGIN_CACHE_DIR"] = cache;
      one.writeThing({ name: "it" });
      rmSync(join(one.directory, ".terraform"), { recursive: true });
    }
    const deploy = async (one: Workspace) => [
      (await one.init()).code,
      (await one.apply()).code,
    ];

    expect(await Promise.all(both.map(deploy))).toEqual([
      [0, 0],
      [0, 0],
    ]);
  } finally {
    await other.close();
  }
  // The cache may point into the checkout that has gone: the next init heals it.
  expect((await workspace.init()).code).toBe(0);
  expect((await workspace.plan()).code).toBe(0);
});

test("says what it is when a person starts it", () => {
  const { status, stderr } = spawnSync(script(workspace), { encoding: "utf8" });

  expect(status).toBe(1);
  expect(stderr).toContain("Terraform starts it, not a person");
});

test("finds another Node where the one it was made with has gone, or says that there is none", () => {
  const installed = script(workspace);
  const moved = join(dirname(installed), "moved");
  const text = readFileSync(installed, "utf8");
  writeFileSync(moved, text.replace(process.execPath, "/gone/node"), {
    mode: 0o755,
  });
  const start = (path: string) =>
    spawnSync(moved, { encoding: "utf8", env: { PATH: path } });

  expect(start(join(process.execPath, "..")).stderr).toContain(
    "Terraform starts it",
  );
  expect(start("/nowhere")).toMatchObject({
    status: 127,
    stderr:
      "terraform-provider-sample needs Node.js, and there is no node on PATH\n",
  });
});

test("a stack gets a new build under a new version", async () => {
  const lock = join(workspace.directory, ".terraform.lock.hcl");
  const stale = readFileSync(lock, "utf8").replaceAll(/0\.0\.\d+/g, "0.0.1");
  writeFileSync(lock, stale);

  const version = installProvider({
    address: ADDRESS,
    entry: ENTRY,
    stackDirectories: [workspace.directory],
  });

  expect((await workspace.run("init", "-upgrade")).code).toBe(0);
  expect((await workspace.run("version")).text).toContain(
    `provider ${ADDRESS} v${version}`,
  );
});
