import { openPathPattern } from "../../ingress/open-path";
import type { Config, ServiceConfig } from "./app";
import { faults } from "./faults";
import { TIMEOUT, World, type Change, type Visitor, type Watch } from "./world";

jest.setTimeout(TIMEOUT);

const ADA = "ada@datacrew.space";
const GRACE = "grace@example.org";
const HOST = "comfyui.datacrew.space";
const URL = `https://${HOST}/`;

let world: World;
beforeAll(async () => {
  world = await World.open("empty");
  await change({});
});
afterAll(() => world.close());

let current: Config = {
  services: {
    comfyui: {
      service: "comfyui",
      hostname: HOST,
      allowedEmails: [ADA],
      tokens: [{ name: "api" }],
    },
  },
};

/** Deploys what differs from the deployment before. */
function change(
  props: Partial<ServiceConfig>,
  watch: Partial<Watch> = {},
): Promise<Change> {
  const { comfyui } = current.services;
  current = {
    ...current,
    services: { comfyui: { ...(comfyui as ServiceConfig), ...props } },
  };
  return world.deploy(current, { urls: [URL], ...watch });
}

async function reaches(visitor: Visitor, url = URL): Promise<boolean> {
  return (await visitor.reach(url)) !== undefined;
}

describe("who may log in", () => {
  test("a person more", async () => {
    expect(await reaches(world.person(GRACE))).toBe(false);
    const done = await change({ allowedEmails: [ADA, GRACE] });
    expect(done.writes).toEqual(["update policy ComfyUI Access Policy"]);
    expect(faults(done)).toEqual([]);
    expect(await reaches(world.person(GRACE))).toBe(true);
  });

  test("a person less, who keeps the session she has", async () => {
    const loggedIn = await world.loggedIn(GRACE, URL);
    const done = await change({ allowedEmails: [ADA] });
    expect(done.writes).toEqual(["update policy ComfyUI Access Policy"]);
    expect(faults(done)).toEqual([]);
    expect(await reaches(world.person(GRACE))).toBe(false);
    expect(await reaches(loggedIn)).toBe(true);
  });

  test("everyone of a domain instead of persons", async () => {
    const done = await change(
      { allowedEmails: [], allowedEmailDomains: ["datacrew.space"] },
      { visitors: [...world.outsiders(), world.person(GRACE)] },
    );
    expect(done.writes).toEqual(["update policy ComfyUI Access Policy"]);
    expect(faults(done)).toEqual([]);
    expect(await reaches(world.person(ADA))).toBe(true);
  });

  test("for how long", async () => {
    const done = await change({ sessionDuration: "2h" });
    expect([...done.writes].sort()).toEqual([
      `update application ${HOST}`,
      "update policy ComfyUI Access Policy",
      "update policy api (service token)",
    ]);
    expect(faults(done)).toEqual([]);
  });
});

describe("tokens", () => {
  test("one more", async () => {
    const done = await change({ tokens: [{ name: "api" }, { name: "cron" }] });
    expect(done.writes).toEqual([
      "create token cron",
      "create policy cron (service token)",
      `update application ${HOST}`,
    ]);
    expect(faults(done)).toEqual([]);
    expect(await reaches(world.machine("api"))).toBe(true);
    expect(await reaches(world.machine("cron"))).toBe(true);
  });

  test("another name", async () => {
    const cron = world.machine("cron");
    const done = await change({
      tokens: [{ name: "api" }, { name: "nightly" }],
    });
    expect(done.writes).toEqual([
      "create token nightly",
      "create policy nightly (service token)",
      `update application ${HOST}`,
      "delete policy cron (service token)",
      "delete token cron",
    ]);
    expect(faults(done)).toEqual([]);
    expect(await reaches(world.machine("nightly"))).toBe(true);
    expect(await reaches(cron)).toBe(false);
  });

  test("one less", async () => {
    const nightly = world.machine("nightly");
    const done = await change({ tokens: [{ name: "api" }] });
    expect(done.writes).toEqual([
      `update application ${HOST}`,
      "delete policy nightly (service token)",
      "delete token nightly",
    ]);
    expect(faults(done)).toEqual([]);
    expect(await reaches(nightly)).toBe(false);
    expect(await reaches(world.machine("api"))).toBe(true);
  });

  test("another duration", async () => {
    const done = await change({ tokens: [{ name: "api", duration: "720h" }] });
    expect(done.writes).toEqual(["update token api"]);
    expect(faults(done)).toEqual([]);
  });
});

