import { rmSync } from "node:fs";
import { join } from "node:path";
import type { IngressRule } from "../../../ingress/rule";
import { MemoryTunnel } from "./memory-tunnel";
import { access, Stack, type Block } from "./stack";

const HOST = "app.x.io";
const SETTINGS = {
  noTLSVerify: true,
  originServerName: "inside.x.io",
  caPool: "/etc/ca.pem",
  connectTimeout: 5,
  keepAliveTimeout: 120,
  http2Origin: true,
  proxyType: "",
  ipRules: [{ prefix: "192.0.2.0/24", ports: [80], allow: true }],
  someday: { nested: [1] },
};
const THEIRS: IngressRule = {
  hostname: HOST,
  service: "https://nas:5001",
  originRequest: { ...SETTINGS, access: { required: false } },
};
const BLOCK: Block = {
  hostname: HOST,
  service: "https://nas:5001",
  origin_request: access("aud"),
};

let tunnel: MemoryTunnel;
let stack: Stack;
let before: string | undefined;
beforeEach(() => {
  tunnel = new MemoryTunnel(
    JSON.stringify({ ingress: [THEIRS, { service: "http_status:404" }] }),
  );
  before = tunnel.text;
  stack = new Stack(tunnel);
});
afterEach(() => stack.remove());

const rules = () =>
  (JSON.parse(tunnel.text ?? "{}") as { ingress: IngressRule[] }).ingress;
const settings = (path?: string) =>
  rules().find((rule) => rule.hostname === HOST && rule.path === path)
    ?.originRequest;

/** Applies, and checks that nothing is left to do. */
async function applied(blocks: Record<string, Block>): Promise<void> {
  await stack.apply(blocks);
  expect(await stack.isUpToDate(blocks)).toBe(true);
}

test("keeps what the rule before had and the code does not say, until it is back", async () => {
  await applied({ it: BLOCK });
  expect(settings()).toEqual({
    ...SETTINGS,
    access: { required: true, teamName: "team", audTag: ["aud"] },
  });
  await stack.destroy();
  expect(tunnel.text).toBe(before);
});

test("what the code says wins, and gives way again when it is taken out", async () => {
  await applied({ it: BLOCK });
  const stated = {
    ...BLOCK,
    origin_request: {
      ...access("aud"),
      no_tls_verify: false,
      connect_timeout: 9,
      tls_timeout: 3,
    },
  };
  await applied({ it: stated });
  expect(settings()).toMatchObject({
    ...SETTINGS,
    noTLSVerify: false,
    connectTimeout: 9,
    tlsTimeout: 3,
  });
  await applied({ it: BLOCK });
  expect(settings()).toMatchObject(SETTINGS);
  expect(settings()).not.toHaveProperty("tlsTimeout");
});

test("a rule for a path of the host is reached as the host is", async () => {
  const open: Block = { ...BLOCK, path: "^/hook", origin_request: {} };
  await applied({ it: BLOCK, open });
  expect(settings("^/hook")).toEqual(SETTINGS);
  await stack.destroy();
  expect(tunnel.text).toBe(before);
});

test.each([
  ["made in one run with the host's", false],
  ["made after the host's", true],
  ["made after the host's, whose journal is elsewhere", true, true],
])(
  "what the code set leaves a path's rule when it is taken out: %s",
  async (_, later, elsewhere = false) => {
    // Nothing stood there before.
    tunnel.write((all) => all.filter(({ hostname }) => hostname !== HOST));
    const given = (origin: object) => {
      const open = { ...BLOCK, path: "^/hook", origin_request: { ...origin } };
      const origin_request = { ...access("aud"), ...origin };
      return { it: { ...BLOCK, origin_request }, open };
    };
    const { it, open } = given({ no_tls_verify: true, connect_timeout: 7 });
    if (later) await applied({ it });
    if (elsewhere) rmSync(join(stack.folder, "journal"), { recursive: true });
    await applied({ it, open });
    expect(settings("^/hook")).toEqual({
      noTLSVerify: true,
      connectTimeout: 7,
    });
    await applied(given({}));
    expect(settings("^/hook") ?? {}).toEqual({});
  },
);

test("a rule for a path that goes to another service keeps nothing", async () => {
  await applied({
    it: BLOCK,
    open: { hostname: HOST, path: "^/hook", service: "http://else:80" },
  });
  expect(settings("^/hook")).toBeUndefined();
});

test("who names the service is for the code to say", async () => {
  tunnel.write(([rule, ...rest]) => [
    {
      ...rule,
      service: "bastion",
      originRequest: { bastionMode: true, connectTimeout: 5 },
    },
    ...rest,
  ]);
  await applied({ it: BLOCK });
  expect(settings()).not.toHaveProperty("bastionMode");
  expect(settings()).toMatchObject({ connectTimeout: 5 });
});

test.each<[string, (settings: Record<string, unknown>) => void]>([
  ["taken away", (it) => delete it["noTLSVerify"]],
  ["changed", (it) => (it["caPool"] = "/else.pem")],
])("what is kept and %s by hand comes back", async (_, change) => {
  await applied({ it: BLOCK });
  const ours = tunnel.text;
  tunnel.write((all) =>
    all.map((rule) => {
      if (rule.hostname !== HOST) return rule;
      const changed = structuredClone(rule.originRequest) as Record<
        string,
        unknown
      >;
      change(changed);
      return { ...rule, originRequest: changed };
    }),
  );

  expect(await stack.isUpToDate({ it: BLOCK })).toBe(false);
  expect(stack.state.get("it")?.["drift"]).toMatch(
    /other settings than this resource keeps/,
  );
  await applied({ it: BLOCK });
  expect(tunnel.text).toBe(ours);
});
