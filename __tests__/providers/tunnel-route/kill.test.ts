import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Entry } from "../../../providers/tunnel-route/journal";
import { began } from "../../../base/process-start";
import { testWithSeeds } from "../../seeds";
import { openCloud, type Cloud } from "./cloud";
import { Gate, MOMENTS, type Moment } from "./gate";
import { Workspace } from "./workspace";

/** Every call of every command, each moment, each victim: takes ten minutes. */
const ALL = process.env["KILL"] === "all";

const VICTIMS = ["the provider", "Terraform", "all of them at once"] as const;
const COMMANDS = ["create", "update", "destroy"] as const;
type Command = (typeof COMMANDS)[number];

/**
 * Calls of each command: a plan looks at the tunnel and at its configuration, a
 * create does so again before it applies, then each reads, writes, reads back.
 */
const CALLS: { readonly [command in Command]: string[] } = {
  // It notes which applications decide so far.
  create: [...gets(6), "PUT", "GET"],
  update: [...gets(3), "PUT", "GET"],
  // Applications, policies and groups, thrice: who gets in then.
  destroy: [...gets(11), "PUT", "GET"],
};

function gets(count: number): string[] {
  return Array.from({ length: count }, () => "GET");
}

/** When a command is killed, and who is. */
interface Kill {
  /** From 1. */
  readonly call: number;
  readonly moment: Moment;
  readonly victim: (typeof VICTIMS)[number];
}
/** One life of a route; a command without a kill runs through. */
type Life = { readonly [command in Command]?: Kill };

const HOST = "comfyui.datacrew.space";
const ROUTE = {
  hostname: HOST,
  origin_request: {
    access: { required: true, team_name: "datacrew", aud_tag: ["aud"] },
  },
};
const CHANGED = { ...ROUTE, service: "http://caddy:81" };

let cloud: Cloud;
let gate: Gate;
let workspace: Workspace;
let before: string;
beforeAll(async () => {
  cloud = await openCloud();
  gate = await Gate.open(cloud.baseUrl);
  workspace = await Workspace.open({ ...cloud, baseUrl: gate.baseUrl });
  before = config();
});
afterAll(async () => {
  workspace.remove();
  await gate.close();
  await cloud.close();
});

const config = () => JSON.stringify(cloud.tunnel.configuration.config);
const rules = () => cloud.rules().filter((rule) => rule.hostname === HOST);
const others = (text: string) =>
  (JSON.parse(text) as { ingress: { hostname?: string }[] }).ingress.filter(
    (rule) => rule.hostname !== HOST,
  );

const arguments_ = (command: Command) => [
  command === "destroy" ? "destroy" : "apply",
  "-auto-approve",
];

/** Runs a command and kills it; ends when all of it has ended. */
async function runAndKill(command: Command, kill: Kill): Promise<void> {
  let providers: number[] = [];
  const terraform = workspace.start(...arguments_(command));
  terraform.stdout?.resume();
  terraform.stderr?.resume();
  const ended = once(terraform, "close");
  gate.arm({
    nth: kill.call,
    moment: kill.moment,
    aim() {
      providers = childrenOf(terraform.pid!);
      const victims = {
        "the provider": providers,
        Terraform: [terraform.pid!],
        // One signal to the whole group.
        "all of them at once": [-terraform.pid!],
      }[kill.victim];
      return () => victims.forEach((pid) => process.kill(pid, "SIGKILL"));
    },
  });
  await ended;
  while (providers.some((pid) => began(pid) !== "")) await delay(50);
  expect(gate.struck).toBe(true);
  gate.open();
}

function childrenOf(pid: number): number[] {
  const list = execFileSync("ps", ["-o", "pid=", "--ppid", String(pid)]);
  return String(list).trim().split(/\s+/).map(Number);
}

