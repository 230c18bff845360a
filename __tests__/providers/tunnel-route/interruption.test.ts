import { NOTHING_LEFT } from "../../../base/cut-create";
import { CallFailure } from "../../../providers/tunnel-route/failure";
import { printJson } from "../../../providers/tunnel-route/json";
import { MemoryTunnel } from "./memory-tunnel";
import { access, Stack, type Block } from "./stack";

const THEIRS = {
  hostname: "app.x.io",
  service: "http://theirs",
  originRequest: { http2Origin: true },
};
const CONFIG = JSON.stringify({
  "warp-routing": { enabled: true },
  ingress: [
    { hostname: "other.x.io", service: "http://other" },
    THEIRS,
    { hostname: "*.x.io", service: "http://wild" },
    { service: "http_status:404" },
  ],
});

/** The process dies: nothing that it would have done after happens. */
class Killed extends Error {}

let tunnel: MemoryTunnel;
let stack: Stack;
beforeEach(() => {
  tunnel = new MemoryTunnel(CONFIG);
  stack = new Stack(tunnel);
});
afterEach(() => stack.remove());

/** Dies at the n-th call from now, before or after it has its effect. */
function killAt(n: number, when: "before" | "after"): void {
  let count = 0;
  tunnel[when] = () => {
    count += 1;
    if (count === n) throw new Killed();
  };
}

function killAfterWrite(): void {
  tunnel.after = (call) => {
    if (call === "PUT") throw new Killed();
  };
}

function calm(): void {
  tunnel.before = () => {};
  tunnel.after = () => {};
}

/** Kills a command at each of its calls; `check` has to hold after it is run again. */
async function everywhere(
  prepare: () => Promise<void>,
  command: () => Promise<void>,
  check: () => void | Promise<void>,
): Promise<number> {
  let kills = 0;
  for (const when of ["before", "after"] as const)
    for (let n = 1; ; n += 1) {
      tunnel.text = CONFIG;
      stack.remove();
      stack = new Stack(tunnel);
      await prepare();
      killAt(n, when);
      const died = await command().then(
        () => false,
        (error: unknown) => {
          if (error instanceof Killed) return true;
          throw error;
        },
      );
      calm();
      if (!died) break;
      kills += 1;
      await command();
      await check();
      await stack.destroy();
      expect(tunnel.text).toBe(CONFIG);
      expect(stack.state.size).toBe(0);
    }
  return kills;
}

/** With an application's aud, without one, and on a host that had no rule. */
const ROUTES: [string, Block][] = [
  ["with access", { hostname: "app.x.io", origin_request: access("aud") }],
  ["without access", { hostname: "app.x.io", service: "http://ours" }],
  ["on a new host", { hostname: "new.x.io", origin_request: access("aud") }],
];

describe.each(ROUTES)("a route %s", (_, block) => {
  test("killed at any call of a create, ends as wished when run again", async () => {
    const kills = await everywhere(
      async () => {},
      () => stack.apply({ it: block }),
      async () => {
        expect(ruleFor(block)).toHaveLength(1);
        expect(await stack.isUpToDate({ it: block })).toBe(true);
      },
    );
    expect(kills).toBeGreaterThanOrEqual(6);
  });

  test("killed at any call of a create, is given back by a destroy that imports it", async () => {
    let cut = CONFIG;
    for (const when of ["before", "after"] as const)
      for (let n = 1; ; n += 1) {
        tunnel.text = CONFIG;
        stack.remove();
        stack = new Stack(tunnel);
        killAt(n, when);
        const died = await stack.apply({ it: block }).then(
          () => false,
          () => true,
        );
        calm();
        if (!died) break;
        cut = tunnel.text;
        await stack.importCut("it", block).catch((error: unknown) => {
          expect(String(error)).toContain(NOTHING_LEFT);
          expect(tunnel.text).toBe(CONFIG);
        });
        await stack.destroy();
        expect([tunnel.text, stack.noted]).toEqual([CONFIG, []]);
      }
    // The last was cut off after its write.
    expect(cut).not.toBe(CONFIG);
  });

  test("killed at any call of an update, ends as wished when run again", async () => {
    const changed = { ...block, service: "http://changed" };
    const kills = await everywhere(
      () => stack.apply({ it: block }),
      () => stack.apply({ it: changed }),
      () => {
        expect(ruleFor(block)).toMatchObject([{ service: "http://changed" }]);
      },
    );
    expect(kills).toBeGreaterThanOrEqual(6);
  });

  test("killed at any call of a destroy, puts back what stood there when run again", async () => {
    const kills = await everywhere(
      () => stack.apply({ it: block }),
      () => stack.destroy(),
      () => expect(tunnel.text).toBe(CONFIG),
    );
    expect(kills).toBeGreaterThanOrEqual(6);
  });

  test("killed at any call of a move, ends as wished when run again", async () => {
    const moved = { ...block, hostname: "moved.x.io" };
    await everywhere(
      () => stack.apply({ it: block }),
      () => stack.apply({ it: moved }),
      () => {
        expect(ruleFor(moved)).toHaveLength(1);
        const left = block.hostname === THEIRS.hostname ? [THEIRS] : [];
        expect(ruleFor(block)).toEqual(left);
      },
    );
  });
});

