import type { OriginRequest } from "../../constructs/origin-request";
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

/** Every prop of `origin`, set and changed. */
const ORIGINS: readonly Required<OriginRequest>[] = [
  {
    httpHostHeader: "nas",
    noTLSVerify: false,
    originServerName: "nas",
    matchSNItoHost: true,
    caPool: "/etc/ca.pem",
    http2Origin: true,
    connectTimeout: 7,
    tlsTimeout: 8,
    tcpKeepAlive: 9,
    noHappyEyeballs: true,
    keepAliveConnections: 10,
    keepAliveTimeout: 11,
    disableChunkedEncoding: true,
    bastionMode: false,
    proxyAddress: "127.0.0.1",
    proxyPort: 0,
    proxyType: "",
    ipRules: [{ prefix: "192.0.2.0/24", ports: [80, 443], allow: true }],
  },
  {
    httpHostHeader: "nas-2",
    noTLSVerify: true,
    originServerName: "nas-2",
    matchSNItoHost: false,
    caPool: "/etc/ca-2.pem",
    http2Origin: false,
    connectTimeout: 17,
    tlsTimeout: 18,
    tcpKeepAlive: 19,
    noHappyEyeballs: false,
    keepAliveConnections: 20,
    keepAliveTimeout: 21,
    disableChunkedEncoding: false,
    bastionMode: true,
    proxyAddress: "127.0.0.2",
    proxyPort: 1080,
    proxyType: "socks",
    ipRules: [{ prefix: "198.51.100.0/24", ports: [22], allow: false }],
  },
];

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

  for (const origin of ORIGINS) {
    const changed = await world.deploy(config({ origin }), WATCH);
    expect(changed.left).toEqual([]);
    for (const one of settings())
      expect(one).toMatchObject({ ...BY_HAND, ...origin });
  }

  const unset = await world.deploy(config(), WATCH);
  expect(unset.left).toEqual([]);
  for (const one of settings()) {
    expect(one).toEqual({
      ...BY_HAND,
      path: one.path,
      access: "access" in one ? one.access : undefined,
    });
  }

  await world.destroy(config(), WATCH);
  expect(differences(before, world.account.snapshot())).toEqual([]);
});
