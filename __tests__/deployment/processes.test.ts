import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../deployment/processes";
import { processesOf, until } from "../rehearsal/processes";

const { PATH } = process.env;
afterEach(() => (process.env.PATH = PATH));

const onLinux = process.platform === "linux" ? test : test.skip;

/** Runs a shell script until all of `started` run, then aborts it. */
async function abort(script: string, started: number, path = PATH) {
  // Each process of the script has it in its environment.
  const mark = `MARK-${randomUUID()}`;
  const stop = new AbortController();
  const running = run("sh", ["-c", script], {
    env: { PATH, MARK: mark },
    signal: stop.signal,
  });
  await until(() => processesOf(mark).length >= started);
  process.env.PATH = path;
  stop.abort(new Error("enough"));
  await expect(running).rejects.toThrow("enough");
  process.env.PATH = PATH;
  await until(() => processesOf(mark).length === 0);
}

test("ends what a command started, and what that started", async () => {
  await abort("sleep 99 & sh -c 'sleep 99 & wait' & wait", 4);
});

test("ends a command that goes on starting others", async () => {
  await abort("while :; do sleep 99 & sleep 0.001; done", 20);
});

onLinux("needs no ps, which slim images lack", async () => {
  expect(() =>
    execFileSync("ps", { env: { PATH: "/nowhere" }, stdio: "ignore" }),
  ).toThrow("ENOENT");
  await abort("sleep 99 & sh -c 'sleep 99 & wait' & wait", 4, "/nowhere");
});

test("gives a patient command time to end by itself, and no more", async () => {
  const script = (trap: string) =>
    `trap '${trap}' INT; sleep 99 & echo ready; while :; do wait; done`;
  const interrupt = async (trap: string, grace: number) => {
    const stop = new AbortController();
    const lines: string[] = [];
    await expect(
      run("sh", ["-c", script(trap)], {
        env: { PATH },
        signal: stop.signal,
        grace,
        onLine: (line) => {
          lines.push(line);
          if (line === "ready") stop.abort(new Error("enough"));
        },
      }),
    ).rejects.toThrow("enough");
    return lines;
  };
  expect(await interrupt("kill $!; echo done; exit", 60_000)).toEqual([
    "ready",
    "done",
  ]);
  expect(await interrupt("echo never", 300)).toEqual(["ready", "never"]);
});

test("lets only the owner read what a closed command writes", async () => {
  const cwd = mkdtempSync(join(tmpdir(), "closed-"));
  const umask = process.umask();
  const write = (closed: boolean, file: string) =>
    run("sh", ["-c", `: > ${file}`], { cwd, env: { PATH }, closed });
  await write(true, "closed");
  await write(false, "open");
  const mode = (file: string) => statSync(join(cwd, file)).mode & 0o777;
  expect([mode("closed"), mode("open")]).toEqual([0o600, 0o666 & ~umask]);
  rmSync(cwd, { recursive: true });
});
