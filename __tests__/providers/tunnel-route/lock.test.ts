import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { clearDeadLock, withLock } from "../../../providers/tunnel-route/lock";
import { began } from "../../../base/process-start";

const signal = new AbortController().signal;
let parent: string;
let folder: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "tunnel-route-lock-"));
  folder = join(parent, "locks");
});
afterEach(() => rmSync(parent, { recursive: true }));

const lock = <T>(work: () => Promise<T>) =>
  withLock(folder, "tunnel", signal, work);

test("one at a time, in the order of asking, whatever the one before came to", async () => {
  const seen: string[] = [];
  const turn = (name: string, fails: boolean) =>
    lock(async () => {
      seen.push(`${name} in`);
      await new Promise(setImmediate);
      seen.push(`${name} out`);
      if (fails) throw new Error(name);
    });
  const results = await Promise.allSettled([
    turn("a", true),
    turn("b", false),
    turn("c", false),
  ]);
  expect(results.map(({ status }) => status)).toEqual([
    "rejected",
    "fulfilled",
    "fulfilled",
  ]);
  expect(seen).toEqual(["a in", "a out", "b in", "b out", "c in", "c out"]);
});

test("leaves nothing behind, in a folder for its owner alone", async () => {
  await lock(async () => undefined);
  expect(readdirSync(folder)).toEqual([]);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test("a folder that others may enter is closed to them", async () => {
  mkdirSync(folder);
  chmodSync(folder, 0o777);
  await lock(async () => undefined);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test("fails on a folder that is a symbolic link", async () => {
  mkdirSync(join(parent, "elsewhere"));
  symlinkSync(join(parent, "elsewhere"), folder);
  await expect(lock(async () => undefined)).rejects.toThrow(
    /can't be trusted.*symbolic links are not followed.*ACCESS_STACKS_LOCK_DIR/s,
  );
});

// Only root can give a folder away.
(process.getuid?.() === 0 ? test : test.skip)(
  "says how to go on where somebody else has made the folder first",
  async () => {
    mkdirSync(folder);
    chownSync(folder, 12_345, 12_345);
    await expect(lock(async () => undefined)).rejects.toThrow(
      /can't be trusted.*belongs to another user.*export ACCESS_STACKS_LOCK_DIR=/s,
    );
    const own = join(parent, "own");
    const { signal } = new AbortController();
    expect(await withLock(own, "t", signal, async () => "done")).toBe("done");
  },
);

test("fails on a lock that is a symbolic link, and does not write through it", async () => {
  let name = "";
  await lock(async () => {
    name = readdirSync(folder).find((file) => file.endsWith(".lock"))!;
  });
  const victim = join(parent, "victim");
  writeFileSync(victim, "untouched");
  symlinkSync(victim, join(folder, name));
  await expect(lock(async () => undefined)).rejects.toThrow(/can't be read/);
  expect(readFileSync(victim, "utf8")).toBe("untouched");
});

test("a lock whose holder was killed is taken over, by one of many at a time", async () => {
  const holder = start("hold");
  await once(holder.stdout!, "data");
  const ended = once(holder, "exit");
  holder.kill("SIGKILL");
  await ended;
  expect(readdirSync(folder)).toHaveLength(2);

  // Each of them fails when it meets another inside.
  const others = [1, 2, 3, 4].map(() => start("turns"));
  const codes = await Promise.all(
    others.map((child) => once(child, "exit").then(([code]) => code as number)),
  );

  expect(codes).toEqual([0, 0, 0, 0]);
  expect(readdirSync(folder)).toEqual([]);
}, 60_000);

test("the right to take over is itself taken over from the dead", async () => {
  let path = "";
  await lock(async () => {
    path = readdirSync(folder).find((file) => file.endsWith(".lock"))!;
  });
  leave(path, "first");
  leave("first.successor", "second");
  leave("second.successor", "third");
  await lock(async () => undefined);
  expect(readdirSync(folder)).toEqual([]);
});

test("a lock of the dead is cleared away by those who have nothing to write", async () => {
  let path = "";
  await lock(async () => {
    path = readdirSync(folder).find((file) => file.endsWith(".lock"))!;
  });
  leave(path, "dead");
  await clearDeadLock(folder, "another tunnel", signal);
  expect(readdirSync(folder)).toEqual([path]);
  await clearDeadLock(folder, "tunnel", signal);
  expect(readdirSync(folder)).toEqual([]);
});

test("a lock of the living is not", async () => {
  await lock(async () => {
    const before = readdirSync(folder);
    await clearDeadLock(folder, "tunnel", signal);
    expect(readdirSync(folder)).toEqual(before);
  });
});

test("the turns of those who died while they waited are cleared away", async () => {
  mkdirSync(folder);
  leave("dead.turn", "dead");
  writeFileSync(join(folder, "unfinished.turn"), "");
  const { pid } = process;
  const living = { id: "x", pid, began: began(pid), machine: hostname() };
  writeFileSync(join(folder, "living.turn"), JSON.stringify(living));
  await lock(async () => undefined);
  expect(readdirSync(folder)).toEqual(["living.turn", "unfinished.turn"]);
});

test("waits for a live holder until it is told to stop", async () => {
  const holder = start("hold");
  await once(holder.stdout!, "data");
  const stop = new AbortController();
  const waiting = withLock(folder, "tunnel", stop.signal, async () => "in");
  setTimeout(() => stop.abort(new Error("stopped")), 200);
  await expect(waiting).rejects.toThrow(/stopped|aborted/);
  const ended = once(holder, "exit");
  holder.kill("SIGKILL");
  await ended;
  expect(await lock(async () => "in")).toBe("in");
});

/** A lock of a process that has ended. */
function leave(name: string, id: string): void {
  const { pid } = spawnSync("true");
  const holder = { id, pid, began: "1", machine: hostname() };
  writeFileSync(join(folder, name), JSON.stringify(holder));
}

function start(mode: "hold" | "turns"): ChildProcess {
  const script = join(__dirname, "lock-user.ts");
  return spawn(
    process.execPath,
    ["--require", "./typescript.js", script, folder, mode],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
}
