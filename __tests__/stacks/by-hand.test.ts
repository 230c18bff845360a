import { openPathPattern } from "../../ingress/open-path";
import type { IngressRule } from "../../local/account-objects";
import { differences } from "../../rehearsal/account-diff";
import type { Config } from "./app";
import { faults } from "./faults";
import { TIMEOUT, World } from "./world";

jest.setTimeout(TIMEOUT);

const HOST = "comfyui.datacrew.space";
const URL = `https://${HOST}/`;
const WATCH = { urls: [URL, `${URL}webhookx`] };
const CONFIG: Config = {
  services: {
    comfyui: {
      service: "comfyui",
      hostname: HOST,
      openPaths: ["/webhook"],
      tokens: [{ name: "api" }],
    },
  },
};

let world: World;
beforeAll(async () => {
  world = await World.open("empty");
  await world.deploy(CONFIG, WATCH);
});
afterAll(() => world.close());

afterEach(async () => {
  expect(await world.machine("api").reach(URL)).toBeDefined();
  expect(await world.stranger().reach(`${URL}webhook/x`)).toBeDefined();
});

/** Takes an object out of the account, as the dashboard would. */
function remove<T>(from: Map<string, T>, which: (object: T) => boolean): void {
  for (const [id, object] of from) if (which(object)) from.delete(id);
}

/** Edits the tunnel's rules, as the dashboard would. */
function editRules(change: (rules: IngressRule[]) => IngressRule[]): void {
  for (const { configuration } of world.account.tunnels.values()) {
    configuration.version++;
    configuration.config = {
      ...configuration.config,
      ingress: change(structuredClone(configuration.config?.ingress ?? [])),
    };
  }
}

const isService = ({ hostname, path }: IngressRule): boolean =>
  hostname === HOST && !path;

test("an application that was deleted comes back, and the route trusts the new one", async () => {
  remove(world.account.applications, ({ domain }) => domain === HOST);
  const done = await world.deploy(CONFIG, WATCH);
  expect(done.writes).toEqual([
    `create application ${HOST}`,
    `update route ${HOST}`,
  ]);
  expect(faults(done)).toEqual([]);
});

test("an application of an open path that was deleted comes back", async () => {
  remove(
    world.account.applications,
    ({ domain }) => domain === `${HOST}/webhook`,
  );
  const done = await world.deploy(CONFIG, WATCH);
  expect(done.writes).toEqual([
    `create application ${HOST}/webhook`,
    `update route ${HOST}`,
  ]);
  expect(faults(done)).toEqual([]);
});

test("a policy that was deleted with its token comes back", async () => {
  const { applications, policies, serviceTokens } = world.account;
  for (const application of applications.values())
    application.policies = application.policies.filter(
      ({ id }) => policies.get(id)?.name !== "api (service token)",
    );
  remove(policies, ({ name }) => name === "api (service token)");
  remove(serviceTokens, ({ name }) => name === "api");
  const done = await world.deploy(CONFIG, WATCH);
  expect(done.writes).toEqual([
    "create token api",
    "create policy api (service token)",
    `update application ${HOST}`,
  ]);
  expect(faults(done)).toEqual([]);
});

test("a route's rule that was deleted comes back", async () => {
  editRules((rules) => rules.filter((rule) => !isService(rule)));
  const done = await world.deploy(CONFIG, WATCH);
  expect(done.writes).toEqual([`create route ${HOST}`]);
  expect(faults(done)).toEqual([]);
});

test("a route's rule that lost its check gets it back", async () => {
  editRules((rules) =>
    rules.map((rule) =>
      isService(rule) ? { ...rule, originRequest: {} } : rule,
    ),
  );
  const done = await world.deploy(CONFIG, WATCH);
  expect(done.writes).toEqual([`protect route ${HOST}`]);
  expect(faults(done)).toEqual([]);
});

test("a rule of an open path that was deleted comes back", async () => {
  editRules((rules) => rules.filter(({ path }) => !path));
  const done = await world.deploy(CONFIG, WATCH);
  expect(done.writes).toEqual([
    `create route ${HOST} ${openPathPattern("/webhook")}`,
  ]);
  expect(faults(done)).toEqual([]);
});

test("a DNS record that was deleted comes back", async () => {
  remove(world.account.dnsRecords, ({ name }) => name === HOST);
  const done = await world.deploy(CONFIG, WATCH);
  expect(done.writes).toEqual([`create record ${HOST}`]);
  expect(faults(done)).toEqual([]);
});

test("all of it deleted is made again in the order that protects", async () => {
  const { applications, dnsRecords, policies, serviceTokens } = world.account;
  remove(applications, () => true);
  remove(policies, () => true);
  remove(serviceTokens, () => true);
  remove(dnsRecords, ({ name }) => name === HOST);
  editRules((rules) => rules.filter(({ hostname }) => !hostname));
  const done = await world.deploy(CONFIG, WATCH);
  expect(done.writes).toHaveLength(9);
  expect(faults(done)).toEqual([]);
});

test("an application of somebody else's on a path of a deployed host: the plan refuses a second, and nothing is written", async () => {
  const { account } = world;
  const before = account.snapshot();
  const [app] = account.applications.values();
  const uri = `${HOST}/extra`;
  const destinations = [{ type: "public", uri }];
  account.applications.set("theirs", {
    ...structuredClone(app!),
    ...{ id: "theirs", aud: "beef".repeat(16), name: "Theirs" },
    ...{ domain: uri, destinations },
  });
  const { comfyui } = CONFIG.services;
  const openPaths = [...comfyui!.openPaths!, "/extra"];
  const config = { services: { comfyui: { ...comfyui!, openPaths } } };
  await expect(world.deploy(config, WATCH)).rejects.toMatchObject({
    output: expect.stringMatching(
      /"Theirs"\s+\(theirs\)\s+is\s+for\s+\S+\/extra/,
    ) as unknown,
  });
  account.applications.delete("theirs");
  expect(differences(before, account.snapshot())).toEqual([]);
});
