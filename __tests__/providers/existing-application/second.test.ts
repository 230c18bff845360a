import { refuseSecond } from "../../../providers/existing-application/second";
import type { Client } from "../../../providers/tunnel-route/client";
import type { JsonObject } from "../../../providers/tunnel-route/json";
import type { Context } from "../../../terraform-plugin/provider";
import { UNKNOWN, type ObjectValue } from "../../../terraform-plugin/value";

const THEIRS: JsonObject[] = [
  { id: "p1", name: "Whole", aud: "aud-p1", domain: "a.x.io" },
  {
    ...{ id: "p2", name: "Hooks", aud: "aud-p2", domain: "b.x.io" },
    destinations: [
      { type: "public", uri: "b.x.io" },
      { type: "public", uri: "A.x.io/hooks/" },
      { type: "private", hostname: "c.x.io" },
    ],
  },
  { id: "p3", name: "Wide", aud: "aud-p3", domain: "e.x.io/*" },
];

let asked = 0;
beforeEach(() => (asked = 0));

const newContext = () =>
  ({
    client: {
      refusedPlaces: new Set(),
      async applicationsOf() {
        asked += 1;
        return THEIRS;
      },
    },
  }) as unknown as Context<Client>;

function plan(
  ids: ObjectValue | null,
  { prior = null as ObjectValue | null, context = newContext() } = {},
): Promise<void> {
  const config = { account_id: "acc", new_applications: ids };
  return refuseSecond(config, prior, context);
}

test("refuses an application for a place that another has, in any spelling, all at once", async () => {
  await expect(
    plan({ "a.x.io": UNKNOWN, "a.x.io/hooks/": UNKNOWN }),
  ).rejects.toMatchObject({
    summary: expect.stringMatching(
      /^The application "Whole" \(p1\) is for a\.x\.io, [^]*; The application "Hooks" \(p2\) is for A\.x\.io\/hooks\/,/,
    ) as unknown,
    detail: expect.stringMatching(
      /npm run adopt -- STACK\.[^]*npm run adopt -- STACK --ours p1 p2$/,
    ) as unknown,
  });
});

test("refuses one for a host where another has HOST/*, which would decide in its place", async () => {
  await expect(plan({ "e.x.io": UNKNOWN })).rejects.toThrow(
    /"Wide" \(p3\) is for e\.x\.io\/\*, and this stack would make a second for e\.x\.io, which would never decide/,
  );
  await plan({ "e.x.io/hooks": UNKNOWN });
});

test("says it once where several rules demand the same application's JWT", async () => {
  const context = newContext();
  const both = { "a.x.io": UNKNOWN };
  await expect(plan(both, { context })).rejects.toThrow(/11010/);
  await expect(plan(both, { context })).resolves.toBeUndefined();
});

test("lets one be made beside those for wider and longer places, and private hosts", async () => {
  await plan({ "d.x.io": UNKNOWN, "a.x.io/hook": UNKNOWN, "c.x.io": UNKNOWN });
  expect(asked).toBe(1);
});

test("asks nothing where none is made, and lets one of the stack's own be replaced", async () => {
  await plan({ "a.x.io": "p1" });
  await plan(null);
  expect(asked).toBe(0);
  const prior = {
    hostname: "a.x.io",
    path: null,
    service: "http://caddy:80",
    origin_request: { access: { aud_tag: ["aud-p1"] } },
  };
  await plan({ "a.x.io": UNKNOWN }, { prior });
});
