import { openPathPattern } from "../../ingress/open-path";
import type { Plan } from "../../review/change";
import { mergePlans } from "../../review/merge";
import { hasErrors, reviewOf } from "../../review/review";
import {
  allow,
  bypass,
  changeOf,
  findingsOf,
  NOW,
  routePlan,
  serviceAuth,
  state,
  type Host,
} from "./states";

const HOST = "app.example.com";
const guarded: Host = { host: HOST, policies: [allow("ada@example.com")] };
const open: Host = { host: HOST };

test("has nothing to say of no change", () => {
  expect(findingsOf(changeOf([guarded], [guarded]))).toEqual([]);
});

test("finds an error where a host becomes public", () => {
  const change = changeOf([guarded], [open]);
  expect(findingsOf(change)).toContain(`error becomes-public: ${HOST}`);
  expect(hasErrors(reviewOf(change, { now: NOW }))).toBe(true);
});

test("finds nothing bad where a host was public before", () => {
  expect(hasErrors(reviewOf(changeOf([open], [open]), { now: NOW }))).toBe(
    false,
  );
});

test("finds an error where a record leads past Access", () => {
  const past: Host = { ...guarded, record: "unproxied" };
  expect(findingsOf(changeOf([guarded], [past]))).toContain(
    `error becomes-public: ${HOST}`,
  );
});

test("finds an error where a whole host opens, and worth a look where a path does", () => {
  const all: Host = { host: HOST, policies: [bypass], checks: false };
  const path: Host = {
    ...guarded,
    host: HOST,
    path: "/hook",
    policies: [bypass],
    rule: "none",
    record: "none",
  };
  expect(findingsOf(changeOf([guarded], [all]))).toContain(
    `error host-opens: ${HOST}`,
  );
  expect(
    findingsOf(
      changeOf(
        [{ ...guarded, checks: false }],
        [{ ...guarded, checks: false }, path],
      ),
    ),
  ).toContain(`warning path-opens: ${HOST}/hook`);
});

test("notes a path that was public and stays open", () => {
  const path: Host = {
    host: HOST,
    path: "/hook",
    policies: [bypass],
    rule: "none",
    record: "none",
  };
  const found = findingsOf(
    changeOf([open], [{ ...guarded, checks: false }, path]),
  );
  expect(found).toContain(`note stays-open: ${HOST}/hook`);
  expect(found.join()).not.toContain("path-opens");
});

test("warns where everyone with a login gets in", () => {
  const anyone: Host = {
    host: HOST,
    policies: [
      {
        id: "all",
        name: "all",
        decision: "allow",
        include: [{ everyone: {} }],
      },
    ],
  };
  expect(findingsOf(changeOf([guarded], [anyone]))).toContain(
    `warning anyone-logs-in: ${HOST}`,
  );
});

test("tells of hosts that appear and disappear", () => {
  expect(findingsOf(changeOf([], [guarded]))).toContain(
    `note host-appears: ${HOST}`,
  );
  expect(findingsOf(changeOf([guarded], []))).toContain(
    `note host-disappears: ${HOST}`,
  );
});

test("tells of routes that gain or lose the JWT check", () => {
  const unchecked: Host = { ...guarded, checks: false };
  expect(findingsOf(changeOf([unchecked], [guarded]))).toContain(
    `note jwt-check-gained: ${HOST}`,
  );
  expect(findingsOf(changeOf([guarded], [unchecked]))).toContain(
    `warning jwt-check-lost: ${HOST}`,
  );
});

test("warns of a route that demands another application's JWT", () => {
  const change = changeOf([guarded], [guarded]);
  const applications = change.after.access.applications.map((app) => ({
    ...app,
    aud: "another",
  }));
  const after = {
    ...change.after,
    access: { ...change.after.access, applications },
  };
  expect(findingsOf({ ...change, after })).toContain(
    `warning jwt-check-of-another: ${HOST}`,
  );
});

