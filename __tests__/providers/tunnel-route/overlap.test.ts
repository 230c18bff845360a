import { openPathPattern } from "../../../ingress/open-path";
import { MemoryTunnel } from "./memory-tunnel";
import { access, Stack, type Block } from "./stack";

const WEBHOOK = {
  hostname: "n8n.x.io",
  path: "^/webhook",
  service: "http://n8n:5678",
};
const HOST: Block = { hostname: "n8n.x.io", origin_request: access("aud") };
const OPEN: Block = {
  hostname: "n8n.x.io",
  path: openPathPattern("/webhook"),
};

let tunnel: MemoryTunnel;
let stack: Stack;
afterEach(() => stack.remove());

function open(...rules: object[]): void {
  const last = { service: "http_status:404" };
  tunnel = new MemoryTunnel(JSON.stringify({ ingress: [...rules, last] }));
  stack = new Stack(tunnel);
}

/** What was told of rules beside ours since it was last asked for. */
const told = () =>
  stack.warnings.splice(0).filter((text) => /Existing rules take/.test(text));

test("a hand-made path of the host, without a check, is told once, by name, place and what it lacks", async () => {
  open({ hostname: "a.x.io", service: "http://a" }, WEBHOOK, {
    hostname: "n8n.x.io",
    service: "http://caddy:80",
  });
  const blocks = { host: HOST, webhook: OPEN };

  await stack.apply(blocks);

  expect(told()).toEqual([
    expect.stringMatching(
      /^Existing rules take some paths of n8n\.x\.io → http:\/\/ours:80 first, and are kept.*\nrule 2, n8n\.x\.io \^\/webhook → http:\/\/n8n:5678: has no JWT check\n/s,
    ),
  ]);
  // Neither that one nor our own open path is told again.
  expect(await stack.isUpToDate(blocks)).toBe(true);
  await stack.apply(blocks);
  expect(told()).toEqual([]);
});

test("one that appears later is told at each plan until the route is written again", async () => {
  open();
  const blocks = { host: HOST };
  await stack.apply(blocks);
  tunnel.write((rules) => [WEBHOOK, ...rules]);

  const news = [expect.stringMatching(/rule 1, n8n\.x\.io \^\/webhook/)];
  expect(await stack.isUpToDate(blocks)).toBe(true);
  expect(told()).toEqual(news);
  expect(await stack.isUpToDate(blocks)).toBe(true);
  expect(told()).toEqual(news);
  const changed = { host: { ...HOST, service: "http://changed" } };
  await stack.apply(changed);
  told();
  expect(await stack.isUpToDate(changed)).toBe(true);
  expect(told()).toEqual([]);
});

test.each<[string, object, RegExp | undefined]>([
  [
    "for all hosts",
    { hostname: "*.x.io", path: "^/api", service: "http://wild" },
    undefined,
  ],
  [
    "with a check for another application",
    {
      ...WEBHOOK,
      originRequest: {
        access: { required: true, teamName: "t", audTag: ["else"] },
      },
    },
    /requires another application's JWT/,
  ],
  [
    "with a check that is not required",
    { ...WEBHOOK, originRequest: { access: { audTag: ["else"] } } },
    /has no JWT check/,
  ],
  [
    "with our own application's check",
    {
      ...WEBHOOK,
      originRequest: {
        access: { required: true, teamName: "t", audTag: ["aud"] },
      },
    },
    undefined,
  ],
  ["of another host", { ...WEBHOOK, hostname: "b.x.io" }, undefined],
])("one %s", async (_, rule, message) => {
  open(rule);
  await stack.apply({ host: HOST });
  expect(told()).toEqual(message ? [expect.stringMatching(message)] : []);
});

test("one for another path leaves an open path alone", async () => {
  open({ ...WEBHOOK, path: "^/form" });
  await stack.apply({ webhook: OPEN });
  expect(told()).toEqual([]);
});
