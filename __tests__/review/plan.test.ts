import { compile } from "../../access/decide";
import type { IngressRule } from "../../ingress/rule";
import { ruleFaults } from "../../ingress/validate";
import { resourcesOf } from "../../review/change";
import { withPlannedIds } from "../../review/placeholders";
import { readPlan } from "../../review/plan";
import { UsageError } from "../../base/usage-error";
import { mergePlans } from "../../review/merge";
import { change, planJson } from "./plans";
import { findingsOf, state } from "./states";

const APP = "cloudflare_zero_trust_access_application.app";
const POLICY = "cloudflare_zero_trust_access_policy.people";
const TOKEN = "cloudflare_zero_trust_access_service_token.api";

test("gives what is to be made one id wherever it is referred to", () => {
  const plan = readPlan(
    "web",
    planJson(
      [
        change(POLICY, ["create"], {
          after: { name: "people", decision: "allow", include: [] },
          unknown: { id: true, include: [] },
        }),
        change(APP, ["create"], {
          after: { name: "App", domain: "a.example.com", policies: [{}] },
          unknown: { id: true, aud: true, policies: [{ id: true }] },
        }),
      ],
      { [APP]: { policies: [{ id: `\${${POLICY}.id}` }] } },
    ),
  );
  const [app] = resourcesOf([plan], "application");
  const [policy] = resourcesOf([plan], "policy");
  expect(policy?.after?.id).toBe(`planned:web/${POLICY}.id`);
  expect(app?.after?.policies).toMatchObject([{ id: policy?.after?.id }]);
  expect(app?.unknown).toEqual([]);
});

test("keeps the numbers of settings that a rule keeps, as plain ones: a copy means the same", () => {
  const before = {
    hostname: "a.example.com",
    service: "http://old:80",
    originRequest: { connectTimeout: 12 },
  };
  const text = planJson([
    change("tunnel_route.web", ["create"], {
      after: {
        id: "1",
        tunnel_id: "t1",
        hostname: "a.example.com",
        service: "http://web:80",
        origin_request: { tls_timeout: 7, ip_rules: null, access: null },
        kept_settings:
          '{"connectTimeout":12,"keepAliveTimeout":1.0e2,"ipRules":[{"prefix":"192.0.2.0/24","ports":[80],"allow":true}],"later":{"x":[1]}}',
        replaced_rule: JSON.stringify(before),
      },
    }),
  ]);
  const [route] = resourcesOf([readPlan("web", text)], "route");
  const { replaced, rule } = route!.after!;
  expect(rule.originRequest).toEqual({
    connectTimeout: 12,
    tlsTimeout: 7,
    keepAliveTimeout: 100,
    ipRules: [{ prefix: "192.0.2.0/24", ports: [80], allow: true }],
    later: { x: [1] },
  });
  expect(ruleFaults(structuredClone(rule))).toEqual([]);
  expect(ruleFaults(JSON.parse(JSON.stringify(rule)) as IngressRule)).toEqual(
    [],
  );
  expect(replaced).toEqual(before);
});

test("a destroy puts back the rule from before with what somebody has changed of ours since", () => {
  const route = {
    id: "account/t1/a.example.com",
    tunnel_id: "t1",
    hostname: "a.example.com",
    service: "http://theirs:80",
    replaced_rule: '{"hostname":"a.example.com","service":"http://old:80"}',
    restored_rule: '{"hostname":"a.example.com","service":"http://theirs:80"}',
  };
  const rules = [{ hostname: "a.example.com", service: "http://theirs:80" }];
  const account = {
    ...state([]),
    tunnels: [{ id: "t1", name: "t", rules, source: "cloudflare" as const }],
  };
  const gone = planJson([
    change("tunnel_route.web", ["delete"], { before: route }),
  ]);
  expect(
    mergePlans(account, [readPlan("web", gone)]).after.tunnels[0]!.rules,
  ).toEqual(rules);
});

test("never keeps a secret", () => {
  const text = planJson(
    [
      change(TOKEN, ["update"], {
        before: { name: "api", client_secret: "cfast_old" },
        after: { name: "api", client_secret: "cfast_new" },
        sensitive: { client_secret: true },
      }),
    ],
    {},
    {
      output_changes: {
        tokens: {
          actions: ["update"],
          after: [{ client_secret: "cfast_new" }],
          after_sensitive: [{ client_secret: true }],
        },
        host: { actions: ["no-op"], after: "a.example.com" },
      },
    },
  );
  const plan = readPlan("web", text);
  expect(JSON.stringify(plan)).not.toContain("cfast");
  expect(plan.outputs).toEqual({ host: "a.example.com" });
});