test("has nothing to say of odd spellings of a path with an application of its own, which are refused", () => {
  const change = changeOf([guarded], [guarded]);
  const [app] = change.after.access.applications;
  const [tunnel] = change.after.tunnels;
  const [rule, ...others] = tunnel!.rules;
  const own = { id: "app of api", aud: "aud of api", domain: `${HOST}/api` };
  const access = { required: true, teamName: "team", audTag: [own.aud] };
  const ownRule = {
    ...rule!,
    path: openPathPattern("/api"),
    originRequest: { access },
  };
  const after = {
    ...change.after,
    access: {
      ...change.after.access,
      applications: [app!, { ...app!, ...own, policies: [serviceAuth("t")] }],
    },
    tunnels: [{ ...tunnel!, rules: [ownRule, rule!, ...others] }],
  };
  expect(findingsOf({ ...change, after }).join()).not.toContain("jwt-check");
});

test("tells where a route leads to another service", () => {
  const moved: Host = { ...guarded, service: "http://other:80" };
  expect(findingsOf(changeOf([guarded], [moved]))).toContain(
    `note other-service: ${HOST}`,
  );
});

test("names of an open host what directs its requests elsewhere, where the service is named alike", () => {
  const said = (...headers: (string | undefined)[]) => {
    const [before, after] = headers.map((httpHostHeader) => {
      const one = state([open]);
      const [tunnel] = one.tunnels;
      const rules = tunnel!.rules.map((rule) => ({
        ...rule,
        originRequest: { httpHostHeader },
      }));
      return { ...one, tunnels: [{ ...tunnel!, rules }] };
    });
    const plans = [routePlan(HOST)];
    return reviewOf({ before: before!, after: after!, plans }, { now: NOW })
      .findings.filter(({ id }) => id === "open-elsewhere")
      .map(({ text }) => text);
  };
  expect(said("inner.x", undefined)).toEqual([
    "everyone without a login now reaches http://service:80 there instead of http://service:80 (httpHostHeader inner.x)",
  ]);
  // It is the host's own, which the service gets without it too.
  expect(said(HOST, undefined)).toEqual([]);
});

test("warns of another host that leads to a guarded service without a login", () => {
  const side: Host = { host: "side.example.com" };
  const change = changeOf(
    [guarded, side],
    [guarded, side],
    [routePlan(HOST, { action: "no-op" })],
  );
  expect(findingsOf(change)).toContain("warning side-door: side.example.com");
});

test("finds no side door where the other service is another, or guarded as well", () => {
  const other: Host = { host: "side.example.com", service: "http://other:80" };
  const asWell: Host = {
    host: "side.example.com",
    policies: [allow("ada@example.com")],
  };
  for (const side of [other, asWell])
    expect(
      findingsOf(
        changeOf(
          [guarded, side],
          [guarded, side],
          [routePlan(HOST, { action: "no-op" })],
        ),
      ).filter((named) => !named.includes(" is-open:")),
    ).toEqual([]);
});

test("says who keeps access until the session ends, and for how long", () => {
  const change = changeOf(
    [
      {
        ...guarded,
        session: "12h",
        policies: [allow("ada@example.com", "ben@example.com")],
      },
    ],
    [guarded],
  );
  const { findings } = reviewOf(change, { now: NOW });
  const [finding] = findings.filter(({ id }) => id === "session-lasts");
  expect(finding?.text).toBe(
    "ben@example.com: people who are logged in keep access until their session ends, up to 12 h after the last login",
  );
});

test("knows that sessions of an application that is made anew are worth nothing", () => {
  const change = changeOf(
    [{ ...guarded, policies: [allow("ben@example.com")] }],
    [guarded],
  );
  const applications = change.after.access.applications.map((app) => ({
    ...app,
    aud: "new",
  }));
  const after = {
    ...change.after,
    access: { ...change.after.access, applications },
  };
  expect(findingsOf({ ...change, after }).join()).not.toContain(
    "session-lasts",
  );
});

