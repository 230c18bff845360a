import { EventEmitter } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readNote, writeNote } from "../../deployment/apply-note";
import { watched } from "../../deployment/cdktf-runs";

let folder: string;
let earlier: NodeJS.ProcessEnv;
const atExit: (() => void)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cdktf-runs-"));
  earlier = { ...process.env };
  process.env.ACCESS_STATE_DIR = folder;
  process.env.ACCESS_ENV_FILE = "";
  mkdirSync(join(folder, "n8n"));
  writeFileSync(
    join(folder, "n8n", "cdk.tf.json"),
    JSON.stringify({
      resource: {
        cloudflare_zero_trust_access_group: { g: { name: "g" } },
        tunnel_route: { r: {} },
      },
    }),
  );
  jest.spyOn(process, "once").mockImplementation((_, listener) => {
    atExit.push(listener as () => void);
    return process;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  process.env = earlier;
  atExit.length = 0;
  rmSync(folder, { recursive: true, force: true });
});

/** Terminals without programs in them. */
function terminals(keys?: NodeJS.ReadStream) {
  const started: string[] = [];
  let say: (data: string) => void = () => {};
  let exit: (ended: { exitCode: number; signal?: number }) => void = () => {};
  const spawn = watched((file, args) => {
    started.push([file, ...args].join(" "));
    const told: ((data: string) => void)[] = [];
    say = (data) => told.forEach((listener) => listener(data));
    return {
      pid: process.pid,
      onData: (listener) => told.push(listener),
      onExit: (listener) => void (exit = listener),
      write: () => {},
    };
  }, keys);
  const run = (...args: string[]) => {
    const terminal = spawn("terraform", args, { cwd: join(folder, "n8n") });
    const code = new Promise<number>((end) =>
      terminal.onExit(({ exitCode }) => end(exitCode)),
    );
    return { terminal, code };
  };
  return {
    started,
    run,
    say: (data: string) => say(data),
    exit: (exitCode: number, signal?: number) => exit({ exitCode, signal }),
  };
}

const note = () => readNote("n8n", { ACCESS_STATE_DIR: folder });

test("a Terraform that a signal has ended did not do well, and is noted", async () => {
  const { exit, run, say } = terminals();
  const { code } = run("destroy");
  expect(note()).toMatchObject({ command: "destroy", by: "cdktf" });
  say("\x1b[1ma_token.it: Destroying...\x1b[0m");
  exit(0, 9);
  expect(await code).toBe(137);
  expect(note()).toMatchObject({ ended: false });
  const told = jest.spyOn(console, "error").mockImplementation(() => {});
  atExit.forEach((listener) => listener());
  expect(told.mock.calls.join()).toMatch(
    /A destroy of n8n by cdktf that began at .* never ended\. Run: npm run destroy -- n8n/,
  );
});

test.each([
  ["an application", { tunnel_existing_application: { a: {} } }, 1],
  ["nothing", {}, 0],
])(
  "a destroy of a stack that takes over %s, by a state that knows nothing",
  async (_, resource, times) => {
    const file = join(folder, "n8n", "cdk.tf.json");
    writeFileSync(file, JSON.stringify({ resource }));
    const { exit, run, say } = terminals();
    const { code } = run("destroy");
    say("\x1b[1mNo changes.\x1b[0m No objects need to be destroyed.");
    exit(0);
    expect(await code).toBe(0);
    const told = jest.spyOn(console, "error").mockImplementation(() => {});
    atExit.forEach((listener) => listener());
    expect(told).toHaveBeenCalledTimes(times);
    if (times > 0)
      expect(told.mock.calls.join()).toMatch(
        /^n8n: its state knows nothing, .* npm run destroy -- n8n$/,
      );
  },
);

test("nothing is noted of a run that ends well, or that changed nothing", async () => {
  const { exit, run, say } = terminals();
  for (const end of [() => (say("a.b: Creating..."), exit(0)), () => exit(1)]) {
    const { code } = run("apply");
    expect(note()?.creates).toMatchObject([{ values: { name: "g" } }]);
    end();
    await code;
    expect(note()).toBeUndefined();
  }
});

