import { differences } from "../../rehearsal/account-diff";
import type { Config, ServiceConfig } from "./app";
import { faults } from "./faults";
import { TIMEOUT, World } from "./world";

jest.setTimeout(TIMEOUT);

const HOST = "comfyui.datacrew.space";
const URL = `https://${HOST}/`;
const WATCH = { urls: [URL, `${URL}system_stats`] };

const RECORD = "tunnel_dns_record";

/** Steps, of which the writes may come in any order that `faults` accepts. */
const PROTECTION = [
  ["create login method Google"],
  [
    "create policy ComfyUI Access Policy",
    "create policy comfyui-api (service token)",
    "create token comfyui-api",
  ],
  [`create application ${HOST}`],
];

/** Writes in as many to each step as are expected in it. */
function inSteps(
  writes: readonly string[],
  steps: readonly (readonly string[])[],
): string[][] {
  let taken = 0;
  const found = steps.map(({ length }) =>
    writes.slice(taken, (taken += length)).sort(),
  );
  return taken < writes.length ? [...found, writes.slice(taken)] : found;
}

function config(props: Partial<ServiceConfig> = {}): Config {
  const comfyui = { service: "comfyui", hostname: HOST } as const;
  return { services: { comfyui: { ...comfyui, ...props } } };
}

describe("a host that the stack makes", () => {
  let world: World;
  let before: unknown;
  beforeAll(async () => {
    world = await World.open("empty");
    before = world.account.snapshot();
  });
  afterAll(() => world.close());

  test("is protected, then led to the service, then published", async () => {
    const change = await world.deploy(config(), WATCH);
    const steps = [
      ...PROTECTION,
      [`create route ${HOST}`],
      [`create record ${HOST}`],
    ];
    expect(inSteps(change.writes, steps)).toEqual(steps);
    expect(faults(change)).toEqual([]);
  });

  test("lets in who it is for", async () => {
    const [ada, machine] = [
      world.person("ada@datacrew.space"),
      world.machine("comfyui-api"),
    ];
    expect(await ada.reach(URL)).toBe(`the origin, as ${HOST}`);
    expect(await machine.reach(URL)).toBe(`the origin, as ${HOST}`);
  });

  test("keeps the record of a state from before, which had it as Cloudflare's own resource", async () => {
    world.editState("comfyui", (resources) => {
      const cloudflare = resources.find(({ type }) =>
        /^cloudflare_/.test(type),
      );
      return resources.map((one) =>
        one.type === RECORD
          ? {
              ...one,
              type: "cloudflare_dns_record",
              provider: cloudflare?.provider ?? "",
              instances: one.instances.map(({ attributes }) => ({
                schema_version: 0,
                attributes: { ...formerly(attributes), ttl: 1, tags: [] },
              })),
            }
          : one,
      );
    });
    const { left, writes } = await world.deploy(config(), WATCH);
    expect({ left, writes }).toEqual({ left: [], writes: [] });
  });

  test("is withdrawn the other way around", async () => {
    const change = await world.destroy(config(), WATCH);
    const steps = [
      [`delete record ${HOST}`],
      [`delete route ${HOST}`],
      [`delete application ${HOST}`],
      [
        "delete policy ComfyUI Access Policy",
        "delete policy comfyui-api (service token)",
        "delete token comfyui-api",
      ],
      ["delete login method Google"],
    ];
    expect(inSteps(change.writes, steps)).toEqual(steps);
    expect(faults(change)).toEqual([]);
    expect(differences(before, world.account.snapshot())).toEqual([]);
  });
});

describe("a host that was made by hand", () => {
  let world: World;
  let before: unknown;
  beforeAll(async () => {
    world = await World.open("guide");
    before = world.account.snapshot();
  });
  afterAll(() => world.close());

  test("is protected, and its rule taken over, of which the plan warns", async () => {
    const change = await world.deploy(config(), WATCH);
    const steps = [...PROTECTION, [`protect route ${HOST}`]];
    expect(inSteps(change.writes, steps)).toEqual(steps);
    expect(change.plan).toMatch(
      `The rule from before the first deploy: ${HOST} → http://caddy:80`,
    );
    const until = `create application ${HOST}`;
    expect(faults(change, publicHere({ until }))).toEqual([]);
  });

  test("gets its rule back while the application still stands, of which the plan warns", async () => {
    const change = await world.destroy(config(), WATCH);
    expect(change.writes.slice(0, 2)).toEqual([
      `put back route ${HOST}`,
      `delete application ${HOST}`,
    ]);
    expect(change.plan).toMatch(`The destroy restores: ${HOST}`);
    expect(change.plan).toMatch(`no application covers ${HOST} then`);
    const from = `delete application ${HOST}`;
    expect(faults(change, publicHere({ from }))).toEqual([]);
    expect(differences(before, world.account.snapshot())).toEqual([]);
  });

  test("is never public again where its destroy is to leave no rule", async () => {
    const removed = config({ onDestroy: "remove" });
    const made = await world.deploy(removed, WATCH);
    const until = `create application ${HOST}`;
    expect(faults(made, publicHere({ until }))).toEqual([]);
    const gone = await world.destroy(removed, WATCH);
    expect(gone.writes.slice(0, 2)).toEqual([
      `delete route ${HOST}`,
      `delete application ${HOST}`,
    ]);
    expect(faults(gone)).toEqual([]);
    expect(gone.plan).not.toMatch("The destroy restores");
  });
});

/** What only the tunnel's provider knows. */
function formerly({
  made,
  ownership,
  ...attributes
}: Readonly<Record<string, unknown>>) {
  expect([made, ownership]).toEqual([true, null]);
  return attributes;
}

function publicHere(when: { until?: string; from?: string }) {
  return Object.fromEntries(WATCH.urls.map((url) => [url, when]));
}
