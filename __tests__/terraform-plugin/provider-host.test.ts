import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { installProvider } from "../../terraform-plugin/mirror";
import { withRunningProviders } from "../../terraform-plugin/provider-host";
import { isRunning, script, until } from "./launched";
import { ADDRESS, ENTRY, Workspace } from "./workspace";

interface Attached {
  readonly [address: string]: {
    readonly Pid: number;
    readonly Addr: { readonly String: string };
  };
}

const NONE = { Pid: NaN, Addr: { String: "" } };

const workspaces: Workspace[] = [];
afterEach(() => workspaces.splice(0).forEach((one) => one.remove()));

/** A folder as cdktf synthesizes a stack, initialized. */
async function stack(resource: object): Promise<Workspace> {
  const workspace = new Workspace();
  workspaces.push(workspace);
  const { directory } = workspace;
  const version = installProvider({
    address: ADDRESS,
    entry: ENTRY,
    stackDirectories: [directory],
  });
  writeFileSync(
    join(directory, "cdk.tf.json"),
    JSON.stringify({
      terraform: {
        required_providers: { sample: { source: ADDRESS, version } },
      },
      provider: { sample: { directory: "things" } },
      resource,
    }),
  );
  expect(await workspace.init()).toMatchObject({ code: 0 });
  return workspace;
}

const thing = (name: string) => ({ sample_thing: { it: { name } } });

/** Runs something with what Terraform is told of a stack's providers. */
function attachedTo<T>(
  { directory, env }: Workspace,
  work: (attached: Attached, env: NodeJS.ProcessEnv) => Promise<T>,
): Promise<T> {
  return withRunningProviders(directory, env, (env) =>
    work(JSON.parse(env["TF_REATTACH_PROVIDERS"] ?? "") as Attached, env),
  );
}

test("one process serves all stacks, each in its own folder", async () => {
  const stacks = [await stack(thing("a")), await stack(thing("b"))];
  const env = stacks[0]!.env;
  const pids = await Promise.all(
    stacks.map((one) =>
      attachedTo(Object.assign(one, { env }), async (attached, env) => {
        Object.assign(one, { env });
        expect(await one.apply()).toMatchObject({ code: 0 });
        return attached[ADDRESS]!.Pid;
      }),
    ),
  );
  const again = await attachedTo(Object.assign(stacks[0]!, { env }), (one) =>
    Promise.resolve(one[ADDRESS]!.Pid),
  );

  expect(new Set([...pids, again]).size).toBe(1);
  expect(stacks.map(({ things }) => readdirSync(things))).toEqual([
    ["a.json"],
    ["b.json"],
  ]);
});

test("a process that was killed is started again", async () => {
  const one = await stack(thing("a"));
  const pidOf = () =>
    attachedTo(one, async (attached) => attached[ADDRESS]!.Pid);
  const first = await pidOf();
  process.kill(first, "SIGKILL");
  await until(() => !isRunning(first));

  expect(await pidOf()).not.toBe(first);
});

test("ends some time after its last use, and never during one", async () => {
  const one = await stack(thing("a"));
  jest.useFakeTimers({
    doNotFake: ["nextTick", "setImmediate", "queueMicrotask", "performance"],
  });
  try {
    const pid = await attachedTo(one, async (attached) => {
      jest.advanceTimersByTime(600_000);
      return attached[ADDRESS]!.Pid;
    });
    expect(isRunning(pid)).toBe(true);
    jest.advanceTimersByTime(30_000);
    await until(() => !isRunning(pid));
  } finally {
    jest.useRealTimers();
  }
});

test("what is attached already stays, and a provider that can't start is left to Terraform", async () => {
  const one = await stack(thing("a"));
  one.env["TF_REATTACH_PROVIDERS"] = JSON.stringify({ [ADDRESS]: { Pid: 1 } });
  expect(await attachedTo(one, async (attached) => attached)).toEqual({
    [ADDRESS]: { Pid: 1 },
  });

  one.env["TF_REATTACH_PROVIDERS"] = "";
  writeFileSync(join(dirname(script(one)), "provider.js"), "process.exit(3)");
  expect(await attachedTo(one, async (attached) => attached)).toEqual({});
});

describe("a command that applies", () => {
  const start = async (one: Workspace) => {
    const command = fork(resolve(__dirname, "hosting.ts"), [one.directory], {
      execArgv: ["--require", resolve(__dirname, "../../typescript.js")],
      env: one.env,
    });
    const closed = once(command, "exit");
    const [told] = (await once(command, "message")) as [
      { terraform: number; attached: string },
    ];
    const attached = JSON.parse(told.attached) as Attached;
    const { Addr, Pid } = attached[ADDRESS] ?? NONE;
    return { ...told, command, closed, host: Pid, socket: Addr.String };
  };

  test("ends its providers with itself", async () => {
    const { closed, host, socket } = await start(await stack(thing("a")));
    await closed;
    await until(() => !isRunning(host));

    expect(existsSync(dirname(socket))).toBe(false);
  });

  test("does without, where no socket can be", async () => {
    const one = await stack(thing("a"));
    const long = join(one.directory, "long".repeat(30));
    mkdirSync(long);
    one.env["TMPDIR"] = long;
    const { closed, host } = await start(one);
    await closed;

    expect(host).toBe(NaN);
    expect(readdirSync(one.things)).toEqual(["a.json"]);
  });

  test("leaves them to a Terraform that outlives it", async () => {
    const elsewhere = new Workspace();
    workspaces.push(elsewhere);
    const started = join(elsewhere.directory, "started");
    const one = await stack({ sample_wait: { it: { started_file: started } } });
    const { command, host, socket, terraform } = await start(one);
    await until(() => existsSync(started));
    command.kill("SIGKILL");
    await new Promise((done) => setTimeout(done, 2500));
    expect(isRunning(host)).toBe(true);
    process.kill(terraform, "SIGINT");
    await until(() => !isRunning(terraform));
    await until(() => !isRunning(host));

    expect(existsSync(dirname(socket))).toBe(false);
  });
});
