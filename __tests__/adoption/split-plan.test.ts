import {
  splitOf,
  toDecide,
  toMake,
  withoutHost,
  withRoom,
  type Split,
} from "../../adoption/split-plan";
import type { JsonObject } from "../../providers/tunnel-route/json";

const HOST = "comfyui.example.com";
const N8N = "n8n.example.com";
const MACHINES = {
  ...{ id: "machines", name: "Machines", decision: "non_identity" },
  ...{ include: [{ service_token: { token_id: "t" } }], precedence: 1 },
  reusable: true,
};
const PEOPLE = {
  ...{ id: "people", uid: "people", name: "People", decision: "allow" },
  ...{ include: [{ email: { email: "ada@example.com" } }], precedence: 3 },
  ...{ app_count: 1, created_at: "then", updated_at: "then", reusable: false },
};

function app(uris: readonly string[], more: JsonObject = {}): JsonObject {
  return {
    ...{ id: "old", uid: "old", aud: "old-aud", name: "Services" },
    ...{ type: "self_hosted", domain: uris[0], session_duration: "6h" },
    destinations: uris.map((uri) => ({ type: "public", uri })),
    ...{ allowed_idps: ["google"], policies: [MACHINES, PEOPLE] },
    ...more,
  };
}

/** One that an earlier run made, as Cloudflare answers it. */
function own(uri: string, more: JsonObject = {}): JsonObject {
  return app([uri], {
    ...{ id: "new", uid: "new", aud: "new-aud", name: HOST },
    policies: [MACHINES, { ...PEOPLE, id: "copy", uid: "copy" }],
    ...more,
  });
}

const find = (...applications: JsonObject[]) =>
  splitOf(HOST, { applications, rules: [] });

function splitIn(...applications: JsonObject[]): Split {
  const found = find(...applications);
  if (!("split" in found)) throw new Error(JSON.stringify(found));
  return found.split;
}

function refusal(...applications: JsonObject[]): string {
  const found = find(...applications);
  return "refused" in found ? found.refused.join("\n") : JSON.stringify(found);
}

test("copies what can be written: reusable policies by their ids, the others written out", () => {
  expect(toMake(splitIn(app([HOST, N8N], { tags: ["home"] })))).toEqual({
    ...{ name: HOST, type: "self_hosted", domain: `${HOST}/not-in-use` },
    destinations: [{ type: "public", uri: `${HOST}/not-in-use` }],
    ...{ session_duration: "6h", allowed_idps: ["google"], tags: ["home"] },
    policies: [
      { id: "machines", precedence: 1 },
      {
        ...{ name: "People", decision: "allow", precedence: 3 },
        include: PEOPLE.include,
      },
    ],
  });
});

test.each([
  {
    of: "hosts",
    places: [N8N, HOST, "chat.example.com"],
    steps: ["make", "decide", "let go"],
    place: `${HOST}/*`,
    left: [N8N, "chat.example.com"],
  },
  {
    of: "a path of the host as well",
    places: [HOST, `${HOST}/api`, N8N],
    steps: ["make", "decide", "let go"],
    place: `${HOST}/*`,
    left: [N8N],
  },
  {
    of: "a wildcard",
    places: ["*.example.com"],
    steps: ["make", "decide"],
    place: HOST,
    left: ["*.example.com"],
  },
  {
    of: "a wildcard and a path of the host",
    places: ["*.example.com", `${HOST}/api`],
    steps: ["make", "decide", "let go"],
    place: HOST,
    left: ["*.example.com"],
  },
  {
    of: "the host's every path",
    places: [`${HOST}/*`, N8N],
    steps: ["make", "make room", "decide", "let go"],
    place: `${HOST}/*`,
    left: [N8N],
  },
])("splits one of $of", ({ left, place, places, steps }) => {
  const split = splitIn(app(places));
  expect(split).toMatchObject({ place, steps });
  expect(withoutHost(split)).toMatchObject({
    domain: left[0],
    destinations: left.map((uri) => ({ uri })),
  });
});

test("makes room by the host's name in the place of its every path", () => {
  expect(
    withRoom(splitIn(app([N8N, `${HOST}/*`], { domain: N8N }))),
  ).toMatchObject({
    domain: N8N,
    destinations: [{ uri: N8N }, { uri: HOST }],
    policies: [
      { id: "machines", precedence: 1 },
      { id: "people", precedence: 3 },
    ],
  });
  const two = app([HOST, `${HOST}/*`, N8N]);
  expect(withRoom(splitIn(two))).toMatchObject({
    destinations: [{ uri: HOST }, { uri: N8N }],
  });
});

test("keeps private destinations, and what older answers have in their form", () => {
  const cidr = { type: "private", cidr: "10.0.0.0/8" };
  const mixed = app([HOST], {
    destinations: [{ type: "public", uri: HOST }, cidr],
  });
  const left = withoutHost(splitIn(mixed));
  expect(left).toMatchObject({ destinations: [cidr] });
  expect(left).not.toHaveProperty("domain");
  const older = app([HOST], {
    destinations: undefined,
    self_hosted_domains: [HOST, N8N],
  });
  expect(withoutHost(splitIn(older))).toMatchObject({
    domain: N8N,
    self_hosted_domains: [N8N],
  });
});

