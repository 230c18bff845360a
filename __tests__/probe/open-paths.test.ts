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
      remedy: expect.stringMatching(/^remove that rule \(Zero Trust, Networks/),
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
