import { existingApplication } from "../../../providers/existing-application/resource";
import { Client } from "../../../providers/tunnel-route/client";
import { create } from "../../../providers/tunnel-route/create";
import { destroy } from "../../../providers/tunnel-route/destroy";
import type { Journal } from "../../../providers/tunnel-route/journal";
import type { JsonObject } from "../../../providers/tunnel-route/json";
import { planDestroy } from "../../../providers/tunnel-route/plan";
import { REMOVED } from "../../../providers/tunnel-route/meanwhile";
import type { IngressRule } from "../../../ingress/rule";
import type { Context } from "../../../terraform-plugin/provider";
import type { ObjectValue } from "../../../terraform-plugin/value";
import { contextWith } from "../context";
import { MemoryJournal } from "../tunnel-route/memory-journal";

const [HOST, OTHER] = ["app.example.com", "other.example.com"];
const RULE = { hostname: HOST, service: "http://a" };
const DEMAND = { access: { required: true, teamName: "t", audTag: ["aud"] } };
const OURS = { ...RULE, originRequest: DEMAND };
const CREW: JsonObject = {
  ...{ id: "crew", name: "crew", decision: "allow", reusable: true },
};
const THEIRS: JsonObject = {
  ...{ id: "app", aud: "aud", name: "By hand", type: "self_hosted" },
  ...{ domain: HOST, session_duration: "24h" },
  policies: [CREW],
};
const TAKEN: JsonObject = {
  ...{ ...THEIRS, session_duration: "1h" },
  policies: [{ id: "ours", name: "ours", decision: "allow", reusable: true }],
};
const PLACE = { account_id: "a1", hostname: HOST };
const STATE: ObjectValue = {
  ...{ ...PLACE, id: "app", app_id: "app", aud: "aud" },
  settings: '{"session_duration":"1h"}',
  ...{ policies: ["ours"], allowed_idps: null, drift: null, not_kept: null },
  document: JSON.stringify({ ...TAKEN, policies: undefined }),
  previous: JSON.stringify(THEIRS),
};
const ROUTE: ObjectValue = {
  ...{ ...PLACE, tunnel_id: "t1", path: null, service: RULE.service },
  id: `a1/t1/${HOST}`,
  origin_request: {
    access: { required: true, team_name: "t", aud_tag: ["aud"] },
  },
  ...{ on_destroy: "restore", replaced_rule: JSON.stringify(RULE) },
  ...{ application_id: "app", existing_applications: null },
  ...{ existing_application: true, claim: "c", kept_settings: null },
  drift: null,
  ...before([THEIRS]),
};

/** What the state has of who got to the host before the first deploy. */
function before(
  applications: readonly JsonObject[],
  {
    groups = [],
    rules = [RULE],
  }: { groups?: JsonObject[]; rules?: IngressRule[] } = {},
): ObjectValue {
  return { access_before: JSON.stringify({ applications, groups, rules }) };
}

let applications: JsonObject[];
let reusable: JsonObject[];
let groups: JsonObject[];
let rules: readonly IngressRule[];
let journal: MemoryJournal;
let isReviewed: boolean;
beforeEach(() => {
  applications = [TAKEN];
  reusable = [CREW];
  groups = [];
  isReviewed = false;
  rules = [OURS, { service: "http_status:404" }];
  journal = new MemoryJournal();
  journal.write({
    id: "a1 application app",
    claim: JSON.stringify(THEIRS),
    ...{ previous: null, written: [] },
  });
});

function connect(): Context<Client> {
  const configuration = () => ({
    ...{ version: 1, source: "cloudflare" },
    config: { ingress: rules },
  });
  return contextWith(
    new Client({
      api: {
        getTunnel: async () => ({ name: "tunnel", deletedAt: null }),
        getConfiguration: async () => configuration(),
        async putConfiguration(_: unknown, config: JsonObject) {
          rules = config["ingress"] as unknown as IngressRule[];
          return configuration();
        },
      } as unknown as Client["api"],
      applications: {
        get: async (_, id) => applications.find((one) => one["id"] === id),
        has: async () => true,
        list: async () => applications,
        policies: async () => reusable,
        groups: async () => groups,
        put: () => Promise.reject(new Error("nothing is written")),
      },
      records: { list: async () => [] } as unknown as Client["records"],
      managedTunnels: {} as Client["managedTunnels"],
      pins: {} as Client["pins"],
      names: {} as Client["names"],
      journal: journal as unknown as Journal,
      lockFolder: "/tmp",
      isReviewed,
      sleep: async () => {},
    }),
  );
}