test.each([
  ["public", { hostname: HOST, service: "http://service:80" }, "warning"],
  [
    "guarded",
    {
      hostname: HOST,
      service: "http://service:80",
      originRequest: {
        access: { required: true, teamName: "team", audTag: ["x"] },
      },
    },
    "note",
  ],
  ["closed", { hostname: HOST, service: "http_status:404" }, "note"],
])("says what a destroy puts back: a %s rule", (_, replaced, severity) => {
  const change = changeOf([open], [guarded], [routePlan(HOST, { replaced })]);
  expect(findingsOf(change)).toContain(`${severity} destroy-restores: ${HOST}`);
});

/** The sentence about a destroy after which only `stays` is for the host. */
function restored(replaced: object, stays: object[] = []): string | undefined {
  const change = changeOf(
    [open],
    [guarded],
    [routePlan(HOST, { replaced: { hostname: HOST, ...replaced } })],
  );
  const { access } = change.after;
  const after = {
    ...change.after,
    access: { ...access, applications: [...access.applications, ...stays] },
  };
  return reviewOf({ ...change, after }, { now: NOW }).findings.find(
    ({ id }) => id === "destroy-restores",
  )?.text;
}

test("tells whether anybody gets through a rule that demands a JWT", () => {
  const access = { required: true, teamName: "team", audTag: ["x"] };
  const rule = { service: "http://service:80", originRequest: { access } };
  const stays = { id: "theirs", aud: "x", domain: HOST, policies: [] };
  expect(restored(rule, [stays])).toMatch(/, which requires an Access JWT$/);
  expect(restored(rule)).toMatch(
    /, which requires an Access JWT that nobody will have: the host stays closed$/,
  );
  expect(restored(rule, [{ ...stays, aud: "y" }])).toMatch(/nobody will have/);
  expect(restored({ service: "http_status:404" })).toMatch(/lets nobody in$/);
});

test("says public again only where whoever comes is let in", () => {
  const rule = { service: "http://service:80" };
  const policies = (include: object) => [
    { id: "p", decision: "bypass", include: [include] },
    allow("ada@example.com"),
  ];
  const office = policies({ ip: { ip: "203.0.113.0/24" } });
  const stays = { id: "theirs", name: "Theirs", domain: HOST };
  expect(restored(rule, [{ ...stays, policies: office }])).toMatch(
    /, and the application "Theirs" protects the host, but for those whom it lets in without a login$/,
  );
  const all = policies({ everyone: {} });
  expect(restored(rule, [{ ...stays, policies: all }])).toMatch(
    /public again$/,
  );
});

