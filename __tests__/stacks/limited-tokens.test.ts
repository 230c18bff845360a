import { openPathPattern } from "../../ingress/open-path";
import type { Config, ServiceConfig } from "./app";
import { faults } from "./faults";
import { TIMEOUT, World, type Change, type Visitor } from "./world";

jest.setTimeout(TIMEOUT);

const ADA = "ada@datacrew.space";
const HOST = "comfyui.datacrew.space";
const URL = `https://${HOST}/`;
const PLACES = ["", "queue", "queue/x", "queue/deep/x", "queuex", "hook/x"];

let world: World;
beforeAll(async () => {
  world = await World.open("empty");
});
afterAll(() => world.close());

function deploy(
  tokens: ServiceConfig["tokens"],
  openPaths: readonly string[] = [],
): Promise<Change> {
  const config: Config = {
    services: {
      comfyui: {
        service: "comfyui",
        hostname: HOST,
        allowedEmails: [ADA],
        tokens,
        openPaths,
      },
    },
  };
  const closed = ["", "queue/deep/x", "queuex"].map((place) => URL + place);
  return world.deploy(config, { urls: closed });
}

/** The places that somebody gets to. */
async function places(visitor: Visitor): Promise<string[]> {
  const answers = await Promise.all(
    PLACES.map((place) => visitor.reach(URL + place)),
  );
  return PLACES.filter((_, index) => answers[index] !== undefined);
}

test("a token opens its path, and others open all as before", async () => {
  const done = await deploy([
    { name: "api" },
    { name: "ci", paths: ["/queue"] },
  ]);
  expect(faults(done)).toEqual([]);
  expect(await places(world.machine("ci"))).toEqual([
    "queue",
    "queue/x",
    "queue/deep/x",
  ]);
  expect(await places(world.machine("api"))).toEqual(PLACES);
  expect(await places(world.person(ADA))).toEqual(PLACES);
  expect(done.writes.filter((write) => write.includes(" route "))).toEqual([
    `create route ${HOST} ${openPathPattern("/queue")}`,
    `create route ${HOST}`,
  ]);
});

test("it does not climb out of its path by a spelling", async () => {
  const ci = world.machine("ci");
  for (const place of ["queue/..%2fx", "queue%2f..%2fx", "queue/..;/x"])
    expect(await ci.reach(URL + place)).toBeUndefined();
  for (const place of ["queue/", "queue/a.b", "queue/J%C3%BCrgen"])
    expect(await ci.reach(URL + place)).toBeDefined();
});

test("one more path, below the first, and an open one beside it", async () => {
  const done = await deploy(
    [
      { name: "api" },
      { name: "ci", paths: ["/queue"] },
      { name: "cron", paths: ["/queue/deep"] },
    ],
    ["/hook"],
  );
  expect(faults(done)).toEqual([]);
  expect(await places(world.machine("ci"))).toEqual([
    "queue",
    "queue/x",
    "queue/deep/x",
    "hook/x",
  ]);
  expect(await places(world.machine("cron"))).toEqual([
    "queue/deep/x",
    "hook/x",
  ]);
  expect(await places(world.machine("api"))).toEqual(PLACES);
});

test("another path instead", async () => {
  const done = await deploy([
    { name: "api" },
    { name: "ci", paths: ["/queuex"] },
  ]);
  expect(faults(done)).toEqual([]);
  expect(await places(world.machine("ci"))).toEqual(["queuex"]);
});

test("from a path to the whole host", async () => {
  const done = await deploy([{ name: "api" }, { name: "ci" }]);
  expect(faults(done)).toEqual([]);
  expect(await places(world.machine("ci"))).toEqual(PLACES);
  expect([...world.account.applications.values()]).toHaveLength(1);
});

test("and back: the token is refused where it is limited to nothing else", async () => {
  const done = await deploy([
    { name: "ci", paths: ["/queue/deep", "/queuex"] },
  ]);
  expect(faults(done)).toEqual([]);
  expect(await places(world.machine("ci"))).toEqual(["queue/deep/x", "queuex"]);
  expect(await places(world.person(ADA))).toEqual(PLACES);
});