/** Plans the destroy of both as Terraform does. */
async function plan(route = ROUTE): Promise<void> {
  await existingApplication.planDestroy!(STATE, connect());
  await planDestroy(route, connect());
}

const change = (more: JsonObject) => {
  applications = [{ ...TAKEN, ...more }, ...applications.slice(1)];
};

describe("one that somebody has made be for another host", () => {
  beforeEach(() => change({ domain: OTHER }));
  const NO_LONGER =
    /"By hand" \(app\) be for other\.example\.com and no longer for app\.example\.com, which the destroy would make public/;

  test("is refused by the plan, as its host would be public", async () => {
    await expect(plan()).rejects.toThrow(NO_LONGER);
  });

  test("is refused where a wider rule would take the requests", async () => {
    rules = [OURS, { hostname: "*.example.com", service: "http://wide" }];
    const none = { ...ROUTE, replaced_rule: null };
    await expect(plan(none)).rejects.toThrow(NO_LONGER);
  });

  test.each<[string, () => ObjectValue]>([
    ["is for it again", () => (change({ domain: `${HOST}/*` }), ROUTE)],
    [
      "has another in its place",
      () => (applications.push({ ...THEIRS, id: "b", aud: "b" }), ROUTE),
    ],
    [
      "left a rule that demands a JWT",
      () => ({ ...ROUTE, replaced_rule: JSON.stringify(OURS) }),
    ],
    ["leaves no rule", () => ({ ...ROUTE, replaced_rule: null })],
  ])("is planned where it %s", async (_, prepare) => {
    await plan(prepare());
  });
});

describe("one that somebody has deleted", () => {
  const GONE =
    /deleted the application "By hand" \(app\), so the destroy would/;
  beforeEach(async () => {
    await plan();
    applications = [];
    expect(await existingApplication.read(STATE, connect())).toBeNull();
  });

  test("is refused at the plan and at the apply, as the host would be public", async () => {
    await expect(planDestroy(ROUTE, connect())).rejects.toThrow(GONE);
    await expect(destroy(ROUTE, connect())).rejects.toThrow(GONE);
    expect(rules[0]).toEqual(OURS);
  });

  test("is refused where nobody knows what it was", async () => {
    const unknown = { ...ROUTE, access_before: null };
    await expect(planDestroy(unknown, connect())).rejects.toThrow(
      /deleted the application app, so/,
    );
  });

  test.each<[string, () => ObjectValue]>([
    [
      "had let everyone in",
      () => {
        const include = [{ everyone: {} }];
        const policies = [{ id: "y", decision: "bypass", include }];
        return { ...ROUTE, ...before([{ ...THEIRS, policies }]) };
      },
    ],
    [
      "has another in its place",
      () => {
        applications.push({ ...THEIRS, id: "b", aud: "b" });
        return ROUTE;
      },
    ],
  ])("does not stop a destroy where it %s", async (_, prepare) => {
    const route = prepare();
    await planDestroy(route, connect());
    await destroy(route, connect());
    expect(rules[0]).toEqual(RULE);
  });
});

describe("a policy for everyone that somebody has written inside it", () => {
  const open = { id: "x", name: "open", decision: "bypass", reusable: false };
  const everyone = { ...open, include: [{ everyone: {} }] };
  const [ours] = TAKEN["policies"] as JsonObject[];
  const OPENED =
    /written "open" into .*, which asks for no login, so the destroy would open app/;

  test("is refused at the plan and at the apply, as the host would be public", async () => {
    await plan();
    change({ policies: [everyone, ours] });
    await expect(plan()).rejects.toThrow(OPENED);
    await expect(destroy(ROUTE, connect())).rejects.toThrow(OPENED);
    expect(rules[0]).toEqual(OURS);
  });

  test("is left where it was open before, or where it opens nothing", async () => {
    change({ policies: [everyone, ours] });
    await plan({ ...ROUTE, replaced_rule: JSON.stringify(OURS) });
    const was = { ...THEIRS, policies: [{ ...everyone, id: "y" }] };
    await planDestroy({ ...ROUTE, ...before([was]) }, connect());
    change({ policies: [{ ...open, decision: "deny", include: [] }, ours] });
    await plan();
  });
});