test.each([
  ["sensitive", { sensitive: { include: [{ email: { email: true } }] } }],
  ["not known yet", { unknown: { include: [{ email: { email: true } }] } }],
  ["not known at all", { unknown: { include: true } }],
])("leaves decisions in doubt where a rule is %s", (_, more) => {
  const plan = readPlan(
    "web",
    planJson([
      change(POLICY, ["update"], {
        before: {},
        after: {
          id: "p1",
          name: "people",
          decision: "allow",
          include: [{ email: { email: "ada@example.com" } }],
        },
        ...more,
      }),
    ]),
  );
  const [policy] = resourcesOf([plan], "policy");
  const { decide } = compile({
    applications: [{ domain: "a.example.com", policies: [{ id: "p1" }] }],
    policies: policy?.after ? [policy.after] : [],
  });
  const decision = decide({
    host: "a.example.com",
    path: "/",
    identity: { email: "bob@example.com", idp: { id: "g", type: "google" } },
  });
  expect(decision.outcome).toBe("depends");
});

test.each(["allowed_idps", "policies", "type"])(
  "leaves every decision in doubt where %s of an application is not known",
  (name) => {
    const plan = readPlan(
      "web",
      planJson([
        change(APP, ["create"], {
          after: { name: "App", domain: "a.example.com", policies: [] },
          unknown: { id: true, [name]: true },
        }),
      ]),
    );
    const [app] = resourcesOf([plan], "application");
    const { decide } = compile({
      applications: app?.after ? [app.after] : [],
    });
    expect(decide({ host: "a.example.com", path: "/" }).outcome).toBe(
      "depends",
    );
    expect(app?.unknown).toContain(name);
  },
);

test.each([
  [["create"], "create"],
  [["delete", "create"], "replace"],
  [["create", "delete"], "replace"],
  [["forget"], "forget"],
  [["no-op"], "no-op"],
])("reads the actions %j as %s", (actions, action) => {
  const values = { id: "g1", name: "Group", include: [{ everyone: {} }] };
  const plan = readPlan(
    "web",
    planJson([
      change("cloudflare_zero_trust_access_group.g", actions, {
        before: values,
        after: values,
      }),
    ]),
  );
  expect(plan.resources).toMatchObject([{ kind: "group", action }]);
});

test("gives what another stack looked up by name the id that is planned", () => {
  const identity = readPlan(
    "identity",
    planJson([
      change(
        "cloudflare_zero_trust_access_identity_provider.google",
        ["create"],
        {
          after: { name: "Google", type: "google" },
          unknown: { id: true },
        },
      ),
    ]),
  );
  const web = readPlan(
    "web",
    planJson([
      change(APP, ["create"], {
        after: {
          domain: "a.example.com",
          allowed_idps: ["not-deployed-yet: login method Google"],
        },
        unknown: { id: true },
      }),
    ]),
  );
  const plans = withPlannedIds([identity, web]);
  const [method] = resourcesOf(plans, "login_method");
  const [app] = resourcesOf(plans, "application");
  expect(app?.after?.allowed_idps).toEqual([method?.after?.id]);
});

// Providers from 5.20 on leave them to Cloudflare, whatever the type.
test.each([
  ["google", "enable_encryption", []],
  ["google", "restrict_to_account_members", []],
  ["saml", "enable_encryption", []],
  [
    "cloudflare",
    "restrict_to_account_members",
    ["restrict_to_account_members"],
  ],
  ["oidc", "auth_url", ["auth_url"]],
])("a login method of %s with %s left open", (type, name, doubted) => {
  const address = "cloudflare_zero_trust_access_identity_provider.one";
  const before = { id: "i1", name: "One", type, config: { client_id: "1" } };
  const unknown = { config: { client_secret: true, [name]: true } };
  const made = readPlan(
    "identity",
    planJson([
      change(address, ["create"], {
        after: { ...before, id: undefined },
        unknown: { ...unknown, id: true },
      }),
    ]),
  );
  expect(made.unread.map(({ what }) => what)).toEqual(
    doubted.map((key) => expect.stringContaining(`config.${key}: sensitive`)),
  );
  const changed = readPlan(
    "identity",
    planJson([change(address, ["update"], { before, after: before, unknown })]),
  );
  expect(changed.resources[0]).toMatchObject({
    changed: ["config.client_secret", ...doubted.map((key) => `config.${key}`)],
  });
});

test.each([
  ["text", "no JSON"],
  ["another document", '{"resources":[]}'],
  ["a plan that failed", planJson([], {}, { errored: true })],
])("fails for %s", (_, text) => {
  expect(() => readPlan("web", text)).toThrow(UsageError);
});