describe("where requests go", () => {
  test("another service URL", async () => {
    const done = await change({ serviceUrl: "http://caddy:8080" });
    expect(done.writes).toEqual([`update route ${HOST}`]);
    expect(faults(done)).toEqual([]);
  });

  test("another Host header", async () => {
    const done = await change({ httpHostHeader: "inside" });
    expect(done.writes).toEqual([`update route ${HOST}`]);
    expect(faults(done)).toEqual([]);
    expect(await world.machine("api").reach(URL)).toBe("the origin, as inside");
  });
});

describe("open paths", () => {
  /** Neighbours and spellings of the open paths: no way around the login. */
  const closed = [
    "",
    "api",
    "hooks",
    "webhookx",
    "webhook/a;b",
    "webhook/..%2fapi",
    "webhook/%2e%2e/api",
    "webhook//api",
    "WEBHOOK/x",
  ].map((path) => URL + path);
  const stranger = () => world.stranger();

  test("one more", async () => {
    const done = await change({ openPaths: ["/webhook"] }, { urls: closed });
    expect(done.writes).toEqual([
      "create policy ComfyUI /webhook is open",
      `create application ${HOST}/webhook`,
      `update route ${HOST}`,
      `create route ${HOST} ${openPathPattern("/webhook")}`,
    ]);
    expect(faults(done)).toEqual([]);
    expect(await reaches(stranger(), `${URL}webhook/x`)).toBe(true);
  });

  test("another", async () => {
    const done = await change({ openPaths: ["/hook"] }, { urls: closed });
    expect(faults(done)).toEqual([]);
    expect(await reaches(stranger(), `${URL}webhook/x`)).toBe(false);
    expect(await reaches(stranger(), `${URL}hook/x`)).toBe(true);
  });

  test("none", async () => {
    const done = await change({ openPaths: [] }, { urls: closed });
    expect(faults(done)).toEqual([]);
    expect(await reaches(stranger(), `${URL}hook/x`)).toBe(false);
  });

  test("another rule for the same path, as a later version of this project writes it", async () => {
    const older = `^/webhook(/[A-Za-z0-9_-]+)*$`;
    current = { ...current, olderOpenPaths: true };
    const before = await change({ openPaths: ["/webhook"] }, { urls: closed });
    expect(before.writes.at(-1)).toBe(`create route ${HOST} ${older}`);
    expect(faults(before)).toEqual([]);
    expect(await reaches(stranger(), `${URL}webhook/a.b`)).toBe(false);

    current = { ...current, olderOpenPaths: false };
    const done = await change({}, { urls: closed });
    expect(done.writes).toEqual([
      `delete route ${HOST} ${older}`,
      `create route ${HOST} ${openPathPattern("/webhook")}`,
    ]);
    expect(faults(done)).toEqual([]);
    expect(await reaches(stranger(), `${URL}webhook/a.b`)).toBe(true);
  });
});

test("another name of the login method", async () => {
  const name = "Datacrew's Google";
  const googleClientId = "100000000001-rehearsal.apps.googleusercontent.com";
  current = { ...current, loginMethod: { name, googleClientId } };
  const done = await change({});
  expect(done.writes).toEqual([`update login method Google`]);
  expect(faults(done)).toEqual([]);
  expect(await reaches(world.person(ADA))).toBe(true);
});

test("what a destroy leaves behind is written nowhere but in the state", async () => {
  const done = await change({ onDestroy: "remove" });
  expect(done.writes).toEqual([]);
  expect(faults(done)).toEqual([]);
});

test("another host: a new chain beside the old one", async () => {
  const host = "studio.datacrew.space";
  const ada = await world.loggedIn(ADA, URL);
  const done = await change(
    { hostname: host, openPaths: ["/webhook"] },
    { urls: [URL, `https://${host}/`] },
  );
  expect(faults(done)).toEqual([]);
  expect(done.writes).toEqual(
    expect.arrayContaining([
      `create application ${host}`,
      `create route ${host}`,
      `create record ${host}`,
      `delete record ${HOST}`,
      `delete route ${HOST}`,
      `delete application ${HOST}`,
    ]),
  );
  expect(await reaches(ada, `https://${host}/`)).toBe(false);
  expect(await reaches(world.person(ADA), `https://${host}/`)).toBe(true);
  expect(await reaches(world.machine("api"), `https://${host}/`)).toBe(true);
});

test("a DNS record that is no longer the stack's stays", async () => {
  const done = await change(
    { dnsRecord: "existing" },
    { urls: ["https://studio.datacrew.space/"] },
  );
  expect(done.writes).toEqual([]);
  expect(done.plan).toMatch(/DNS record of \S+ is no longer the stack's/);
  expect(faults(done)).toEqual([]);
});