describe("what asks for no login since", () => {
  let route: ObjectValue;
  beforeEach(() => (route = ROUTE));
  const OPEN = { decision: "bypass", include: [{ everyone: {} }] };
  const [ours] = TAKEN["policies"] as JsonObject[];
  const inside: JsonObject = { ...CREW, id: "in", name: "in", reusable: false };

  test.each<[string, () => void, RegExp]>([
    [
      "a reusable policy that it lists again",
      () => void (reusable = [{ ...CREW, ...OPEN }]),
      /has changed "crew" of the application "By hand" \(app\), which asks for no login now, so the destroy would open app/,
    ],
    [
      "a policy inside it",
      () => {
        const was = { ...THEIRS, policies: [inside, CREW] };
        const note = journal.read("a1 application app")!;
        journal.write({ ...note, claim: JSON.stringify(was) });
        route = { ...ROUTE, ...before([was]) };
        change({ policies: [{ ...inside, ...OPEN }, ours] });
      },
      /has changed "in" of the application "By hand" \(app\)/,
    ],
    [
      "one for half of all addresses",
      () => {
        const include = [{ ip: { ip: "128.0.0.0/1" } }];
        reusable = [{ ...CREW, decision: "bypass", include }];
      },
      /has changed "crew" of/,
    ],
    [
      "one for a country",
      () => {
        const include = [{ geo: { country_code: "DE" } }];
        reusable = [{ ...CREW, decision: "bypass", include }];
      },
      /has changed "crew" of .*, which lets in people without a login from DE now, so the destroy would open app/,
    ],
    [
      "one of Service Auth without a token",
      () => void (reusable = [{ ...CREW, ...OPEN, decision: "non_identity" }]),
      /has changed "crew" of/,
    ],
    [
      "a group that a policy names",
      () => {
        const include = [{ group: { id: "g" } }];
        reusable = [{ ...CREW, decision: "bypass", include }];
        const note = journal.read("a1 application app")!;
        const was = { ...THEIRS, policies: reusable };
        journal.write({ ...note, claim: JSON.stringify(was) });
        route = { ...ROUTE, ...before([was]) };
        groups = [{ id: "g", name: "g", include: [{ everyone: {} }] }];
      },
      /^The application "By hand" \(app\) lets people in at app/,
    ],
    [
      "another application",
      () => {
        const policies = [{ id: "d", ...OPEN }];
        const wide = { id: "d", name: "D", domain: `${HOST}/*`, policies };
        const elsewhere = { id: "e", name: "E", domain: OTHER, aud: "e" };
        applications.push({ ...THEIRS, ...elsewhere });
        applications.push({ ...THEIRS, ...wide, aud: "d" });
      },
      /^The application "D" \(d\) lets people in at app\.example\.com without a login, so/,
    ],
  ])("refuses a destroy: %s", async (_, happen, message) => {
    happen();
    await expect(planDestroy(route, connect())).rejects.toThrow(message);
    await expect(destroy(route, connect())).rejects.toThrow(message);
    expect(rules[0]).toEqual(OURS);
  });
});

