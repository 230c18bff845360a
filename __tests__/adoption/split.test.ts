import type { NamedAccount } from "../../account/named-account";
import { notFromHere } from "../../adoption/split-guard";
import type { PlannedService } from "../../doctor/planned";
import type { Account } from "../../local/account";
import { differences } from "../../rehearsal/account-diff";
import { accountWith, APP, AUD, HOST } from "../by-hand/accounts";
import { atLength } from "../at-length";
import { CHAT, N8N, Site, threeHosts } from "./split-site";

let site: Site;
afterEach(() => site.close());

const WRITES = [
  "POST access/apps",
  "PUT cfd_tunnel/0d5e2f1c-5e21-4c3b-9a70-da7ac2e57a11/configurations",
  expect.stringMatching(/^PUT access\/apps\//) as unknown,
  `PUT access/apps/${APP}`,
];

function ownOf(account: Account) {
  const own = [...account.applications.values()].filter(({ domain }) =>
    domain?.startsWith(`${HOST}/`),
  );
  expect(own).toHaveLength(1);
  return own[0]!;
}

/** The host has an application of its own, and all else is as it was. */
function expectSplit(before: ReturnType<Account["snapshot"]>): void {
  const { account, rules } = site;
  const own = ownOf(account);
  const old = account.applications.get(APP)!;
  expect(own).toMatchObject({
    ...{ name: HOST, domain: `${HOST}/*` },
    destinations: [{ type: "public", uri: `${HOST}/*` }],
    allowed_idps: old.allowed_idps,
    policies: old.policies,
  });
  expect(old).toMatchObject({
    ...{ aud: AUD, domain: N8N },
    destinations: [N8N, CHAT].map((uri) => ({ type: "public", uri })),
  });
  const rule = rules.find(({ hostname }) => hostname === HOST);
  expect(rule?.originRequest).toMatchObject({
    httpHostHeader: HOST,
    access: { required: true, audTag: [AUD, own.aud] },
  });
  const changed = differences(before, account.snapshot())
    .filter(({ path }) => !path.includes(own.id))
    .map(({ path }) => path.replace(/\.\d+$/, ""));
  expect([...new Set(changed)].sort()).toEqual([
    `applications.${APP}.destinations`,
    `applications.${APP}.destinations.0.uri`,
    `applications.${APP}.destinations.1.uri`,
    `applications.${APP}.domain`,
    "tunnels.0d5e2f1c-5e21-4c3b-9a70-da7ac2e57a11.configuration.config.ingress.2.originRequest.access.audTag",
  ]);
}

test("three hosts of one application: in four writes, each open to nobody and to the token", async () => {
  site = await Site.open(accountWith(threeHosts));
  const before = site.account.snapshot();
  await site.ask("nothing");
  const own = await site.split();
  expect(site.faults).toEqual([]);
  expect(site.writes).toEqual(WRITES);
  expect(own["id"]).toBe(ownOf(site.account).id);
  expectSplit(before);
  expect(site.warned).toEqual([]);
  // Once more, there is nothing to do.
  expect(await site.split()).toEqual(own);
  expect(site.writes).toHaveLength(4);
});

const CUTS = WRITES.flatMap((_, at) =>
  (["before", "after"] as const).map((effect) => ({ at: at + 1, effect })),
);

/** Cut off at every write, before and after its effect, and run again. */
async function cutEverywhere(hosts?: readonly string[]): Promise<void> {
  for (const { at, effect } of CUTS) {
    site = await Site.open(accountWith(threeHosts), { hosts });
    const before = site.account.snapshot();
    await site.cut(at, effect);
    const found = await site.plan();
    // The account itself says how far it is.
    const left = WRITES.length - (effect === "after" ? at : at - 1);
    expect({
      ...{ at, effect },
      left: "split" in found ? found.split.steps.length : 0,
    }).toEqual({ at, effect, left });
    await site.split();
    expect(site.faults).toEqual([]);
    expectSplit(before);
    if (at < WRITES.length || effect === "before") await site.close();
  }
}

test("cut off at any write, it goes on from there: one application, and the same in the end", () =>
  cutEverywhere([]));

atLength("cut off at any write, it is open to nobody and to the token", () =>
  cutEverywhere(),
);

/** What the connectors say of the rules that they go by. */
function connectorsSay(version: number | undefined): void {
  site.cloudflare.api.onCall({
    after: async ({ path }, answer) => {
      if (!path.endsWith("/connections")) return;
      const body = (await answer.json()) as { result: object[] };
      const result = body.result.map((one) => ({
        ...one,
        config_version: version,
      }));
      return Response.json({ ...body, result });
    },
  });
}

test("stops before the new application decides while connectors go by older rules", async () => {
  site = await Site.open(accountWith(threeHosts), { hosts: [] });
  connectorsSay(1);
  await expect(site.split()).rejects.toThrow(
    /^1 of 1 connectors of the tunnel go by version 1 of its rules, and not by 15/,
  );
  expect(site.writes).toEqual(WRITES.slice(0, 2));
});

test("gives connectors that name no version the longest time", async () => {
  site = await Site.open(accountWith(threeHosts), { hosts: [] });
  connectorsSay(undefined);
  await site.split();
  expect(site.writes).toEqual(WRITES);
  expect(site.said).toContain(
    "waiting 60 s, as 1 of 1 connectors do not say which rules they go by",
  );
  expect(site.waited.reduce((sum, ms) => sum + ms, 0)).toBe(95_000);
});

/** What the guard says of a service that is deployed. */
async function refusedDeployed(): Promise<string[]> {
  const application = { id: "own", name: "comfyui", domain: HOST };
  return notFromHere(
    {
      name: "comfyui",
      hostname: HOST,
      applications: [application],
      routes: [],
    } as unknown as PlannedService,
    {} as NamedAccount,
    await site.seen(),
    site.tools(),
    await site.plan(),
  );
}

test("refuses a deployed service without sending anybody to a destroy, which can open the host", async () => {
  site = await Site.open(accountWith(threeHosts), { hosts: [] });
  const why = await refusedDeployed();
  expect(why[0]).toMatch(/^comfyui is deployed: /);
  expect(why.join()).not.toContain("destroy");
});

test("takes the host out of the old application also once the new one is taken over", async () => {
  site = await Site.open(accountWith(threeHosts));
  await site.cut(WRITES.length, "before");
  const own = ownOf(site.account);
  const previous = (await site.seen()).applications.find(
    ({ id }) => id === own.id,
  );
  own.policies = [...own.policies!].reverse();
  const deployed = structuredClone(own);
  expect(await refusedDeployed()).toHaveLength(2);
  site.taken = { app_id: own.id, previous: JSON.stringify(previous) };
  expect(await refusedDeployed()).toEqual([]);
  const writes = site.writes.length;
  await site.split();
  expect(site.writes.slice(writes)).toEqual([`PUT access/apps/${APP}`]);
  expect(ownOf(site.account)).toEqual(deployed);
  expect(site.account.applications.get(APP)!.destinations).toEqual(
    [N8N, CHAT].map((uri) => ({ type: "public", uri })),
  );
  expect(site.faults).toEqual([]);
});
