import { differences } from "../../rehearsal/account-diff";
import type { Config, ServiceConfig } from "./app";
import { TIMEOUT, World } from "./world";

jest.setTimeout(TIMEOUT);

const HOST = "comfyui.datacrew.space";
const WATCH = { urls: [], visitors: [] };
/** What somebody chose by hand, before there was any code. */
const BY_HAND = {
  httpHostHeader: "inside",
  noTLSVerify: true,
  originServerName: "inside",
  tlsTimeout: 20,
  someday: { a: [1] },
};

let world: World;
beforeAll(async () => {
  world = await World.open("guide");
  for (const { configuration } of world.account.tunnels.values())
    for (const rule of configuration.config?.ingress ?? [])
      if (rule.hostname === HOST) rule.originRequest = { ...BY_HAND };
});
afterAll(() => world.close());

function config(more: Partial<ServiceConfig> = {}): Config {
  return {
    services: {
      comfyui: {
        service: "comfyui",
        hostname: HOST,
        dnsRecord: "existing",
        openPaths: ["/webhook"],
        ...more,
      },
    },
  };
}

function settings() {
  const [tunnel] = world.account.tunnels.values();
  return (tunnel?.configuration.config?.ingress ?? [])
    .filter(({ hostname }) => hostname === HOST)
    .map(({ originRequest, path }) => ({ ...originRequest, path }));
}

test("a hand-made rule keeps its settings through deploy and change, and is as it was after a destroy", async () => {
  const before = world.account.snapshot();

  const made = await world.deploy(config(), WATCH);

  expect(made.left).toEqual([]);
  expect(settings()).toHaveLength(2);
  for (const one of settings()) expect(one).toMatchObject(BY_HAND);

  const origin = { noTLSVerify: false, connectTimeout: 7, http2Origin: true };
  const changed = await world.deploy(config({ origin }), WATCH);
  expect(changed.left).toEqual([]);
  for (const one of settings())
    expect(one).toMatchObject({ ...BY_HAND, ...origin });

  const unset = await world.deploy(config(), WATCH);
  expect(unset.left).toEqual([]);
  for (const one of settings()) {
    expect(one).toMatchObject(BY_HAND);
    expect(one).not.toHaveProperty("connectTimeout");
  }

  await world.destroy(config(), WATCH);
  expect(differences(before, world.account.snapshot())).toEqual([]);
});
