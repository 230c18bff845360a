import { findMatchingRule } from "../../../ingress/match";
import { MemoryJournal } from "./memory-journal";
import { MemoryTunnel } from "./memory-tunnel";
import { Stack, type Block } from "./stack";

/** "host path" as a rule of someone else; the service tells rules apart. */
function rule(text: string) {
  const [hostname, path] = text.split(" ");
  return { hostname, ...(path && { path }), service: `http://${text}` };
}

test.each<[string, string[], Record<string, Block>[], string, string]>([
  [
    "a host, behind a wildcard made in the deploy that moved our rule away",
    ["*.x.io ^/webhook(/[A-Za-z0-9_-]+)*$", "c.b.x.io .*"],
    [
      { r1: { hostname: "c.b.x.io" } },
      { r2: { hostname: "*.b.x.io" }, r1: { hostname: "a.x.io" } },
    ],
    "/api",
    "c.b.x.io .*",
  ],
  [
    "a path of a host, behind the path of a wildcard made together with ours",
    ["*.x.io ^/api/v1$", "c.b.x.io ^/"],
    [
      {
        r2: { hostname: "c.b.x.io" },
        r1: { hostname: "*.b.x.io", path: "\\.(jpg|png)$" },
      },
      { r1: { hostname: "*.b.x.io", path: "\\.(jpg|png)$" } },
    ],
    "/a.png",
    "c.b.x.io ^/",
  ],
])(
  "a rule of someone else that ours hid for a time is reached again: %s",
  async (_, theirs, deploys, path, reached) => {
    const ingress = [...theirs.map(rule), { service: "http_status:404" }];
    const tunnel = new MemoryTunnel(JSON.stringify({ ingress }));
    const stack = new Stack(tunnel, { journal: new MemoryJournal() });
    try {
      for (const blocks of deploys) await stack.apply(blocks);
      const { rules } = tunnel;
      expect(rules[findMatchingRule(rules, "c.b.x.io", path)]).toEqual(
        rule(reached),
      );
    } finally {
      stack.remove();
    }
  },
);

test("a rule of someone else for a path, hidden by ours for the whole host, is replaced where ours becomes that path", async () => {
  const theirs = ["h1.x.io", "h1.x.io /api"].map(rule);
  const ingress = [...theirs, { service: "http_status:404" }];
  const tunnel = new MemoryTunnel(JSON.stringify({ ingress }));
  const stack = new Stack(tunnel, { journal: new MemoryJournal() });
  try {
    await stack.apply({ r1: { hostname: "h1.x.io", on_destroy: "remove" } });
    await stack.apply({ r1: { hostname: "h1.x.io", path: "/api" } });
    await stack.apply({});
    expect(tunnel.rules.slice(0, -1)).toEqual([theirs[1]]);
  } finally {
    stack.remove();
  }
});

test.each([
  ["after it", { r2: { hostname: "a.x.io" } }],
  [
    "before it, in one apply",
    { r2: { hostname: "a.x.io" }, r1: { hostname: "*.b.x.io" } },
  ],
])(
  "a path of ours that goes leaves our rule for its host no longer below a wildcard: made %s",
  async (_, blocks: Record<string, Block>) => {
    const theirs = ["*.x.io ^/v1$", "a.x.io /api", "b.x.io"].map(rule);
    const ingress = [...theirs, { service: "http_status:404" }];
    const tunnel = new MemoryTunnel(JSON.stringify({ ingress }));
    const stack = new Stack(tunnel, { journal: new MemoryJournal() });
    const r1: Block = {
      hostname: "a.x.io",
      path: "/api",
      on_destroy: "remove",
    };
    try {
      await stack.apply({ r1 });
      await stack.apply(blocks);
      const { rules } = tunnel;
      expect(rules[findMatchingRule(rules, "a.x.io", "/v1")]).toMatchObject({
        hostname: "a.x.io",
        service: "http://ours:80",
      });
      await stack.apply({});
      expect(tunnel.rules.slice(0, -1)).toEqual([theirs[0], theirs[2]]);
    } finally {
      stack.remove();
    }
  },
);

test("what ours had replaced comes back below a rule that was put before ours since", async () => {
  const theirs = rule("app.x.io");
  const closed = { hostname: "*.x.io", service: "http_status:404" };
  const rest = [rule("b.x.io"), { service: "http_status:404" }];
  const tunnel = new MemoryTunnel(
    JSON.stringify({ ingress: [theirs, ...rest] }),
  );
  const stack = new Stack(tunnel);
  const ours = { hostname: "app.x.io", service: "http://ours" };
  try {
    await stack.apply({ it: ours });
    tunnel.write((rules) => [closed, ...rules]);
    await stack.apply({ it: ours });
    expect(tunnel.rules.map(({ hostname }) => hostname)).toEqual([
      ...["app.x.io", "*.x.io", "b.x.io", undefined],
    ]);
    await stack.apply({ it: { ...ours, service: "http://ours-again" } });
    await stack.destroy();
    expect(tunnel.rules).toEqual([closed, theirs, ...rest]);
  } finally {
    stack.remove();
  }
});
