import type { AccessAccount } from "../../access/model";
import { NotKnown } from "../../account/not-known";
import type { ResourceChange } from "../../deployment/terraform";
import { tellPutBack } from "../../scripts/put-back";

const OPEN = { hostname: "app.example.com", service: "http://app:80" };
const access = { required: true, teamName: "team", audTag: ["a"] };

const OWN = { id: "own", name: "App", domain: OPEN.hostname };
const WIDE = { id: "wide", name: "Everything", domain: "*.example.com" };
const everyone = { include: [{ everyone: {} }] };
const allow = { id: "p1", decision: "allow" as const, ...everyone };
const bypass = { id: "p2", decision: "bypass" as const, ...everyone };

/** What is told of the destroy of a route with these values. */
async function told(
  values: object,
  actions = ["delete"],
  others: readonly object[] = [],
  account: () => Promise<AccessAccount> = async () => ({
    applications: [OWN],
    organization: {},
  }),
): Promise<string[]> {
  const said: string[] = [];
  const change = {
    type: "tunnel_route",
    address: "tunnel_route.web",
    actions,
    before: { hostname: OPEN.hostname, on_destroy: "restore", ...values },
    after: null,
  };
  const own = {
    type: "cloudflare_zero_trust_access_application",
    actions: ["delete"],
    before: OWN,
  };
  await tellPutBack(
    { name: "web" },
    [change, own, ...others] as unknown as ResourceChange[],
    account,
    (line) => said.push(line),
  );
  return said;
}

test("names the host whose open rule comes back", async () => {
  expect(await told({ replaced_rule: JSON.stringify(OPEN) })).toEqual([
    "web: warning: app.example.com: the rule from before the first deploy comes back, to http://app:80, and demands no login: no application covers app.example.com then, and it is public where a DNS record leads to the tunnel",
  ]);
});

test("names the rule that comes back with what somebody has changed, and no record that does not", async () => {
  const theirs = { ...OPEN, service: "http://theirs:80" };
  const record = {
    type: "tunnel_dns_record",
    actions: ["delete"],
    before: {
      name: OPEN.hostname,
      previous: JSON.stringify([
        { id: "r", name: OPEN.hostname, type: "A", content: "203.0.113.9" },
      ]),
      drift: "nothing",
    },
  };
  const values = {
    replaced_rule: JSON.stringify(OPEN),
    restored_rule: JSON.stringify(theirs),
  };
  expect(await told(values, ["delete"], [record])).toEqual([
    expect.stringMatching(/comes back, to http:\/\/theirs:80, and demands no/),
  ]);
});

test.each([
  ["decides who gets in", allow],
  ["lets everyone in", bypass],
])("says that the application of a wildcard then %s", async (does, policy) => {
  const applications = [OWN, { ...WIDE, policies: [policy] }];
  const [said] = await told(
    { replaced_rule: JSON.stringify(OPEN) },
    ["delete"],
    [],
    async () => ({ applications, organization: {} }),
  );
  expect(said).toMatch(
    new RegExp(`demands no login: the application "Everything" then ${does}$`),
  );
});

test("says where the account could not be read", async () => {
  const [said] = await told(
    { replaced_rule: JSON.stringify(OPEN) },
    ["delete"],
    [],
    async () => {
      throw new NotKnown("applications: 403");
    },
  );
  expect(said).toMatch(
    /whether an application covers it then was not checked, and without one it is public: applications: 403$/,
  );
});

test.each([
  [
    "A",
    false,
    [
      "web: warning: app.example.com: the record from before the first deploy comes back, A 203.0.113.9, and is not proxied: Access sees no request then, and whoever answers there decides who gets in",
    ],
  ],
  ["A", true, []],
])(
  "tells of a record of before that leads past Access: %s, proxied: %s",
  async (type, proxied, lines) => {
    const former = { type, content: "203.0.113.9", proxied };
    const record = {
      type: "tunnel_dns_record",
      actions: ["delete"],
      before: {
        name: OPEN.hostname,
        previous: JSON.stringify([{ id: "r", name: OPEN.hostname, ...former }]),
      },
    };
    const given = {
      type: "tunnel_existing_application",
      actions: ["delete"],
      before: { hostname: OPEN.hostname },
    };
    const values = { replaced_rule: JSON.stringify(OPEN) };
    expect(await told(values, ["delete"], [record, given])).toEqual(lines);
  },
);

test("says that the application of before comes back with it", async () => {
  const given = {
    type: "tunnel_existing_application",
    actions: ["delete"],
    before: { hostname: OPEN.hostname },
  };
  const values = { replaced_rule: JSON.stringify(OPEN) };
  expect(await told(values, ["delete"], [given])).toEqual([
    expect.stringMatching(/the application that was there before decides/),
  ]);
});

test.each<[string, object, string]>([
  ["there was none", { replaced_rule: null }, "delete"],
  [
    "it is not put back",
    { replaced_rule: JSON.stringify(OPEN), on_destroy: "remove" },
    "delete",
  ],
  [
    "it demands a login",
    {
      replaced_rule: JSON.stringify({ ...OPEN, originRequest: { access } }),
    },
    "delete",
  ],
  [
    "it lets nobody in",
    { replaced_rule: JSON.stringify({ ...OPEN, service: "http_status:404" }) },
    "delete",
  ],
  [
    "the route is only changed",
    { replaced_rule: JSON.stringify(OPEN) },
    "update",
  ],
])("is silent where %s", async (_, values, action) => {
  expect(await told(values, [action])).toEqual([]);
});