/** Runs a command to its end, killed once before where so wished. */
async function run(command: Command, kill: Kill | undefined): Promise<void> {
  if (kill) await runAndKill(command, kill);
  gate.open();
  const { code, text } = await workspace.run(...arguments_(command));
  if (code !== 0) throw new Error(text);
  if (!kill) expect(gate.calls).toEqual(CALLS[command]);
}

async function live(life: Life): Promise<void> {
  workspace.write({ it: ROUTE });
  await run("create", life.create);
  expect(rules()).toMatchObject([
    { service: "http://caddy:80", originRequest: { access: {} } },
  ]);
  workspace.write({ it: CHANGED });
  await run("update", life.update);
  expect(rules()).toMatchObject([{ service: "http://caddy:81" }]);
  expect(others(config())).toEqual(others(before));
  // What stood there before the first run is back, and nothing else is left.
  await run("destroy", life.destroy);
  expect(config()).toBe(before);
  expect((await workspace.run("state", "list")).text.trim()).toBe("");
  expect(readdirSync(join(workspace.directory, "locks"))).toEqual([]);
  // A destroy that was cut off after its write is not called again, so a note
  // that it had begun may stay, as may that of a plan: nothing that a later run
  // would take for a rule of ours that stands.
  for (const { id, leaving } of journal())
    expect(leaving === true || id.startsWith("plan of ")).toBe(true);
}

const journal = () =>
  readdirSync(workspace.journal).map(
    (name) =>
      JSON.parse(readFileSync(join(workspace.journal, name), "utf8")) as Entry,
  );

const say = ({ call, moment, victim }: Kill, command: Command) =>
  `${command}: ${victim} ${moment} the answer to call ${call}, ${CALLS[command][call - 1]}`;
const nameOf = (life: Life) =>
  COMMANDS.flatMap((command) => {
    const kill = life[command];
    return kill ? say(kill, command) : [];
  }).join("; ");

/** Every command's every call, with every moment and every victim. */
function allLives(): Life[] {
  return CALLS.destroy.flatMap((_, index) =>
    MOMENTS.flatMap((moment) =>
      VICTIMS.map((victim) => {
        const kill = { call: index + 1, moment, victim };
        return Object.fromEntries(
          COMMANDS.filter((command) => index < CALLS[command].length).map(
            (command) => [command, kill],
          ),
        );
      }),
    ),
  );
}

/**
 * Five lives, in which each call meets each moment, and each call, each moment
 * and each command meets each victim. Another seed pairs them otherwise.
 */
function someLives(seed: number): Life[] {
  const kills = new Map<Command, Kill[]>(COMMANDS.map((name) => [name, []]));
  for (const stage of [0, 1, 2, 3, 4])
    for (const [index, moment] of MOMENTS.entries()) {
      const command = COMMANDS[(stage + 2 * index + seed) % 3]!;
      const victim = VICTIMS[(stage + index + Math.floor(seed / 3)) % 3]!;
      kills
        .get(command)!
        .push({ call: callOf(command, stage, seed), moment, victim });
    }
  return [0, 1, 2, 3, 4].map((life) =>
    Object.fromEntries(
      COMMANDS.map((command) => [command, kills.get(command)![life]!]),
    ),
  );
}

/** A create has two looks at the tunnel, so its first stages have two calls. */
function callOf(command: Command, stage: number, seed: number): number {
  if (command !== "create") return stage + 1;
  return stage < 2 ? 2 * stage + 1 + (seed % 2) : stage + 3;
}

const NAME = "run again after a kill, ends as wished";

if (ALL)
  test.each(allLives().map((life): [string, Life] => [nameOf(life), life]))(
    `${NAME}: %s`,
    (_, life) => live(life),
  );
else
  testWithSeeds(
    NAME,
    0,
    async (seed) => {
      for (const life of someLives(seed))
        await live(life).catch((cause: unknown) => {
          throw new Error(nameOf(life), { cause });
        });
    },
    150_000,
  );

test("without a kill, a route lives and leaves nothing behind", async () => {
  await live({});
  expect(journal()).toEqual([]);
});