test("keeps the open paths of the host's destination", () => {
  const overrides = [{ behavior: "public", path_pattern: "/health" }];
  const open = app([HOST, N8N], {
    destinations: [
      { type: "public", uri: HOST, overrides },
      { type: "public", uri: N8N },
    ],
  });
  const [destination] = toMake(splitIn(open))["destinations"] as JsonObject[];
  expect(destination).toMatchObject({ overrides });
  const made = own("", { destinations: [destination!] });
  expect(toDecide(splitIn(open, made))).toMatchObject({
    destinations: [{ uri: `${HOST}/*`, overrides }],
  });
});

test.each([
  {
    of: "made",
    applications: [app([HOST, N8N]), own(`${HOST}/not-in-use`)],
    steps: ["decide", "let go"],
  },
  {
    of: "made, with what Cloudflare gives new applications",
    applications: [
      app([HOST, N8N]),
      own(`${HOST}/not-in-use`, { eager_redirect_cookie_setting: "on" }),
    ],
    steps: ["decide", "let go"],
  },
  {
    of: "deciding",
    applications: [app([HOST, N8N]), own(`${HOST}/*`)],
    steps: ["let go"],
  },
  {
    of: "deciding beside a wildcard that has a path of the host",
    applications: [app(["*.example.com", `${HOST}/api`]), own(HOST)],
    steps: ["let go"],
  },
])("goes on where the new one is $of", ({ applications, steps }) => {
  expect(splitIn(...applications)).toMatchObject({
    steps,
    made: { id: "new" },
  });
});

test.each([
  ["once the old one has let go", app([N8N]), own(`${HOST}/*`)],
  ["beside a wildcard's", app(["*.example.com"]), own(HOST)],
  ["beside one that is for its paths", app([`${N8N}/x`]), own(HOST)],
])("has nothing to do %s", (_, ...applications) => {
  expect(find(...applications)).toEqual({ own: applications[1] });
});

test.each([
  ["settings", { session_duration: "24h" }, /: session_duration differs\. /],
  ["no setting of the old one", { tags: undefined }, /: tags differs\. /],
  ["policies", { policies: [MACHINES] }, /: policies differs\. /],
  [
    "converted policies",
    { policies: [MACHINES, { ...PEOPLE, reusable: true }] },
    /: policies differs\. /,
  ],
  ["login methods", { allowed_idps: [] }, /: allowed_idps differs\. /],
])("does not use one for the unused path with other %s", (_, more, why) => {
  const old = app([HOST, N8N], { tags: ["home"] });
  const other = own(`${HOST}/not-in-use`, { tags: ["home"], ...more });
  expect(refusal(old, other)).toMatch(why);
});

test("does not use one that is for more than the unused path", () => {
  const places = [`${HOST}/not-in-use`, `${HOST}/x`].map((uri) => ({ uri }));
  expect(refusal(app([HOST, N8N]), own("", { destinations: places }))).toMatch(
    /is for other places as well: .* take comfyui\.example\.com\/not-in-use out of it, and it keeps the others/,
  );
});

test("takes the host from no application because of another that differs", () => {
  const other = own(`${HOST}/*`, { session_duration: "24h" });
  expect(refusal(app([HOST, N8N]), other)).toMatch(
    /decides nothing there: they differ in session_duration\. Whether a run of --split made it is not known/,
  );
});

test.each([
  ["another type", { type: "ssh" }, /is of the type ssh/],
  ["SCIM", { scim_config: { enabled: true } }, /provisions users by SCIM/],
  ["managed OAuth", { oauth_configuration: {} }, /has managed OAuth/],
  ["policies that are not shown", { policies: ["x"] }, /does not show what/],
  [
    "open paths of a path",
    {
      destinations: [
        { uri: HOST },
        {
          uri: `${HOST}/api`,
          overrides: [{ behavior: "public", path_pattern: "/api/x" }],
        },
        { uri: N8N },
      ],
    },
    /paths of comfyui\.example\.com\/api in "Services" are open to everyone/,
  ],
])("refuses one with %s", (_, more, why) => {
  expect(refusal(app([HOST, N8N], more))).toMatch(why);
});

test("refuses a wildcard's where another decides for a path of wildcards", () => {
  const other = app(["*.example.com/api"], { id: "x", name: "Hooks" });
  expect(refusal(app(["*.example.com"]), other)).toMatch(
    /^"Hooks" decides for \*\.example\.com\/api, and the new one would take these requests .* give comfyui\.example\.com\/api an application of its own first/,
  );
});

test("does so once the path has an application of its own, as it says", () => {
  const other = app(["*.example.com/api"], { id: "x", name: "Hooks" });
  const path = app([`${HOST}/api`], { id: "y", name: "Hooks here" });
  expect(splitIn(app(["*.example.com"]), other, path).place).toBe(HOST);
});

test("names all that is in the way at once, and a host without an application", () => {
  expect(
    refusal(app([HOST, N8N], { type: "ssh", scim_config: {} })).split("\n"),
  ).toHaveLength(2);
  expect(refusal(app([N8N]))).toMatch(/^no application decides for/);
});
