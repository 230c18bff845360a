import { CHECKLIST } from "../../probe/checklist";
import { probe } from "../../probe/probe";
import type { World } from "../../probe/world";
import { fullWorld } from "./full-world";
import { HOST, Service } from "./world";

let service: Service;
beforeEach(async () => {
  service = await Service.deploy();
  await service.open("/queue");
});
afterEach(() => service.close());

/** Findings that are broken, by the id of their check. */
async function broken(world: World = fullWorld(service)) {
  const results = await probe(service.deployed, world, { checks: CHECKLIST });
  return results.flatMap(({ check, finding }) =>
    finding.status === "broken" ? [{ id: check.id, ...finding }] : [],
  );
}

/** Puts a rule of the host behind the one of the open path, as by hand. */
const addByHand = (path: string) =>
  service.writeRules((rules) => {
    const index = rules.findIndex(({ path }) => path?.startsWith("^/queue"));
    rules.splice(index + 1, 0, {
      hostname: HOST,
      path,
      service: "http://caddy:80",
      originRequest: { httpHostHeader: HOST },
    });
  });

test("a wider rule that stood there before is named, with what to do", async () => {
  await addByHand("^/queue");
  expect(await broken()).toEqual([
    {
      id: "open-paths",
      status: "broken",
      seen: expect.stringMatching(/^[24]0[04] at \/queue/),
      cause: `rule 4, ${HOST} ^/queue to http://caddy:80, of the tunnel datacrew-services takes more than the open path /queue, and demands no token`,
      remedy: expect.stringMatching(/^deploy again .* existingRules: /),
    },
  ]);
});

test("without the account the rule is not known, but what was seen is told", async () => {
  await addByHand("^/queue");
  const found = await broken({ ...fullWorld(service), account: undefined });
  expect(found).toMatchObject([
    { id: "open-paths", cause: expect.stringContaining("takes more than") },
  ]);
});

test("a rule of the host without a check is named as well", async () => {
  await service.demand();
  const found = await broken();
  expect(found.find(({ id }) => id === "open-paths")).toMatchObject({
    cause: expect.stringMatching(/^rule 4, comfyui\.datacrew\.space to /),
    remedy: expect.stringContaining("sets the check on the service's rule"),
  });
});

test("a rule for another part of the host opens nothing", async () => {
  await addByHand("^/never-asked");
  expect((await broken()).map(({ id }) => id)).toEqual(["route-checks-token"]);
});

test("a rule of every host for a path is made up for by one of the host before it", async () => {
  const path = "/never-asked";
  const wide = {
    hostname: "*.datacrew.space",
    path,
    service: "http://other:80",
  };
  await service.writeRules((rules) => rules.unshift(wide));
  expect(await broken()).toMatchObject([
    {
      id: "route-checks-token",
      seen: expect.stringContaining("*.datacrew.space /never-asked of"),
      remedy: expect.stringContaining("with the same path and service"),
    },
  ]);
  await service.writeRules((rules) => {
    const { originRequest } = rules.find(
      (rule) => rule.hostname === HOST && !rule.path,
    )!;
    rules.unshift({ ...wide, hostname: HOST, originRequest });
  });
  expect(await broken()).toEqual([]);
});

/** Gives the rule of the open path another pattern. */
const rewrite = (pattern: string) =>
  service.writeRules((rules) => {
    const rule = rules.find(({ path }) => path?.startsWith("^/queue"));
    rule!.path = pattern;
  });

/** What the check of open paths alone finds. */
async function finding(world: World) {
  const checks = CHECKLIST.filter(({ id }) => id === "open-paths");
  const [result] = await probe(service.deployed, world, { checks });
  return result?.finding;
}

test("names that the rule does not let in are missed", async () => {
  await rewrite("^/queue(/[A-Za-z0-9_-]+)*$");
  expect(await finding(fullWorld(service))).toEqual({
    status: "broken",
    seen: "403 at /queue/",
    cause: expect.stringContaining("the tunnel demands a token there"),
    remedy: expect.stringContaining("docs/open-paths.md"),
  });
});

test("a deploy that lets in file names but not umlauts is missed as well", async () => {
  await rewrite("^/queue(/[A-Za-z0-9._:@~+,=!-]+)*/?$");
  expect(await finding(fullWorld(service))).toMatchObject({
    seen: "403 at /queue/J%C3%BCrgen%20probe?probe=..%2f..",
  });
});

test("without the account, a 403 at an open path proves nothing", async () => {
  await rewrite("^/queue(/[A-Za-z0-9_-]+)*$");
  const world = { ...fullWorld(service), account: undefined };
  expect(await finding(world)).toEqual({
    status: "not checked",
    why: expect.stringMatching(/^403 at \/queue\/, of the tunnel or of the /),
  });
});

test("a service that refuses callers of an open path itself is not the tunnel", async () => {
  const world = fullWorld(service);
  const refusing: World = {
    ...world,
    async ask(url, options) {
      const answer = await world.ask(url, options);
      return options?.target?.startsWith("/queue") && answer.status < 400
        ? { ...answer, status: 403, text: "the service's own" }
        : answer;
    },
  };
  expect(await finding(refusing)).toMatchObject({ status: "kept" });
});

test("a refusal of the service itself does not hide a rule that is too wide", async () => {
  await addByHand("^/queue");
  const world = fullWorld(service);
  const refusing: World = {
    ...world,
    async ask(url, options) {
      const answer = await world.ask(url, options);
      return answer.status === 404 ? { ...answer, status: 403 } : answer;
    },
  };
  expect(await finding(refusing)).toMatchObject({
    status: "broken",
    cause: expect.stringContaining("takes more than the open path /queue"),
  });
});