describe("whom its policies let in by now", () => {
  let route: ObjectValue;
  beforeEach(() => (route = ROUTE));
  const allow = (include: JsonObject): JsonObject => ({
    ...{ ...CREW, include: [include] },
  });
  const bypass = (include: JsonObject, exclude: JsonObject[] = []) => ({
    ...{ ...allow(include), decision: "bypass", exclude },
  });
  const ip = (range: string) => ({ ip: { ip: range } });
  const geo = (country_code: string) => ({ geo: { country_code } });
  const token = (token_id: string) => ({ service_token: { token_id } });
  const posture = { device_posture: { integration_uid: "p" } };
  const everyone = { everyone: {} };
  const group = { group: { id: "g" } };

  function happened(was: JsonObject, is: JsonObject, groups?: JsonObject[]) {
    const document = { ...THEIRS, policies: [was] };
    const note = journal.read("a1 application app")!;
    journal.write({ ...note, claim: JSON.stringify(document) });
    route = { ...ROUTE, ...before([document], { groups }) };
    reusable = [is];
  }

  test.each<[string, JsonObject, JsonObject, RegExp]>([
    [
      "another address range",
      bypass(ip("10.0.0.0/8")),
      bypass(ip("192.0.2.7/32")),
      /from addresses such as 192\.0\.2\.7 now/,
    ],
    [
      "a wider one than some before",
      bypass(ip("10.128.0.0/9")),
      bypass(ip("10.0.0.0/8")),
      /from addresses such as 10\.127\.255\.255 now/,
    ],
    [
      "a country that was left out",
      bypass(everyone, [geo("US"), geo("FR")]),
      bypass(everyone, [geo("US")]),
      /people without a login from FR now/,
    ],
    [
      "a device",
      bypass(ip("10.0.0.0/8")),
      bypass(posture),
      /which asks for no login now/,
    ],
    [
      "a mail domain",
      allow({ email_domain: { domain: "a.example" } }),
      allow({ email_domain: { domain: "b.example" } }),
      /lets in people with addresses at b\.example now/,
    ],
    [
      "a person",
      allow({ email: { email: "ada@a.example" } }),
      allow({ email: { email: "Eve@a.example" } }),
      /lets in eve@a\.example now/,
    ],
    [
      "all who log in",
      allow({ email_domain: { domain: "a.example" } }),
      allow(everyone),
      /lets in anyone who logs in now/,
    ],
    [
      "a token",
      { ...allow(token("t")), decision: "non_identity" },
      { ...allow(token("u")), decision: "non_identity" },
      /lets in the service token u now/,
    ],
  ])("refuses a destroy that nobody sees: %s", async (_, was, is, message) => {
    happened(was, is);
    await expect(planDestroy(route, connect())).rejects.toThrow(message);
    await expect(destroy(route, connect())).rejects.toThrow(
      /Or run npm run destroy at a terminal/,
    );
    isReviewed = true;
    await planDestroy(route, connect());
    reusable = [was];
    isReviewed = false;
    await planDestroy(route, connect());
  });

  test("is no opening where the stack lets them in", async () => {
    const [was, is] = ["a", "b"].map((email) =>
      allow({ email: { email: `${email}@a.example` } }),
    );
    happened(was!, is!);
    change({ policies: [{ ...is!, id: "ours" }] });
    await planDestroy(route, connect());
  });

  test("is no opening where a policy inside it lets them in already", async () => {
    const [was, is] = [{ email: { email: "a@a.example" } }, everyone].map(
      (include) => ({ ...allow(include), id: "inside", reusable: false }),
    );
    happened(was!, is!);
    change({ policies: [is!, ...(TAKEN["policies"] as JsonObject[])] });
    await planDestroy(route, connect());
    // Those that it lets in only once it is given back are asked about.
    change({ policies: TAKEN["policies"]! });
    happened({ ...was!, reusable: true }, { ...is!, reusable: true });
    await expect(planDestroy(route, connect())).rejects.toThrow(
      /lets in anyone who logs in now/,
    );
  });

  test("counts a group as it was", async () => {
    const was = bypass(group);
    const office = { id: "g", name: "g", include: [ip("10.0.0.0/8")] };
    groups = [office];
    happened(was, was);
    const message =
      /lets people without a login from .*10\.255\.255\.255 in at/;
    await expect(planDestroy(route, connect())).rejects.toThrow(message);
    happened(was, was, [office]);
    await planDestroy(route, connect());
    groups = [{ ...office, include: [ip("10.0.0.0/7")] }];
    await expect(planDestroy(route, connect())).rejects.toThrow(
      /addresses such as 11\.255\.255\.255/,
    );
  });

  test("is looked at where a nearer application decides", async () => {
    const policies = [bypass(everyone)];
    const near = { id: "d", name: "D", aud: "d", domain: `${HOST}/api` };
    applications.push({ ...THEIRS, ...near, policies });
    await expect(planDestroy(route, connect())).rejects.toThrow(
      /"D" \(d\) lets people in at app\.example\.com\/api without a login/,
    );
    // Its path has a rule of its own, which stays.
    const own = { ...RULE, path: "^/api", service: "http://api" };
    rules = [own, OURS, { service: "http_status:404" }];
    await planDestroy(route, connect());
  });
});

describe("without the journal", () => {
  const OPEN = { decision: "bypass", include: [{ everyone: {} }] };
  beforeEach(() => (journal = new MemoryJournal()));

  test("a destroy knows from the state what the application was", async () => {
    const context = connect();
    await existingApplication.read(STATE, context);
    await planDestroy(ROUTE, context);
    reusable = [{ ...CREW, ...OPEN }];
    const OPENED = /has changed "crew" of the application "By hand" \(app\)/;
    await expect(planDestroy(ROUTE, context)).rejects.toThrow(OPENED);
    await existingApplication.planDestroy!(STATE, context);
    // Another process applies.
    await expect(destroy(ROUTE, connect())).rejects.toThrow(OPENED);
    reusable = [CREW];
    await destroy(ROUTE, connect());
    expect(rules[0]).toEqual(RULE);
    // What was noted for it is no trace of a run that was cut off.
    expect(journal.read("a1 application app")).toBeUndefined();
  });

  test("nor with the state, an opening is asked about", async () => {
    reusable = [{ ...CREW, ...OPEN }];
    change({ policies: [{ ...CREW, ...OPEN, id: "in", reusable: false }] });
    const route = { ...ROUTE, access_before: null };
    await expect(planDestroy(route, connect())).rejects.toThrow(
      /before the first deploy is not known[^]*at a terminal/,
    );
    isReviewed = true;
    await planDestroy(route, connect());
  });
});

