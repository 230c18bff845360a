import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processesOf, until } from "../rehearsal/processes";
import { TIMEOUT, World } from "./world";

jest.setTimeout(TIMEOUT);

const PROJECT = resolve(__dirname, "../..");

let world: World;
beforeEach(async () => (world = await World.open("guide")));
afterEach(() => world.close());

/** Holds the answer to the first call that fits, after it took effect. */
function hold(fits: RegExp): { reached: Promise<void>; release: () => void } {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const reached = new Promise<void>((resolve) => {
    const stop = world.api.onCall({
      async after({ method, path }) {
        if (!fits.test(`${method} ${path}`)) return;
        stop();
        resolve();
        await released;
      },
    });
  });
  return { reached, release };
}

/** `npm run deploy -- comfyui`, in a process group as a shell makes it. */
function startDeploy(): {
  child: ChildProcess;
  printed: () => string;
  ended: Promise<number | null>;
} {
  const child = spawn(
    process.execPath,
    [
      ...["--require", "./typescript.js", "scripts/deploy.ts", "comfyui"],
      ...["--auto-approve", "--terraform"],
    ],
    {
      cwd: PROJECT,
      env: world.env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data) => (output += String(data)));
  return {
    child,
    printed: () => output,
    ended: once(child, "close").then(([code]) => code as number | null),
  };
}

const ctrlC = (child: ChildProcess) => process.kill(-child.pid!, "SIGINT");

/** Those of this world, but for the provider that the test itself runs. */
const processes = () => processesOf(world.workspace.dir);

const applications = () =>
  [...world.account.applications.values()].filter(
    ({ domain }) => domain === "comfyui.datacrew.space",
  ).length;

test.each<[string, RegExp, object[]]>([
  // Cloudflare's provider drops a call that is under way.
  ["application", /^POST .*\/access\/apps$/, [{ kind: "application" }]],
  ["route", /^PUT .*\/configurations$/, []],
])(
  "Ctrl-C lets Terraform end by itself, while it makes the %s",
  async (_, fits, leftovers) => {
    const { reached, release } = hold(fits);
    const { child, ended, printed } = startDeploy();
    await reached;
    ctrlC(child);
    // It arrives twice, from the terminal and from npm.
    process.kill(child.pid!, "SIGINT");
    await until(() => /Gracefully shutting down/.test(printed()));
    release();
    expect(await ended).toBe(130);
    expect(printed()).toMatch(/Stopping: Terraform is finishing/);
    // Its last words: it was not killed.
    expect(printed()).toMatch(/Error: (execution halted|.*context canceled)/);
    expect(printed().trimEnd().split("\n").at(-1)).toBe("Interrupted.");
    expect(processes()).toEqual([]);

    expect(await world.adopt()).toMatchObject(leftovers);
    // The record is there already, and comes after the route.
    expect(await world.deploy()).toMatchObject({ comfyui: "deployed" });
    expect(applications()).toBe(1);
  },
);

test("Ctrl-C again ends all at once, and a further deploy goes on from there", async () => {
  const { reached, release } = hold(/^PUT .*\/configurations$/);
  const { child, ended, printed } = startDeploy();
  await reached;
  ctrlC(child);
  await until(() => /Gracefully shutting down/.test(printed()));
  await sleep(1500); // sooner it would be the same Ctrl-C
  ctrlC(child);
  expect(await ended).toBe(130);
  expect(printed()).not.toMatch(/execution halted/);
  expect(processes()).toEqual([]);
  release();

  expect(await world.adopt()).toEqual([]);
  expect(await world.deploy()).toMatchObject({ comfyui: "deployed" });
});
