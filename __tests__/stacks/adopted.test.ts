import { differences } from "../../rehearsal/account-diff";
import type { Config, ServiceConfig } from "./app";
import { faults } from "./faults";
import { TIMEOUT, World } from "./world";

jest.setTimeout(TIMEOUT);

const ADA = "ada@datacrew.space";
const COMFYUI = "comfyui.datacrew.space";
const CHAT = "chat.datacrew.space";
const N8N = "n8n.datacrew.space";

const comfyui: ServiceConfig = {
  service: "comfyui",
  hostname: COMFYUI,
  dnsRecord: "existing",
  allowedEmails: [ADA],
};
const n8n: ServiceConfig = {
  service: "n8n",
  hostname: N8N,
  serviceUrl: "http://n8n:5678",
  dnsRecord: "existing",
  allowedEmails: [ADA],
};

const url = (host: string) => `https://${host}/`;

let world: World;
let before: unknown;
beforeAll(async () => {
  world = await World.open("guide");
  before = world.account.snapshot();
});
afterAll(() => world.close());

function rules() {
  const [tunnel] = world.account.tunnels.values();
  return tunnel?.configuration.config?.ingress ?? [];
}

/** The rules of the hosts that no stack is for. */
function foreign(...ours: string[]) {
  return rules().filter(
    ({ hostname, path }) => path || !ours.includes(hostname ?? ""),
  );
}

test("a second service beside the first leaves every other rule where it was", async () => {
  const others = foreign(COMFYUI, N8N);
  const config: Config = { services: { comfyui, n8n } };
  const hosts = rules().map(({ hostname }) => hostname);
  const done = await world.deploy(config, {
    urls: [url(COMFYUI), url(N8N), `${url(N8N)}webhook/x`],
  });
  expect(
    faults(done, {
      [url(COMFYUI)]: { until: `create application ${COMFYUI}` },
      [url(N8N)]: { until: `create application ${N8N}` },
      [`${url(N8N)}webhook/x`]: { until: `create application ${N8N}` },
    }),
  ).toEqual([]);
  expect(foreign(COMFYUI, N8N)).toEqual(others);
  expect(rules().map(({ hostname }) => hostname)).toEqual(hosts);
});

test("a service that is taken out of the code stays protected until it is destroyed", async () => {
  const done = await world.deploy(
    { services: { comfyui } },
    { urls: [COMFYUI, N8N].map(url) },
  );
  expect(done.writes).toEqual([]);
  expect(faults(done)).toEqual([]);
});

test("the second service goes alone, and its rule is back", async () => {
  const done = await world.destroy(
    { services: { comfyui, n8n } },
    { urls: [COMFYUI, N8N].map(url) },
    "n8n",
  );
  expect(
    faults(done, { [url(N8N)]: { from: `delete application ${N8N}` } }),
  ).toEqual([]);
  expect(done.plan).toMatch(`The destroy restores: ${N8N}`);
  const next = await world.deploy(
    { services: { comfyui } },
    { urls: [url(COMFYUI)] },
  );
  expect(next.writes).toEqual([]);
});

test("another host: the new one is taken over, the old one given back, and the plan warns of both", async () => {
  const done = await world.deploy(
    { services: { comfyui: { ...comfyui, hostname: CHAT } } },
    { urls: [COMFYUI, CHAT].map(url) },
  );
  expect(done.plan).toMatch(`The rule from before the first deploy: ${CHAT}`);
  expect(done.plan).toMatch(`The destroy restores: ${COMFYUI}`);
  expect(
    faults(done, {
      [url(CHAT)]: { until: `create application ${CHAT}` },
      [url(COMFYUI)]: { from: `delete application ${COMFYUI}` },
    }),
  ).toEqual([]);
  expect(await world.person(ADA).reach(url(CHAT))).toBeDefined();
});

test("a rule edited by hand is as configured again, and the one before is still remembered", async () => {
  for (const rule of rules())
    if (rule.hostname === CHAT) rule.service = "http://caddy:8080";
  const done = await world.deploy(
    { services: { comfyui: { ...comfyui, hostname: CHAT } } },
    { urls: [url(CHAT)] },
  );
  expect(done.writes).toEqual([`update route ${CHAT}`]);
  expect(faults(done)).toEqual([]);
});

test("refuses a record that was deleted by hand, and writes nothing", async () => {
  const { dnsRecords } = world.account;
  const [id, record] =
    [...dnsRecords].find(([, { name }]) => name === CHAT) ?? [];
  if (!id || !record) throw new Error(`no record of ${CHAT}`);
  const still = world.account.snapshot();
  dnsRecords.delete(id);
  const failure = world.deploy(
    { services: { comfyui: { ...comfyui, hostname: CHAT } } },
    { urls: [url(CHAT)] },
  );
  await expect(failure).rejects.toThrow(
    /chat\.datacrew\.space has no DNS record, and "existing"/,
  );
  dnsRecords.set(id, record);
  expect(differences(still, world.account.snapshot())).toEqual([]);
});

test("an own login method gives way to one that exists", async () => {
  const done = await world.deploy(
    {
      loginMethod: { name: "One-time PIN" },
      services: { comfyui: { ...comfyui, hostname: CHAT } },
    },
    { urls: [url(CHAT)] },
  );
  expect(done.writes).toEqual([`update application ${CHAT}`]);
  expect(done.plan).toMatch(/will no longer be managed by Terraform/);
  expect(faults(done)).toEqual([]);
  const { identityProviders } = world.account;
  const google = [...identityProviders].find(([, it]) => it.name === "Google");
  // Nobody names it any more: a person may take it out now.
  identityProviders.delete(google?.[0] ?? "");
});

test("all of it goes, and the account is as it was", async () => {
  const done = await world.destroy(
    {
      loginMethod: { name: "One-time PIN" },
      services: { comfyui: { ...comfyui, hostname: CHAT } },
    },
    { urls: [url(CHAT)] },
  );
  expect(
    faults(done, { [url(CHAT)]: { from: `delete application ${CHAT}` } }),
  ).toEqual([]);
  expect(differences(before, world.account.snapshot())).toEqual([]);
});