describe("between the plan of a destroy and its apply", () => {
  beforeEach(() => plan());

  test.each<[string, () => void, RegExp]>([
    [
      "moved",
      () => change({ domain: OTHER }),
      /which the destroy would make public/,
    ],
    [
      "changed",
      () => change({ session_duration: "3h" }),
      /it was not given back/,
    ],
    ["deleted", () => void (applications = []), /is gone since the plan/],
  ])("one that is %s keeps the rule as it is", async (_, happen, message) => {
    happen();
    await expect(destroy(ROUTE, connect())).rejects.toThrow(message);
    expect(rules[0]).toEqual(OURS);
  });

  test("one that is gone for the next plan is no reason to stop where that is reviewed", async () => {
    applications = [];
    isReviewed = true;
    expect(await existingApplication.read(STATE, connect())).toBeNull();
    await planDestroy(ROUTE, connect());
    await destroy(ROUTE, connect());
    expect(rules[0]).toEqual(RULE);
  });

  test("what is somebody else's stays theirs", async () => {
    change({ logo_url: "x" });
    await destroy(ROUTE, connect());
    expect(rules[0]).toEqual(RULE);
  });
});

describe("an application of the stack's own, where another protected the host", () => {
  const OWN = { ...TAKEN, id: "own" };
  const WIDE = { id: "w", aud: "aud-w", name: "W", domain: "*.example.com" };
  const crew = { ...CREW, include: [{ email: { email: "ada@a.example" } }] };
  const everyone = { everyone: {} };
  const wide = { ...WIDE, policies: [crew] };
  const open = { ...crew, decision: "bypass", include: [everyone] };
  const hook = { ...wide, aud: "hook", domain: `${HOST}/hook` };
  const bob = { ...crew, include: [{ email: { email: "bob@a.example" } }] };
  const guests = { ...wide, id: "x", aud: "x", policies: [bob] };
  const none = { ...ROUTE, application_id: null, existing_application: null };
  const wider = { hostname: "*.example.com", service: "http://wide" };
  const catchAll = { service: "http_status:404" };
  const past = (...args: Parameters<typeof before>) => ({
    ...none,
    ...before(...args),
  });
  beforeEach(() => void (applications = [OWN, wide]));

  test.each<[string, ObjectValue, () => void, RegExp]>([
    [
      "a wildcard's that lets in everyone now",
      past([wide]),
      () => void (applications = [OWN, { ...wide, policies: [open] }]),
      /has changed "crew" of the application "W" \(w\), which asks for no login now, so the destroy would open app\.example\.com/,
    ],
    [
      "a wildcard's that is gone",
      past([wide]),
      () => void (applications = [OWN]),
      /deleted the application "W" \(w\), so the destroy would make app\.example\.com public/,
    ],
    [
      "a wildcard's that is for another host now",
      past([wide]),
      () => void (applications = [OWN, { ...wide, domain: OTHER }]),
      /made the application "W" \(w\) be for other\.example\.com and no longer for app/,
    ],
    [
      "one on a path that is gone",
      past([{ ...wide, domain: `${HOST}/admin` }]),
      () => void (applications = [OWN]),
      /deleted the application "W" \(w\), so the destroy would make app\.example\.com\/admin public/,
    ],
    [
      "the JWT check of a wider rule that is gone",
      {
        ...past([], { rules: [{ ...wider, originRequest: DEMAND }] }),
        replaced_rule: null,
      },
      () => {
        applications = [OWN];
        rules = [OURS, wider, catchAll];
      },
      /^Nothing protects app\.example\.com without the stack, so the destroy would make it public: .*http:\/\/wide, checks no JWT[^]*no rule of the tunnel let anybody there without a login/,
    ],
    [
      "no rule that led anywhere",
      { ...past([], { rules: [catchAll] }), replaced_rule: null },
      () => {
        applications = [OWN];
        rules = [OURS, wider, catchAll];
      },
      /^Nothing protects app/,
    ],
    [
      "no rule, and the stack's is gone as well",
      { ...past([], { rules: [catchAll] }), replaced_rule: null },
      () => {
        applications = [OWN];
        rules = [wider, catchAll];
      },
      /^Nothing protects app/,
    ],
    [
      "something that nobody knows",
      { ...none, access_before: null },
      () => void (applications = [OWN]),
      /^Nothing protects app[^]*before the first deploy is not known/,
    ],
  ])(
    "refuses a destroy that nobody sees: %s",
    async (_, route, happen, message) => {
      happen();
      const was = rules;
      const drift = rules.length < 3 && rules[0] === wider ? REMOVED : null;
      await expect(planDestroy({ ...route, drift }, connect())).rejects.toThrow(
        message,
      );
      await expect(destroy({ ...route, drift }, connect())).rejects.toThrow(
        message,
      );
      expect(rules).toEqual(was);
      isReviewed = true;
      await planDestroy({ ...route, drift }, connect());
    },
  );

  test.each<[string, ObjectValue, () => void]>([
    ["all is as it was", past([wide]), () => {}],
    ["it was public", past([]), () => void (applications = [OWN])],
    [
      "the one on a path is as before",
      past([{ ...wide, domain: `${HOST}/hook`, policies: [open] }]),
      () => {
        const hook = { ...wide, domain: `${HOST}/hook`, policies: [open] };
        applications = [OWN, hook, { ...wide, id: "x", aud: "x" }];
      },
    ],
    [
      "the one on a path has been taken over and given back since",
      past([hook, guests]),
      () => {
        applications = [OWN, hook, guests];
        const access = { required: true, audTag: ["hook"] };
        const written = [{ ...RULE, originRequest: { access } }, OURS];
        const id = String(ROUTE["id"]);
        journal.write({ id, claim: "c", previous: RULE, written });
      },
    ],
    [
      "the rule of before demands a JWT",
      { ...past([wide]), replaced_rule: JSON.stringify(OURS) },
      () => void (applications = [OWN]),
    ],
    [
      "nothing leads there",
      { ...past([wide]), replaced_rule: null },
      () => void (applications = [OWN]),
    ],
  ])("is destroyed where %s", async (_, route, happen) => {
    happen();
    await planDestroy(route, connect());
    await destroy(route, connect());
    const { replaced_rule: text } = route;
    expect(rules[0]).toEqual(
      text === null ? catchAll : JSON.parse(String(text)),
    );
  });
});

