import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { DROP, type ApiCall } from "../../../local/api/calls";
import { openCloud, type Cloud } from "./cloud";
import { Workspace } from "./workspace";

const HOST = "comfyui.datacrew.space";
const ROUTE = {
  hostname: HOST,
  origin_request: {
    access: { required: true, team_name: "datacrew", aud_tag: ["aud"] },
  },
};

let cloud: Cloud;
let workspace: Workspace;
let before: string;
beforeAll(async () => {
  cloud = await openCloud();
  workspace = await Workspace.open(cloud);
  before = config();
});
afterAll(async () => {
  workspace.remove();
  await cloud.close();
});

const config = () => JSON.stringify(cloud.tunnel.configuration.config);
const rules = () => cloud.rules().filter((rule) => rule.hostname === HOST);

const VICTIMS = ["the provider", "Terraform", "both"] as const;
const MOMENTS = ["before", "after"] as const;

/** Runs Terraform and kills it at its write; ends when all of it has ended. */
async function killAtWrite(
  args: string[],
  victim: (typeof VICTIMS)[number],
  moment: (typeof MOMENTS)[number],
): Promise<void> {
  const terraform = workspace.start(...args, "-auto-approve");
  terraform.stdout?.resume();
  terraform.stderr?.resume();
  const ended = once(terraform, "close");
  let providers: number[] = [];
  const stop = cloud.api.onCall({
    [moment]: ({ method }: ApiCall) => {
      // A provider whose Terraform is gone may try once more before it ends.
      if (method !== "PUT" || providers.length > 0) return undefined;
      providers = childrenOf(terraform.pid!);
      if (victim !== "Terraform")
        for (const pid of providers) process.kill(pid, "SIGKILL");
      if (victim !== "the provider") process.kill(terraform.pid!, "SIGKILL");
      return DROP;
    },
  });
  await ended;
  while (providers.some(isRunning)) await delay(100);
  stop();
  expect(providers).toHaveLength(1);
}

function childrenOf(pid: number): number[] {
  const list = execFileSync("ps", ["-o", "pid=", "--ppid", String(pid)]);
  return String(list).trim().split(/\s+/).map(Number);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe.each(VICTIMS)("%s killed", (victim) => {
  describe.each(MOMENTS)("%s the write has its effect:", (moment) => {
    test("a create ends as wished when run again", async () => {
      workspace.write({ it: ROUTE });
      await killAtWrite(["apply"], victim, moment);

      expect((await workspace.apply()).code).toBe(0);

      expect(rules()).toHaveLength(1);
      expect(rules()[0]?.originRequest).toHaveProperty("access");
      expect((await workspace.plan()).code).toBe(0);
    });

    test("so does an update", async () => {
      workspace.write({ it: { ...ROUTE, service: "http://caddy:81" } });
      await killAtWrite(["apply"], victim, moment);

      expect((await workspace.apply()).code).toBe(0);

      expect(rules()).toMatchObject([{ service: "http://caddy:81" }]);
      expect((await workspace.plan()).code).toBe(0);
    });

    test("a destroy puts back what stood there before the first run", async () => {
      await killAtWrite(["destroy"], victim, moment);

      expect((await workspace.destroy()).code).toBe(0);

      expect(config()).toBe(before);
    });
  });
});

test("what the dead have left behind is gone after the next run", async () => {
  workspace.write({ it: ROUTE });
  await workspace.apply();
  await workspace.destroy();
  expect(config()).toBe(before);
  for (const folder of ["locks", "journal"])
    expect(readdirSync(join(workspace.directory, folder))).toEqual([]);
});
