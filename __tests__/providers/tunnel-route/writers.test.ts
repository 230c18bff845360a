import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCloud, type Cloud } from "./cloud";
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
