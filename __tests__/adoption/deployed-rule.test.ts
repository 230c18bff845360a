import { rules } from "../../adoption/rules";
import type { Part, Row, Scene } from "../../adoption/survey";
import { onDestroyOf } from "../../doctor/planned";
import type { IngressRule } from "../../ingress/rule";
import type { Entry } from "../../providers/tunnel-route/journal";

const HOST = "a.x.io";
const ID = `account/tunnel/${HOST}`;
const check = { required: true, teamName: "team", audTag: ["aud"] };
const DEPLOYED = {
  hostname: HOST,
  service: "http://ours:80",
  originRequest: { httpHostHeader: "inside", access: check },
};
const ENTRY: Entry = {
  id: ID,
  claim: "1",
  previous: { hostname: HOST, service: "http://ours:80" },
  written: [DEPLOYED],
};

async function rowOf(...asked: Parameters<typeof tableOf>): Promise<Row> {
  return (await tableOf(...asked)).rows[0]!;
}

async function tableOf(
  found: IngressRule,
  more: {
    readonly noted?: readonly Entry[];
    /** Before it. */
    readonly first?: IngressRule;
    /** What the state knows of the route. */
    readonly route?: object;
  } = {},
): Promise<Part> {
  const last = { service: "http_status:404" };
  const ahead = more.first ? [more.first] : [];
  const { noted = [ENTRY] } = more;
  const planned = {
    hostname: HOST,
    service: "http://ours:80",
    originRequest: { access: check },
  };
  const scene = {
    service: {
      hostname: HOST,
      openPaths: [],
      applications: [],
      routes: [{ id: ID, rule: planned, deployed: DEPLOYED, ...more.route }],
    },
    own: [],
    deployed: [{}],
    noted,
    givenBack: "as before the first deploy",
    account: {
      configuration: async () => ({
        rules: [...ahead, found, last],
        defaults: {},
      }),
      records: async () => [],
      tunnel: async () => ({ id: "tunnel", name: "t" }),
      tunnels: async () => [{ id: "old", name: "before" }],
      tunnelConfiguration: async () => ({ rules: [DEPLOYED, last] }),
      applications: async () => [
        { name: "App", aud: "aud", domain: HOST, destinations: [] },
      ],
      organization: async () => ({
        auth_domain: "team.cloudflareaccess.com",
      }),
    },
  };
  return rules(scene as unknown as Scene);
}

const CHANGED =
  "deployed, and changed by somebody since; a deploy writes what the stack states again";
const UNCHECKED: IngressRule = {
  hostname: HOST,
  service: "http://theirs:80",
  originRequest: { connectTimeout: 3 },
};
const CHANGES = [
  { attribute: "JWT check", before: "none", after: "the stack's applications" },
  {
    attribute: "service",
    before: "http://theirs:80",
    after: "http://ours:80",
  },
  { attribute: "connectTimeout", before: "3", after: "not set" },
  { attribute: "httpHostHeader", before: "not set", after: '"inside"' },
];

test("one that is as it was deployed says no more", async () => {
  const row = await rowOf(DEPLOYED);
  expect(row).toMatchObject({
    becomes: "the stack's own",
    why: "deployed",
    afterDestroy: "as before the first deploy, where there was one",
  });
  expect(row.changes).toBeUndefined();
});

test("what somebody has changed is told, the check of the JWT first, and what a destroy carries over", async () => {
  expect(await rowOf(UNCHECKED)).toMatchObject({
    why: CHANGED,
    changes: CHANGES,
    afterDestroy:
      "as before the first deploy, with what they changed: service, httpHostHeader, connectTimeout",
  });
});

test("a check switched off is all that a destroy does not carry over", async () => {
  const { httpHostHeader } = DEPLOYED.originRequest;
  const found = { ...DEPLOYED, originRequest: { httpHostHeader } };
  expect(await rowOf(found)).toMatchObject({
    changes: CHANGES.slice(0, 1),
    afterDestroy: "as before the first deploy",
  });
});

test("without the provider's note a destroy restores the rule as it was", async () => {
  expect(await rowOf(UNCHECKED, { noted: [] })).toMatchObject({
    why: CHANGED,
    changes: CHANGES,
    afterDestroy: "as before the first deploy, where there was one",
  });
});