describe("what closes a host that a destroy opens", () => {
  const replaced = { hostname: HOST, service: "http://service:80" };
  const wider = (more: Partial<Host> = {}): Host => ({
    ...{ host: "*.example.com", service: "http://wide:80", ...more },
  });
  const NONE = 'write onDestroy: "remove" to leave none';
  const COVER =
    'make an application for *.example.com first, which is for its other hosts too: with onDestroy: "remove" the rule for *.example.com takes it, to http://wide:80, and checks no JWT';
  const findingsWith = (others: readonly Host[], isDestroy = false) => {
    const plan = routePlan(HOST, { replaced });
    const [route] = plan.resources;
    const { after } = route as { after: object };
    const gone = {
      ...route,
      action: "delete",
      before: after,
      after: undefined,
    };
    return reviewOf(
      changeOf(
        [isDestroy ? guarded : open, ...others],
        [isDestroy ? open : guarded, ...others],
        [isDestroy ? ({ ...plan, resources: [gone] } as Plan) : plan],
      ),
      { now: NOW },
    ).findings.filter(({ subject }) => subject === HOST);
  };
  const remedyOf = (others: readonly Host[], id: string, isDestroy = false) =>
    findingsWith(others, isDestroy).find((one) => one.id === id)?.remedy;

  test.each([
    ["nothing else takes it", [], NONE],
    ["a wider rule takes it", [wider()], COVER],
    ["a wider rule checks the JWT", [wider({ checks: true })], NONE],
    ["a wider rule is closed", [wider({ service: "http_status:404" })], NONE],
  ])("where %s", (_, others, remedy) => {
    expect(remedyOf(others, "destroy-restores")).toBe(remedy);
  });

  test("and it does", () => {
    const covered = wider({
      policies: [allow("ada@example.com")],
      checks: false,
    });
    expect(
      findingsWith([covered]).find(({ id }) => id === "destroy-restores"),
    ).toMatchObject({
      severity: "note",
      text: expect.stringMatching(/"App \*\.example\.com" protects the host$/),
    });
  });

  test("what it does not close is not called a remedy", () => {
    const covered = wider({
      policies: [allow("ada@example.com")],
      checks: false,
    });
    const [lost] = findingsWith([covered], true);
    expect(lost).toMatchObject({ id: "jwt-check-lost" });
    expect(lost).not.toHaveProperty("remedy");
  });

  test("a destroy's own review says the same", () => {
    const back = "the rule from before the first deploy comes back: ";
    expect(remedyOf([], "becomes-public", true)).toBe(
      `${back}write onDestroy: "remove" and deploy that first`,
    );
    expect(remedyOf([wider()], "becomes-public", true)).toBe(back + COVER);
    expect(remedyOf([open], "becomes-public", true)).toMatch(
      /, and take the other rule for app\.example\.com out of the tunnel, which then takes it, /,
    );
    // Both gone, the wider one would take it.
    expect(remedyOf([open, wider()], "becomes-public", true)).toBe(
      back + COVER,
    );
  });
});

describe("of applications that a destroy gives back", () => {
  const taken = (domain: string, aud: string, former: object = {}) => {
    const after = { id: aud, name: "Taken", domain, aud, policies: [] };
    const one = {
      ...{ stack: "web", kind: "application", unknown: [], action: "update" },
      address: `tunnel_existing_application.${aud}`,
    } as const;
    return { ...one, after: { ...after, former: { ...after, ...former } } };
  };
  const restoredWith = (
    applications: readonly ReturnType<typeof taken>[],
    path: string | undefined,
    aud?: string,
  ) => {
    const access = { required: true, teamName: "team", audTag: [aud] };
    const replaced = {
      ...{ hostname: HOST, path, service: "http://service:80" },
      ...(aud && { originRequest: { access } }),
    };
    const { resources, ...plan } = routePlan(HOST, { replaced });
    const [route] = resources;
    const withPath = {
      ...route!,
      after: { ...route!.after, ...(path && { path }) },
    } as typeof route;
    const change = changeOf([open], [guarded], [
      { ...plan, resources: [withPath!, ...applications] },
    ] as Plan[]);
    const { access: now } = change.after;
    const after = {
      ...change.after,
      access: { ...now, applications: applications.map((one) => one.after) },
    };
    return reviewOf({ ...change, after }, { now: NOW }).findings.find(
      ({ id }) => id === "destroy-restores",
    )?.text;
  };

  test("a rule of a path is closed only where no application has the audience that it demands", () => {
    const both = [taken(HOST, "x"), taken(`${HOST}/queue`, "q")];
    const path = openPathPattern("/queue");
    expect(restoredWith(both, path, "q")).toMatch(
      /which requires an Access JWT$/,
    );
    expect(restoredWith(both, path, "x")).toMatch(
      /that nobody will have: the path stays closed$/,
    );
    expect(restoredWith(both, "^/q", "x")).toMatch(/an Access JWT$/);
    expect(restoredWith(both, undefined, "z")).toMatch(/host stays closed$/);
  });

  test("what decides again is what it was before the first deploy", () => {
    const bypass = { id: "p", decision: "bypass", include: [{ everyone: {} }] };
    const was = { policies: [bypass] };
    expect(restoredWith([taken(HOST, "x", was)], undefined)).toMatch(
      /the host is public again$/,
    );
    expect(restoredWith([taken(HOST, "x")], undefined)).toMatch(
      /the application "Taken" protects the host$/,
    );
  });
});