describe("a one-time PIN", () => {
  const PIN = "tunnel_one_time_pin.pin";
  const pin = (action: "create" | "delete", made: boolean | undefined) => {
    const values = { name: "Code by mail", id: "p1", made };
    const { resources, unread } = readPlan(
      "identity",
      planJson([
        change(
          PIN,
          [action],
          made === undefined
            ? { after: { name: "Code by mail" }, unknown: { id: true } }
            : { [action === "create" ? "after" : "before"]: values },
        ),
      ]),
    );
    return { resources, unread };
  };

  test("that the stack makes is a login method", () => {
    expect(pin("create", undefined)).toMatchObject({
      resources: [
        {
          kind: "login_method",
          action: "create",
          after: { type: "onetimepin", id: `planned:identity/${PIN}.id` },
        },
      ],
      unread: [],
    });
  });

  test("that the stack made goes with it", () => {
    expect(pin("delete", true).resources).toMatchObject([
      { action: "delete", before: { id: "p1", type: "onetimepin" } },
    ]);
  });

  test("that was there before neither comes nor goes", () => {
    for (const action of ["create", "delete"] as const)
      expect(pin(action, false)).toEqual({ resources: [], unread: [] });
  });
});

describe("the DNS record of a host", () => {
  const RECORD = "tunnel_dns_record.app_record";
  const values = {
    id: "r1",
    zone_id: "z1",
    name: "app.example.com",
    type: "CNAME",
    content: "t1.cfargotunnel.com",
    proxied: true,
    ownership: null,
  };
  const read = (
    action: "create" | "update" | "delete",
    states: { before?: boolean; after?: boolean },
  ) => {
    const of = (made: boolean | undefined) =>
      made === undefined ? undefined : { ...values, made };
    const { resources, unread } = readPlan(
      "app",
      planJson([
        change(RECORD, [action], {
          before: of(states.before),
          after: of(states.after),
        }),
      ]),
    );
    return { resources, unread };
  };

  test("that the stack is to make is one of the account", () => {
    const { id, ...known } = { ...values, made: undefined };
    const { resources, unread } = readPlan(
      "app",
      planJson([
        change(RECORD, ["create"], {
          after: known,
          unknown: { id: id !== "", made: true },
        }),
      ]),
    );
    expect(unread).toEqual([]);
    expect(resources).toMatchObject([
      { kind: "dns_record", action: "create", after: { proxied: true } },
    ]);
  });

  test("that was there before neither comes nor goes", () => {
    const nothing = { resources: [], unread: [] };
    expect(read("create", { after: false })).toEqual(nothing);
    expect(read("delete", { before: false })).toEqual(nothing);
  });

  test("that the stack lets go of stays in the account", () => {
    const { resources } = read("update", { before: true, after: false });
    expect(resources).toMatchObject([{ action: "forget" }]);
    expect(resources[0]).not.toHaveProperty("after");
  });

  test("that takes the place of others leads the host in theirs, and a destroy back", () => {
    const address = {
      ...{ id: "a", name: "app.example.com", type: "A", proxied: false },
      content: "192.0.2.1",
    };
    const previous = JSON.stringify([{ ...address, comment: "home", ttl: 60 }]);
    const { id, ...known } = { ...values, previous, made: undefined };
    const planned = readPlan(
      "app",
      planJson([
        change(RECORD, ["create"], {
          after: known,
          unknown: { id: id !== "", made: true },
        }),
      ]),
    );
    const account = state([]);
    const before = { ...account, records: [address] };
    const made = mergePlans(before, [planned]);
    expect(made.after.records).toMatchObject([{ type: "CNAME" }]);
    expect(findingsOf(made)).toContain(
      "warning record-replaced: app.example.com",
    );

    const gone = readPlan(
      "app",
      planJson([
        change(RECORD, ["delete"], {
          before: { ...values, previous, made: true },
        }),
      ]),
    );
    const own = { ...account, records: [{ ...address, ...values }] };
    expect(mergePlans(own, [gone]).after.records).toEqual([address]);
  });

  test("that somebody has changed or taken away stays so, and what it replaced does not come back", () => {
    const previous = JSON.stringify([
      { ...values, id: "a", type: "A", content: "192.0.2.1" },
    ]);
    const theirs = { ...values, content: "elsewhere.example" };
    const account = { ...state([]), records: [theirs] };
    const before = { ...values, previous, made: true, drift: "theirs" };
    const of = (one: ReturnType<typeof change>) =>
      mergePlans(account, [readPlan("app", planJson([one]))]).after.records;
    expect(of(change(RECORD, ["delete"], { before }))).toEqual([theirs]);
    const moved = { ...values, id: "r2", name: "b.example.com" };
    expect(
      of(change(RECORD, ["delete", "create"], { before, after: moved })),
    ).toMatchObject([theirs, { id: "r2", name: "b.example.com" }]);
  });

  test("that the stack made goes with it", () => {
    expect(read("delete", { before: true }).resources).toMatchObject([
      { action: "delete", before: { id: "r1" } },
    ]);
  });
});
