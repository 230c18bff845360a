import { CUT_CREATE, NOTHING_LEFT } from "../../../base/cut-create";
import { DROP } from "../../../local/api/calls";
import { ManagedTunnelApi } from "../../../providers/managed-tunnel/api";
import { managedTunnel } from "../../../providers/managed-tunnel/resource";
import { TunnelApi } from "../../../providers/tunnel-route/api";
import { tunnelRoute } from "../../../providers/tunnel-route/resource";
import { ApiCalls } from "../../../providers/tunnel-route/api-calls";
import { Client } from "../../../providers/tunnel-route/client";
import type { Journal } from "../../../providers/tunnel-route/journal";
import { standardPlan } from "../../../terraform-plugin/plan";
import type { Context } from "../../../terraform-plugin/provider";
import type { ObjectValue } from "../../../terraform-plugin/value";
import { DEPLOY_TOKEN, openCloud, type Cloud } from "../tunnel-route/cloud";
import { MemoryJournal } from "../tunnel-route/memory-journal";

let cloud: Cloud;
let journal: MemoryJournal;
let state: ObjectValue | null;
beforeEach(async () => {
  cloud = await openCloud();
  journal = new MemoryJournal();
  state = null;
});
afterEach(() => cloud.close());

/** As each run of Terraform has one. */
function connect(): Context<Client> {
  const calls = new ApiCalls({
    apiToken: DEPLOY_TOKEN,
    baseUrl: cloud.baseUrl,
  });
  return {
    client: new Client({
      api: new TunnelApi(calls),
      managedTunnels: new ManagedTunnelApi(calls),
      pins: {} as Client["pins"],
      applications: {} as Client["applications"],
      records: {} as Client["records"],
      names: {} as Client["names"],
      journal: journal as unknown as Journal,
      lockFolder: "/nowhere",
      sleep: async () => {},
    }),
    diagnostics: {
      error: (text) => {
        throw new Error(text);
      },
      warn: () => {},
    },
    signal: new AbortController().signal,
  };
}

const config = (name = "home") => ({ account_id: cloud.account.id, name });

async function planned(name?: string): Promise<ObjectValue> {
  const context = connect();
  if (state) state = await managedTunnel.read(state, context);
  const none = { id: null, token: null };
  const given = { ...none, ...config(name) };
  const proposed = { ...none, ...state, ...config(name) };
  const standard = standardPlan(managedTunnel.schema, state, proposed, given);
  const request = { prior: state, config: given, planned: standard };
  return (await managedTunnel.plan!(request, context)).planned;
}

async function deploy(name?: string): Promise<void> {
  const plan = await planned(name);
  const context = connect();
  if (state === null)
    state = await managedTunnel.create(plan, context, config(name));
  else if (JSON.stringify(plan) !== JSON.stringify(state))
    state = await managedTunnel.update(plan, state, context, config(name));
}

const destroy = () => managedTunnel.delete(state!, connect());

/** A deploy that gets no more answers once the tunnel is made. */
async function cutOff(): Promise<void> {
  let made = false;
  const stop = cloud.api.onCall({
    after: ({ method }) => {
      made ||= method === "POST";
      return made ? DROP : undefined;
    },
  });
  await expect(deploy()).rejects.toThrow();
  stop();
}

const named = (name: string) =>
  [...cloud.account.tunnels.values()].filter(
    (one) => one.name === name && one.deleted_at === null,
  );

const secretIn = (token: unknown) =>
  (JSON.parse(Buffer.from(String(token), "base64").toString()) as { s: string })
    .s;

test("makes a remotely managed one with a token of its own, then nothing more", async () => {
  await deploy();
  const [made] = named("home");
  expect(made?.configuration.source).toBe("cloudflare");
  expect(secretIn(state?.["token"])).toBe(made?.tunnel_secret);
  expect(await planned()).toEqual(state);
});

test("a rename keeps tunnel and token", async () => {
  await deploy();
  const { id, token } = state!;
  await deploy("house");
  expect(state).toMatchObject({ id, token, name: "house" });
  expect(named("house")).toHaveLength(1);
});

test("one that somebody made is refused, and not touched", async () => {
  const { name } = cloud.tunnel;
  const before = JSON.stringify(cloud.account.snapshot());
  await expect(planned(name)).rejects.toThrow(
    `The account has a tunnel named ${name} already`,
  );
  expect(JSON.stringify(cloud.account.snapshot())).toBe(before);
});

test("one whose answer got lost is known by its secret, of which the journal keeps a hash", async () => {
  await cutOff();
  const [left] = named("home");
  const notes = JSON.stringify(journal.read(`${cloud.account.id} tunnel home`));
  expect(notes).not.toContain(left?.tunnel_secret);
  await deploy();
  expect(state).toMatchObject({ id: left?.id });
  expect(named("home")).toHaveLength(1);
});

test("a destroy takes in what a cut deploy left, and nothing else", async () => {
  const cut = `${CUT_CREATE}${cloud.account.id}/home`;
  const taken = () => managedTunnel.import!(cut, connect());
  await expect(taken()).rejects.toThrow(NOTHING_LEFT);
  await cutOff();
  state = await taken();
  await destroy();
  expect(named("home")).toEqual([]);
});

test("a destroy is refused while hosts are led through it, whoever's they are", async () => {
  await deploy();
  const [made] = named("home");
  made!.configuration.config = {
    ingress: [
      { hostname: "wiki.datacrew.space", service: "http://wiki:80" },
      { service: "http_status:404" },
    ],
  };
  await expect(destroy()).rejects.toMatchObject({
    summary: "The tunnel home stays: it has rules",
    detail: expect.stringMatching(
      /^wiki\.datacrew\.space\. Destroy/,
    ) as unknown,
  });
  expect(named("home")).toHaveLength(1);
});

test("a destroy is refused while a connector is on it, and goes on once it is gone", async () => {
  await deploy();
  const [made] = named("home");
  const [connector] = cloud.tunnel.connectors;
  made!.connectors = [
    {
      ...{ id: cloud.account.newId(), version: "2026.11.0" },
      ...{ origin_ip: "192.0.2.1", opened_at: cloud.account.timestamp() },
      ...connector,
    },
  ];
  await expect(destroy()).rejects.toMatchObject({
    summary: "The tunnel home stays: a connector is on it",
  });
  made!.connectors = [];
  await destroy();
  expect(named("home")).toEqual([]);
});

test("one that is gone is made anew", async () => {
  await deploy();
  named("home")[0]!.deleted_at = cloud.account.timestamp();
  await deploy();
  expect(named("home")).toHaveLength(1);
});

test("in a plan that is never applied, a route may be on one that is not there yet", async () => {
  const route = {
    account_id: cloud.account.id,
    tunnel_id: "not-deployed-yet: tunnel home",
    hostname: "fresh.datacrew.space",
    service: "http://app:80",
  };
  const nulls = Object.fromEntries(
    Object.keys(tunnelRoute.schema.attributes).map((name) => [name, null]),
  );
  const given = { ...nulls, ...route };
  const context = connect();
  tunnelRoute.validate!(given, context.diagnostics);
  const standard = standardPlan(tunnelRoute.schema, null, given, given);
  const request = { prior: null, config: given, planned: standard };
  const { planned } = await tunnelRoute.plan!(request, context);
  expect(planned).toMatchObject(route);
});