test("a route that is made notes what decides so far, without the stack's own and without secrets", async () => {
  const crew = { ...CREW, include: [{ group: { id: "g" } }], name: "Ada's" };
  const office = { id: "g", include: [{ ip: { ip: "10.0.0.0/8" } }] };
  const wide = { id: "w", aud: "w", name: "W", domain: "*.example.com" };
  applications = [
    TAKEN,
    { ...wide, policies: [crew], custom_deny_message: "no" },
    { ...THEIRS, id: "own", aud: "own", domain: `${HOST}/own` },
    { ...THEIRS, id: "else", aud: "else", domain: OTHER },
  ];
  groups = [
    { ...office, name: "Office" },
    { ...office, id: "other" },
  ];
  const service = "http://user:secret@wide";
  rules = [
    { hostname: OTHER, service },
    { hostname: "*.example.com", service, originRequest: DEMAND },
    { service: "http_status:404" },
  ];
  const access = { required: true, team_name: "t", aud_tag: ["aud", "own"] };
  const planned = { ...ROUTE, id: null, origin_request: { access } };
  const made = await create(
    { ...planned, replaced_rule: null, restored_rule: null },
    connect(),
  );
  const past = String(made["access_before"]);
  expect(past).not.toMatch(/secret|Ada|Office/);
  expect(JSON.parse(past)).toEqual({
    applications: [
      // As the journal has it: a run that was cut off has changed it.
      {
        ...{ id: "app", aud: "aud", name: "By hand", type: "self_hosted" },
        ...{
          domain: HOST,
          policies: [{ id: "crew", decision: "allow", reusable: true }],
        },
      },
      {
        ...wide,
        policies: [
          {
            id: "crew",
            decision: "allow",
            reusable: true,
            include: crew.include,
          },
        ],
      },
    ],
    groups: [office],
    rules: [
      { hostname: "*.example.com", originRequest: DEMAND },
      { service: "http_status:404", originRequest: {} },
    ],
  });
});