test.each([
  ["nothing of a question that nobody answered", ["apply"], "", undefined],
  ["a run that was approved", ["apply"], "yes\n", { ended: false }],
  ["a run that does not ask", ["apply", "-auto-approve"], "", { ended: false }],
])("where cdktf dies, %s stays noted", (_, args, answer, left) => {
  const { run } = terminals();
  const { terminal } = run(...args);
  if (answer) terminal.write(answer);
  const told = jest.spyOn(console, "error").mockImplementation(() => {});
  atExit.forEach((listener) => listener());
  if (left) expect(note()).toMatchObject(left);
  else expect(note()).toBeUndefined();
  expect(told).toHaveBeenCalledTimes(left ? 1 : 0);
});

test("Ctrl-C at the question ends cdktf, and none after the answer", () => {
  const keys = Object.assign(new EventEmitter(), { isTTY: true });
  const ended = jest.spyOn(process, "exit").mockImplementation();
  const told = jest.spyOn(process.stderr, "write").mockReturnValue(true);
  const { run } = terminals(keys as unknown as NodeJS.ReadStream);
  const { terminal } = run("apply");
  keys.emit("data", "\x1b[B");
  expect(ended).not.toHaveBeenCalled();
  keys.emit("data", "\x03");
  expect(ended).toHaveBeenCalledWith(130);
  expect(told.mock.calls.join()).toContain("the deploy of n8n was not begun");
  terminal.write("yes\n");
  expect(keys.listenerCount("data")).toBe(0);
});

const cut = {
  stack: "n8n",
  command: "deploy" as const,
  began: "2026-11-27T20:00:00.000Z",
  ended: false,
  processes: [],
  creates: [],
  existing: { tunnel_dns_record: ["one"] },
  orphans: [],
};

test("a run that ends well leaves the note of one that was cut off before", async () => {
  writeNote(cut, { ACCESS_STATE_DIR: folder });
  const { exit, run } = terminals();
  const { code } = run("apply");
  exit(0);
  await code;
  const { began, existing } = cut;
  expect(note()).toMatchObject({ began, existing, completed: true });
});

test("a run that is refused at its plan is not called one that never ended", async () => {
  writeNote(cut, { ACCESS_STATE_DIR: folder });
  const { exit, run } = terminals();
  const { code } = run("destroy", "-auto-approve");
  exit(1);
  await code;
  expect(note()).toEqual(cut);
  const told = jest.spyOn(console, "error").mockImplementation(() => {});
  atExit.forEach((listener) => listener());
  expect(told.mock.calls.join()).toBe(
    `This destroy of n8n has changed nothing; an earlier run is still open. A deploy of n8n that began at ${cut.began} never ended. Run: npm run deploy -- n8n`,
  );
});

test("after Ctrl-C no further Terraform is started, and cdktf fails", () => {
  const { run, started } = terminals();
  const { terminal } = run("destroy");
  terminal.write("\x03");
  expect(() => run("init")).toThrow("terraform init was not started");
  expect(started).toHaveLength(1);
  jest.spyOn(console, "error").mockImplementation(() => {});
  const before = process.exitCode;
  atExit.forEach((listener) => listener());
  expect(process.exitCode).toBe(130);
  process.exitCode = before;
});

test("stopping what has ended interrupts nothing", async () => {
  const { exit, run, started } = terminals();
  const { code, terminal } = run("apply");
  exit(0);
  await code;
  terminal.write("\x03");
  run("init");
  expect(started).toHaveLength(2);
});

test("Terraform does not die with its terminal", () => {
  const { run, started } = terminals();
  run("destroy", "-auto-approve");
  run("init");
  expect(started).toEqual([
    `sh -c trap "" HUP; export ACCESS_STACKS_DESTROY_RUN=1; exec "$@" sh terraform destroy -auto-approve`,
    "terraform init",
  ]);
});