test("a destroy that leaves none leaves none of theirs", async () => {
  const route = { leavesNone: true };
  expect(await rowOf(UNCHECKED, { route })).toMatchObject({
    why: CHANGED,
    afterDestroy: 'none: onDestroy is "remove"',
  });
});

test("what a destroy leaves goes by the state where there is one", () => {
  const restore = { on_destroy: "restore" };
  const remove = { on_destroy: "remove" };
  expect(onDestroyOf(remove)).toEqual({ leavesNone: true });
  expect(onDestroyOf(remove, remove)).toEqual({ leavesNone: true });
  expect(onDestroyOf(restore, restore)).toEqual({});
  expect(onDestroyOf(remove, restore)).toEqual({ leavesNoneNext: true });
  expect(onDestroyOf(restore, remove)).toEqual({
    leavesNone: true,
    leavesNoneNext: false,
  });
});

test("what only the code says of a destroy holds once it is deployed", async () => {
  const to = async (route: object) =>
    (await rowOf(DEPLOYED, { route })).afterDestroy;
  expect(await to({ leavesNoneNext: true })).toBe(
    'as before the first deploy, where there was one; once onDestroy: "remove" is deployed, none: a wider rule, where there is one, takes the host then',
  );
  expect(await to({ leavesNone: true, leavesNoneNext: false })).toBe(
    'none: onDestroy is "remove"; once the code is deployed, without onDestroy: "remove", the rule from before the first deploy, where there was one',
  );
});

test("one that a destroy has put back before it was cut off is as before", async () => {
  const entry = {
    ...ENTRY,
    written: [DEPLOYED, DEPLOYED],
    leaving: true,
  };
  expect(await rowOf(entry.previous!, { noted: [entry] })).toMatchObject({
    why: expect.stringMatching(/^as before the first deploy/) as unknown,
    afterDestroy: "as before the first deploy",
  });
});

test("so is one that the note of no destroy tells of any more", async () => {
  const before = { hostname: HOST, service: "http://before:80" };
  const state = {
    ...{ id: ID, tunnel_id: "tunnel", hostname: HOST },
    replaced_rule: JSON.stringify(before),
  };
  const row = await rowOf(before, { noted: [], route: { state } });
  expect(row).toMatchObject({
    why: "as before the first deploy, as after a destroy that was cut off; a deploy writes what the stack states again",
    afterDestroy: "as before the first deploy",
  });
  expect(row.changes).toBeUndefined();
});

test("one before which somebody has put another says so, and no line has the stack lead there", async () => {
  const first = { hostname: "*.x.io", service: "http://wide:80" };
  const { lines, rows } = await tableOf(DEPLOYED, { first });
  expect(lines).toEqual([]);
  expect(rows.at(-1)).toMatchObject({
    becomes: "the stack's own",
    why: "deployed, and never reached: the rule *.x.io to http://wide:80, which comes before it, takes all of its requests; a deploy moves it before that",
    afterDestroy: expect.stringContaining("is never reached") as unknown,
  });
});

test.each([
  {
    former: ENTRY.previous!,
    does: "puts back the rule to http://ours:80 from before the first deploy without a JWT check",
    afterDestroy: "as before the first deploy, where there was one",
  },
  { former: undefined, does: "takes it out", afterDestroy: "none" },
])(
  "in another tunnel, as the settings named that before: the deploy $does",
  async ({ afterDestroy, does, former }) => {
    const replaced_rule = former && JSON.stringify(former);
    const route = { state: { tunnel_id: "old", replaced_rule } };
    const other = { hostname: "b.x.io", service: "http://b:80" };
    const { lines, rows } = await tableOf(other, { route });
    expect(rows).toEqual([
      expect.objectContaining({
        becomes: "the stack's own",
        name: `${HOST} to http://ours:80 in the tunnel before`,
        why: `CLOUDFLARE_TUNNEL names t now: the next deploy ${does} here, and then puts one there`,
        changes: [
          { attribute: "httpHostHeader", before: '"inside"', after: "not set" },
        ],
        afterDestroy,
      }),
      expect.objectContaining({
        becomes: "made",
        name: `${HOST} to http://ours:80 in the tunnel t`,
      }),
    ]);
    expect(lines.map(({ text }) => text)).toEqual([
      'origin: { httpHostHeader: "inside" },',
    ]);
  },
);
