import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { IngressRule } from "../../../ingress/rule";
import { TunnelApi } from "../../../providers/tunnel-route/api";
import { rulesOf, withRules } from "../../../providers/tunnel-route/document";
import { DEPLOY_TOKEN, openCloud, type Cloud } from "./cloud";
import { Workspace } from "./workspace";

let cloud: Cloud;
let locks: string;
const workspaces: Workspace[] = [];
beforeEach(async () => {
  cloud = await openCloud();
  locks = mkdtempSync(join(tmpdir(), "tunnel-route-locks-"));
});
afterEach(async () => {
  for (const workspace of workspaces.splice(0)) workspace.remove();
  rmSync(locks, { recursive: true });
  await cloud.close();
});

/** Folders of which each has some routes of its own. */
async function open(
  count: number,
  routes: number,
  shared?: string,
): Promise<Workspace[]> {
  for (let n = 0; n < count; n += 1) {
    const workspace = await Workspace.open(cloud, shared);
    workspaces.push(workspace);
    workspace.write(
      Object.fromEntries(
        hostsOf(n, routes).map((hostname, index) => [
          `r${index}`,
          { hostname },
        ]),
      ),
    );
  }
  return workspaces;
}

const hostsOf = (writer: number, routes: number) =>
  Array.from({ length: routes }, (_, n) => `w${writer}-${n}.datacrew.space`);

const missing = (writers: number, routes: number) => {
  const there = new Set(cloud.rules().map((rule) => rule.hostname));
  return Array.from({ length: writers }, (_, n) => hostsOf(n, routes))
    .flat()
    .filter((hostname) => !there.has(hostname));
};

const theirs = () =>
  cloud.rules().filter((rule) => !/^w\d/.test(rule.hostname ?? ""));

/** Answers take a moment, as over a network. */
function addLatency(): void {
  cloud.api.onCall({ before: () => delay(5 + Math.random() * 20) });
}

test("4 processes with 25 routes each, started together, lose nothing", async () => {
  const before = theirs();
  const all = await open(4, 25, locks);

  const applied = await Promise.all(all.map((w) => w.apply("-parallelism=25")));

  expect(applied.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  expect(missing(4, 25)).toEqual([]);
  expect(theirs()).toEqual(before);
  expect(applied.map(({ text }) => text).join()).not.toMatch(/else changed/);
  expect(cloud.tunnel.configuration.version).toBe(14 + 100);
  for (const workspace of all) expect((await workspace.plan()).code).toBe(0);
}, 180_000);

test("two machines, with locks of their own: what was lost is noticed, and repaired", async () => {
  addLatency();
  const before = theirs();
  const [writers, routes] = [2, 20];
  const all = await open(writers, routes);

  const applied = await Promise.all(all.map((w) => w.apply()));
  const lost = missing(writers, routes);
  const told = applied.map(({ text }) => text).join();
  const plans = [];
  for (const workspace of all) plans.push(await workspace.plan());
  for (const workspace of all) await workspace.apply();

  expect(missing(writers, routes)).toEqual([]);
  expect(theirs()).toEqual(before);
  for (const workspace of all) expect((await workspace.plan()).code).toBe(0);
  // What is missing after the first apply is seen by the next plan.
  const planned = plans.map(({ text }) => text).join();
  for (const hostname of lost) expect(planned).toContain(`"${hostname}"`);

  const naive = await readMergeWrite(writers, routes);
  console.log(
    [
      `${writers} machines with ${routes} routes each, on one tunnel:`,
      `naive read-merge-write: ${naive} of ${writers * routes} lost, none noticed`,
      `tunnel_route: ${lost.length} lost after the first apply, all seen by the next plan and put back;`,
      `${count(told, /and their change is lost/g)} overwritten edits reported by version,`,
      `${count(told, /undid our change/g)} own losses seen at once and written again`,
    ].join("\n"),
  );
  expect(naive).toBeGreaterThan(lost.length);
}, 180_000);

/** What other tools do; how many of the routes are not there in the end. */
async function readMergeWrite(writers: number, routes: number) {
  const api = new TunnelApi({ baseUrl: cloud.baseUrl, apiToken: DEPLOY_TOKEN });
  const tunnel = { accountId: cloud.account.id, tunnelId: cloud.tunnelId };
  cloud.write((config) => {
    config.ingress = theirs() as typeof config.ingress;
  });
  const add = async (rule: IngressRule) => {
    const { config = null } = (await api.getConfiguration(tunnel)) ?? {};
    const rules = rulesOf(config).toSpliced(-1, 0, rule);
    await api.putConfiguration(tunnel, withRules(config, rules));
  };
  // Terraform does ten things at a time.
  const machine = async (hosts: string[]) => {
    const queue = [...hosts];
    const worker = async () => {
      for (let host; (host = queue.shift());)
        await add({ hostname: host, service: "http://caddy:80" });
    };
    await Promise.all(Array.from({ length: 10 }, worker));
  };
  const all = Array.from({ length: writers }, (_, n) => hostsOf(n, routes));
  await Promise.all(all.map(machine));
  return missing(writers, routes).length;
}

const count = (text: string, pattern: RegExp) =>
  text.match(pattern)?.length ?? 0;