test("a destroy that removes, killed after its write, spares a second rule for the host", async () => {
  const second = { hostname: "app.x.io", service: "http://second" };
  tunnel.write((rules) => rules.toSpliced(2, 0, second));
  const block: Block = { hostname: "app.x.io", on_destroy: "remove" };
  await stack.apply({ it: block });
  killAfterWrite();
  await expect(stack.destroy()).rejects.toThrow(Killed);
  calm();

  await stack.destroy();

  expect(ruleFor(block)).toEqual([second]);
});

test("after a crash without its journal, our own rule is not what stood there before", async () => {
  const block = { hostname: "app.x.io", origin_request: access("aud") };
  killAfterWrite();
  await expect(stack.apply({ it: block })).rejects.toThrow(Killed);
  calm();
  const elsewhere = new Stack(tunnel);
  await elsewhere.apply({ it: block });

  expect(elsewhere.state.get("it")).toMatchObject({ replaced_rule: null });
  expect(elsewhere.warnings.join()).toMatch(
    /treating it as this route's own.*a destroy will leave no rule/s,
  );
  await elsewhere.destroy();
  expect(ruleFor(block)).toEqual([]);
  elsewhere.remove();
});

test("a route that someone overwrote comes back, and a destroy still restores", async () => {
  const block = { hostname: "app.x.io", origin_request: access("aud") };
  await stack.apply({ it: block });
  tunnel.write((rules) => rules.filter((r) => r.hostname !== "app.x.io"));

  await stack.apply({ it: block });

  expect(ruleFor(block)).toHaveLength(1);
  await stack.destroy();
  expect(ruleFor(block)).toEqual([THEIRS]);
});

function ruleFor({ hostname }: Block) {
  return tunnel.rules.filter((rule) => rule.hostname === hostname);
}

describe("a write without an answer in time that takes effect late", () => {
  const BLOCK = { hostname: "app.x.io", origin_request: access("aud") };

  /** The first write gets no answer; `late` is what happens while we look again. */
  async function deploy(late: (overdue: string) => void): Promise<void> {
    let overdue: string | undefined;
    jest
      .spyOn(tunnel, "putConfiguration")
      .mockImplementationOnce(async (_, config) => {
        overdue = printJson(config);
        throw CallFailure.slow("PUT it", 30_000);
      });
    const sleep = async (ms: number) => {
      if (ms === 30_000 && overdue !== undefined) late(overdue);
    };
    stack.remove();
    stack = new Stack(tunnel, { sleep });
    await stack.apply({ it: BLOCK });
  }

  test("over what another wrote since is told", async () => {
    await deploy((overdue) => {
      tunnel.text = overdue;
      tunnel.version += 1;
    });
    expect(stack.warnings.join()).toMatch(
      /version 2 became 3.*taken effect late/,
    );
    expect(await stack.isUpToDate({ it: BLOCK })).toBe(true);
  });

  test("over ours is told, and ours is written again", async () => {
    await deploy(() => {
      tunnel.text = CONFIG;
      tunnel.version += 1;
    });
    expect(stack.warnings.join()).toMatch(/taken effect late/);
    expect(await stack.isUpToDate({ it: BLOCK })).toBe(true);
  });

  test("not at all, tells of nothing but the try", async () => {
    await deploy(() => {});
    expect(stack.warnings.join()).toMatch(/no answer within 30 s/);
    expect(stack.warnings.join()).not.toMatch(/taken effect late/);
  });
});