test("says that a record which a destroy puts back leads past Access", () => {
  const plan = routePlan(HOST, {
    replaced: { hostname: HOST, service: "http://service:80" },
  });
  const change = changeOf([open], [guarded], [plan]);
  const ours = change.after.records.find(({ name }) => name === HOST)!;
  const address = { type: "A", content: "203.0.113.9", proxied: false };
  const record = {
    stack: "web",
    address: "tunnel_dns_record.web",
    kind: "dns_record",
    action: "create",
    unknown: [],
    after: { ...ours, previous: [{ ...ours, ...address }] },
  } as const;
  const theirs = { id: "theirs", domain: HOST, policies: [] };
  const { access } = change.after;
  const { findings } = reviewOf(
    {
      ...change,
      after: { ...change.after, access: { ...access, applications: [theirs] } },
      plans: [{ ...plan, resources: [...plan.resources, record] }],
    },
    { now: NOW },
  );
  expect(findings.find(({ id }) => id === "destroy-restores")?.text).toMatch(
    /, and the DNS record, which leads past Access: it sees no request to the host then$/,
  );
});

test("has nothing to say of a destroy that leaves nothing, or of a route that stays", () => {
  const replaced = { hostname: HOST, service: "http://service:80" };
  for (const more of [{ onDestroy: "remove" }, { action: "no-op" }] as const) {
    const change = changeOf(
      [guarded],
      [guarded],
      [routePlan(HOST, { replaced, ...more })],
    );
    expect(findingsOf(change)).toEqual([]);
  }
});

test("warns of applications and rules beside the code on its hosts", () => {
  const byHand: Host = {
    host: HOST,
    path: "/by-hand",
    policies: [bypass],
    checks: false,
  };
  const found = findingsOf(
    changeOf(
      [guarded, byHand],
      [guarded, byHand],
      [routePlan(HOST, { action: "no-op" })],
    ),
  );
  expect(found).toContain(`warning foreign-application: ${HOST}/by-hand`);
});

const TOKEN = {
  id: "t1",
  name: "api",
  client_id: "c1",
  duration: "8760h",
  client_secret_version: 1,
};
const tokenPlan = (
  resource: Pick<Plan["resources"][number], "action"> & {
    before?: object;
    after?: object;
  },
): Plan => ({
  stack: "web",
  unread: [],
  outputs: {},
  resources: [
    {
      stack: "web",
      address: "cloudflare_zero_trust_access_service_token.api",
      kind: "service_token",
      unknown: [],
      ...resource,
    },
  ],
});

test.each([
  ["made", { action: "create", after: TOKEN }, "note token-made"],
  ["dropped", { action: "delete", before: TOKEN }, "note token-dropped"],
  [
    "replaced",
    { action: "replace", before: TOKEN, after: { ...TOKEN, id: "t2" } },
    "warning token-replaced",
  ],
  [
    "rotated with an overlap",
    {
      action: "update",
      before: TOKEN,
      after: {
        ...TOKEN,
        client_secret_version: 2,
        previous_client_secret_expires_at: "2026-12-01T00:00:00Z",
      },
    },
    "note token-rotated",
  ],
  [
    "rotated without",
    {
      action: "update",
      before: TOKEN,
      after: { ...TOKEN, client_secret_version: 2 },
    },
    "warning token-rotated",
  ],
] as const)("tells of a token that is %s", (_, resource, found) => {
  const plans = [tokenPlan(resource)];
  expect(findingsOf(mergePlans(state([]), plans))).toEqual([
    `${found}: token api`,
  ]);
});

