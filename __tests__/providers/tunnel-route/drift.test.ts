import type { IngressRule } from "../../../ingress/rule";
import { MemoryTunnel } from "./memory-tunnel";
import { Stack, type Block } from "./stack";

const BLOCK: Block = {
  hostname: "app.x.io",
  origin_request: {
    http_host_header: "app",
    origin_server_name: "origin",
    connect_timeout: 10,
    no_tls_verify: true,
    access: { required: true, team_name: "team", aud_tag: ["aud", "open"] },
  },
};

let tunnel: MemoryTunnel;
let stack: Stack;
beforeEach(async () => {
  tunnel = new MemoryTunnel(
    JSON.stringify({
      ingress: [
        { hostname: "app.x.io", service: "http://theirs" },
        { service: "http_status:404" },
      ],
    }),
  );
  stack = new Stack(tunnel);
  await stack.apply({ it: BLOCK });
});
afterEach(() => stack.remove());

type Settings = { [key: string]: unknown };

/** Changes our rule as someone else would. */
function edit(change: (settings: Settings) => void): void {
  tunnel.write((rules) =>
    rules.map((rule) => {
      if (rule.hostname !== "app.x.io") return rule;
      const settings = structuredClone(rule.originRequest) as Settings;
      change(settings);
      return { ...rule, originRequest: settings } as IngressRule;
    }),
  );
}

const change =
  (key: string, value: unknown) =>
  (settings: Settings): void =>
    void (settings[key] = value);
const changeAccess =
  (key: string, value: unknown) =>
  (settings: Settings): void =>
    change(key, value)(settings["access"] as Settings);

test.each<[string, (settings: Settings) => void, object]>([
  [
    "httpHostHeader",
    change("httpHostHeader", "else"),
    { http_host_header: "else" },
  ],
  [
    "originServerName",
    change("originServerName", null),
    { origin_server_name: null },
  ],
  ["connectTimeout", change("connectTimeout", 11), { connect_timeout: 11 }],
  ["noTLSVerify", change("noTLSVerify", false), { no_tls_verify: false }],
  [
    "access.required",
    changeAccess("required", false),
    { access: { required: false } },
  ],
  [
    "access.teamName",
    changeAccess("teamName", "else"),
    { access: { team_name: "else" } },
  ],
  [
    "access.audTag",
    changeAccess("audTag", ["aud"]),
    { access: { aud_tag: ["aud"] } },
  ],
  [
    "the order of access.audTag",
    changeAccess("audTag", ["open", "aud"]),
    { access: { aud_tag: ["open", "aud"] } },
  ],
])("a change of %s is seen where it is, and undone", async (_, by, seen) => {
  const before = tunnel.text;
  edit(by);

  expect(await stack.isUpToDate({ it: BLOCK })).toBe(false);

  expect(stack.state.get("it")).toMatchObject({ origin_request: seen });
  await stack.apply({ it: BLOCK });
  expect(tunnel.text).toBe(before);
  expect(await stack.isUpToDate({ it: BLOCK })).toBe(true);
});

test("a rule that someone removed is told with what stood there before; an apply brings it back", async () => {
  const before = tunnel.text;
  tunnel.write((rules) => rules.slice(1));
  stack.warnings.length = 0;

  await stack.apply({ it: BLOCK });

  expect(stack.warnings).toEqual([
    expect.stringMatching(
      /app\.x\.io is gone: someone else removed it; .* does not put back .*: \{.*http:\/\/theirs/,
    ),
  ]);
  expect(tunnel.text).toBe(before);
});
