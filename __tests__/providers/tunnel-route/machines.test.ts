import { setTimeout as delay } from "node:timers/promises";
import type { IngressRule } from "../../../ingress/rule";
import { TunnelApi } from "../../../providers/tunnel-route/api";
import { ApiCalls } from "../../../providers/tunnel-route/api-calls";
import { rulesOf, withRules } from "../../../providers/tunnel-route/document";
import { testWithSeeds } from "../../seeds";
import { DEPLOY_TOKEN, openCloud, type Cloud } from "./cloud";
import { randomNumbers } from "./random-numbers";
import { Workspace } from "./workspace";

const MACHINES = 4;
const ROUTES = 25;

/** A write of a machine that took rules away which it had not read. */
interface Overwriting {
  readonly machine: number;
  /** The version that it wrote. */
  readonly version: number;
}

/** What Cloudflare answers to a write. */
interface Written {
  readonly result: {
    readonly version: number;
    readonly config: { readonly ingress: readonly IngressRule[] };
  };
}

let cloud: Cloud;
let doors: Cloud[];
let workspaces: Workspace[];
let overwritings: Overwriting[];
let random: () => number;
beforeEach(async () => {
  cloud = await openCloud();
  [doors, workspaces, overwritings] = [[], [], []];
  for (let machine = 0; machine < MACHINES; machine += 1) {
    const door = await cloud.openDoor();
    doors.push(door);
    watch(door, machine);
    workspaces.push(await Workspace.open(door));
  }
});
afterEach(async () => {
  for (const workspace of workspaces) workspace.remove();
  await cloud.close();
});

/** Answers take a moment, as over a network; what a write takes away is noted. */
function watch(door: Cloud, machine: number): void {
  let before: (string | null | undefined)[] = [];
  const hosts = () => cloud.rules().map((rule) => rule.hostname);
  door.api.onCall({ before: () => delay(5 + random() * 20) });
  door.api.onCall({
    before: () => void (before = hosts()),
    async after({ method }, answer) {
      if (method === "PUT") {
        const { result } = (await answer.clone().json()) as Written;
        const now = new Set(result.config.ingress.map((r) => r.hostname));
        if (before.some((host) => !now.has(host)))
          overwritings.push({ machine, version: result.version });
      }
      await delay(5 + random() * 20);
    },
  });
}

const hostsOf = (machine: number) =>
  Array.from({ length: ROUTES }, (_, n) => `w${machine}-${n}.datacrew.space`);

/** Routes of a machine that are not on the tunnel. */
function missing(machine: number): string[] {
  const there = new Set(cloud.rules().map((rule) => rule.hostname));
  return hostsOf(machine).filter((hostname) => !there.has(hostname));
}

const theirs = () =>
  cloud.rules().filter((rule) => !/^w\d/.test(rule.hostname ?? ""));
const all = Array.from({ length: MACHINES }, (_, machine) => machine);

testWithSeeds(
  `${MACHINES} machines with ${ROUTES} routes each and no lock between them: nothing is lost in silence`,
  1,
  async (seed) => {
    random = randomNumbers(seed);
    const before = theirs();
    for (const [machine, workspace] of workspaces.entries())
      workspace.write(
        Object.fromEntries(
          hostsOf(machine).map((hostname, n) => [`r${n}`, { hostname }]),
        ),
      );

    const applied = await Promise.all(workspaces.map((w) => w.apply()));

    // Whoever took another's rules away says so, with the version that did.
    for (const { machine, version } of overwritings)
      expect(applied[machine]!.text).toContain(`became ${version})`);
    // What is missing is seen by its owner's next plan.
    const lost = all.map(missing);
    for (const [machine, hosts] of lost.entries()) {
      const { code, text } = await workspaces[machine]!.plan();
      expect(code).toBe(hosts.length > 0 ? 2 : 0);
      for (const hostname of hosts) expect(text).toContain(`"${hostname}"`);
    }
    const repairs = [];
    for (const workspace of workspaces) repairs.push(await workspace.apply());
    expect(repairs.map(({ code }) => code)).toEqual(all.map(() => 0));
    expect(all.flatMap(missing)).toEqual([]);
    expect(theirs()).toEqual(before);
    for (const workspace of workspaces)
      expect((await workspace.plan()).code).toBe(0);

    const told = applied.map(({ text }) => text).join();
    const ours = lost.flat().length;
    const overwrote = overwritings.length;
    const naive = await readMergeWrite();
    const wished = MACHINES * ROUTES;
    console.log(
      [
        `${MACHINES} machines with ${ROUTES} routes each on one tunnel, no lock between them, seed ${seed}`,
        "| | routes lost | of them noticed | of them repaired |",
        "| --- | --- | --- | --- |",
        `| tunnel_route | ${ours} of ${wished} | ${ours}, by the next plan | ${ours}, by the next apply |`,
        `| naive read-merge-write | ${naive} of ${wished} | 0 | 0 |`,
        `tunnel_route also wrote ${count(told, /overwrote our change/g)} times again at once, as its rule was gone when read back;`,
        `${count(told, /change is lost/g)} edits of others were noticed by the version and reported, ${overwrote} of which took rules away`,
      ].join("\n"),
    );
  },
  240_000,
);

/** What other tools do; how many of the routes are not there in the end. */
async function readMergeWrite(): Promise<number> {
  const tunnel = { accountId: cloud.account.id, tunnelId: cloud.tunnelId };
  cloud.write((config) => {
    config.ingress = theirs() as typeof config.ingress;
  });
  const add = async (api: TunnelApi, rule: IngressRule) => {
    const { config = null } = (await api.getConfiguration(tunnel)) ?? {};
    const rules = rulesOf(config).toSpliced(-1, 0, rule);
    await api.putConfiguration(tunnel, withRules(config, rules));
  };
  // Terraform does ten things at a time.
  const machine = async ({ baseUrl }: Cloud, hosts: string[]) => {
    const api = new TunnelApi(
      new ApiCalls({ baseUrl, apiToken: DEPLOY_TOKEN }),
    );
    const worker = async () => {
      for (let host; (host = hosts.shift());)
        await add(api, { hostname: host, service: "http://caddy:80" });
    };
    await Promise.all(Array.from({ length: 10 }, worker));
  };
  await Promise.all(doors.map((door, n) => machine(door, hostsOf(n))));
  return all.flatMap(missing).length;
}

const count = (text: string, pattern: RegExp) =>
  text.match(pattern)?.length ?? 0;