test("tells a token that is made anew from the one before", () => {
  const before = state([{ host: HOST, policies: [serviceAuth("t1")] }], {
    tokens: [TOKEN],
  });
  const after = state([{ host: HOST, policies: [serviceAuth("t2")] }], {
    tokens: [{ ...TOKEN, id: "t2" }],
  });
  const { matrix } = reviewOf({ before, after, plans: [] }, { now: NOW });
  const turns = matrix.cells.flatMap(({ subject, turn }) =>
    subject.kind === "token" ? [`${subject.label} ${turn}`] : [],
  );
  expect(turns).toEqual([
    `token api (${TOKEN.id}) loses`,
    "token api (new) gains",
  ]);
});

test("tells two tokens of one name by their ids", () => {
  const hosts = (id: string) => [{ host: HOST, policies: [serviceAuth(id)] }];
  const more = { tokens: [TOKEN, { ...TOKEN, id: "t2" }] };
  const { matrix } = reviewOf(
    {
      before: state(hosts("t1"), more),
      after: state(hosts("t2"), more),
      plans: [],
    },
    { now: NOW },
  );
  const labels = matrix.subjects.map(({ label }) => label);
  expect(labels).toEqual(
    expect.arrayContaining(["token api (t1)", "token api (t2)"]),
  );
});

test("counts an expired token as none", () => {
  const hosts = [{ host: HOST, policies: [serviceAuth("t1")] }];
  const expired = { ...TOKEN, expires_at: "2026-11-01T00:00:00Z" };
  const account = state(hosts, { tokens: [expired] });
  const { matrix } = reviewOf(
    { before: account, after: account, plans: [] },
    { now: NOW },
  );
  const [cell] = matrix.cells.filter(({ subject }) => subject.kind === "token");
  expect(cell?.after.outcome).toBe("refused");
});

test("says from which country a host opens", () => {
  const some: Host = {
    host: HOST,
    policies: [
      {
        id: "pt",
        name: "pt",
        decision: "bypass",
        include: [{ geo: { country_code: "PT" } }],
      },
    ],
    checks: false,
  };
  const { findings, matrix } = reviewOf(changeOf([guarded], [some]), {
    now: NOW,
  });
  const gaining = matrix.cells.filter(({ turn }) => turn === "gains");
  expect(gaining.map(({ subject }) => subject.label)).toContain(
    "anyone without a login from PT",
  );
  expect(findings).toContainEqual(
    expect.objectContaining({
      id: "host-opens",
      text: expect.stringContaining("without a login, from PT:") as string,
    }),
  );
});

test("asks about a host under a wildcard that nothing else names", () => {
  const { matrix } = reviewOf(
    changeOf([{ host: "*.example.com" }, guarded], [guarded]),
    { now: NOW },
  );
  const places = matrix.places.map(
    ({ host, request }) => `${host} ${request.host}`,
  );
  expect(places).toEqual([
    "*.example.com any-other-host.example.com",
    "*.*.example.com any-other-host.any-other-host.example.com",
    `${HOST} ${HOST}`,
  ]);
});

describe("another version of Cloudflare's provider", () => {
  const change = changeOf([guarded], [guarded]);
  const found = (from: string, to: string) => {
    const plan: Plan = {
      stack: "comfyui",
      resources: [],
      unread: [],
      outputs: {},
      provider: { from, to },
    };
    return reviewOf({ ...change, plans: [plan] }, { now: NOW }).findings;
  };

  test("is a one-way door where the older one refuses the state", () => {
    expect(found("5.14.0", "5.22.0")).toEqual([
      expect.objectContaining({
        id: "provider-one-way",
        severity: "warning",
        subject: "stack comfyui",
        remedy: expect.stringContaining("npm run restore-state"),
      }),
    ]);
  });

  test("is told where there is a way back", () => {
    expect(found("5.19.0", "5.22.0")).toEqual([
      expect.objectContaining({ id: "provider-version", severity: "note" }),
    ]);
  });
});
