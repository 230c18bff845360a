import {
  nobody,
  nothing,
  person,
  policy,
  promiseFaults,
  promisesOutput,
  sentenceOf,
  token,
  type AccessPromise,
} from "../../contract/promises";
import type { AccountState, Plan, Policy, Stated } from "../../review/change";
import { reviewOf } from "../../review/review";
import { openPathPattern } from "../../ingress/open-path";
import {
  allow,
  bypass,
  NOW,
  serviceAuth,
  state,
  ZONE,
  type Host,
} from "./states";

const HOST = `app.${ZONE}`;
const SERVICE = "http://service:80";

function planOf(
  promises: readonly AccessPromise[],
  openPaths: readonly string[] = [],
): Plan {
  return {
    stack: "web",
    resources: [],
    unread: [],
    outputs: {
      service: { hostname: HOST, open_paths: openPaths },
      promises: promisesOutput(promises),
    },
  };
}

/** The promises that do not hold, with why. */
function broken(
  account: AccountState,
  promises: readonly AccessPromise[],
  openPaths?: readonly string[],
): string[] {
  const plans = [planOf(promises, openPaths)];
  return reviewOf({ before: account, after: account, plans }, { now: NOW })
    .findings.filter(({ id }) => id.startsWith("promise-"))
    .map(({ subject, text }) => `${subject}: ${text}`);
}

const whole: Host = {
  host: HOST,
  policies: [allow("ann@example.com"), serviceAuth("t1")],
};
const TOKEN = { id: "t1", name: "web-api" };
const guarded = state([whole], { tokens: [TOKEN] });

/** The host with an open path as the stack makes it. */
function withOpenPath(pattern = openPathPattern("/webhook")): AccountState {
  const open = {
    host: HOST,
    path: "/webhook",
    policies: [bypass],
    rule: "none",
  };
  const account = state([whole, open as Host], { tokens: [TOKEN] });
  const [tunnel] = account.tunnels;
  return {
    ...account,
    tunnels: [
      {
        ...tunnel!,
        rules: [
          { hostname: HOST, path: pattern, service: SERVICE },
          ...tunnel!.rules,
        ],
      },
    ],
  };
}

test("promises that hold are kept silent", () => {
  expect(
    broken(
      withOpenPath(),
      [
        nobody.reaches("/webhook").andNothingElse(),
        person("Ann@example.com").reaches("/*"),
        person("mallory@example.net").reaches("/webhook").andNothingElse(),
        token("web-api").reaches("/*"),
      ],
      ["/webhook"],
    ),
  ).toEqual([]);
});

test("says by which request and policy somebody reaches what they should not", () => {
  expect(broken(guarded, [person("ann@example.com").reaches(nothing)])).toEqual(
    [
      `web: ann@example.com reaches nothing: it does not hold: https://${HOST}/ gets through. application "App ${HOST}": policy "people" admits ann@example.com, then the rule of ${HOST} in the tunnel home`,
    ],
  );
});

test("says where somebody does not reach what they should", () => {
  expect(broken(guarded, [person("ben@example.com").reaches("/api")])).toEqual([
    expect.stringContaining(
      "ben@example.com reaches /api: it does not hold: https://app.example.com/api is not reached",
    ),
  ]);
});

test.each([
  [openPathPattern("/api"), "/api"],
  [openPathPattern("/api/*"), "/api/*"],
])(
  "of a policy beside the stack's whose rule takes %s, holds in plain spellings",
  (pattern, path) => {
    const beside: Host = {
      host: HOST,
      path,
      policies: [{ ...allow("grace@example.com"), name: "guests" }],
      rule: "none",
    };
    const account = state([whole, beside], { tokens: [TOKEN] });
    const [tunnel] = account.tunnels;

    const access = {
      required: true,
      teamName: "team",
      audTag: [`aud ${HOST}`],
    };
    const rule = {
      hostname: HOST,
      path: pattern,
      service: SERVICE,
      originRequest: { access },
    };
    expect(
      broken(
        {
          ...account,
          tunnels: [{ ...tunnel!, rules: [rule, ...tunnel!.rules] }],
        },
        [policy("guests").reaches(path)],
      ),
    ).toEqual([]);
  },
);

test("limits a token to its paths in every spelling", () => {
  const promise = token("web-api").reaches("/queue").andNothingElse();
  expect(broken(guarded, [promise])).toEqual([
    expect.stringContaining(
      `the token web-api reaches /queue, and nothing else: it does not hold: https://${HOST}/ gets through`,
    ),
  ]);
});

test("knows a token of the account by what the stack calls it", () => {
  const bot = token("bot").reaches("/*");
  expect(broken(guarded, [bot])).toHaveLength(1);
  const named = {
    ...planOf([bot]),
    resources: [
      {
        ...{ stack: "web", address: "bot", action: "no-op", kind: "policy" },
        after: { ...serviceAuth("t1"), name: "bot (service token)" },
      },
    ],
  } as unknown as Plan;
  const change = { before: guarded, after: guarded, plans: [named] };
  const { findings } = reviewOf(change, { now: NOW });
  expect(findings.filter(({ id }) => id.startsWith("promise-"))).toEqual([]);
});

test("holds without being written that nobody reaches more than the open paths", () => {
  expect(broken(withOpenPath(), [], ["/webhook"])).toEqual([]);
  expect(broken(withOpenPath(), [], [])).toEqual([
    expect.stringContaining(
      "web: anyone without a login reaches nothing: it does not hold: https://app.example.com/webhook gets through",
    ),
  ]);
  // A rule that is wider than the open path lets spellings through that a service may read as another path.
  const [found] = broken(withOpenPath("^/webhook"), [], ["/webhook"]);
  expect(found).toMatch(
    /reaches \/webhook, and nothing else: it does not hold: https:\/\/app\.example\.com\/webhook\S+ gets through/,
  );
});

test("names the rule of somebody else that a promise breaks by, and how the code takes it over", () => {
  const account = withOpenPath("^/webhook");
  const plans: Plan[] = [
    {
      ...planOf([], ["/webhook"]),
      resources: [
        {
          stack: "web",
          address: "tunnel_route.web",
          kind: "route",
          action: "no-op",
          unknown: [],
          after: {
            id: `account/tunnel/${HOST}`,
            tunnel_id: "tunnel",
            hostname: HOST,
            rule: { hostname: HOST, service: SERVICE },
            on_destroy: "restore",
            replaced: null,
          },
        },
      ],
    },
  ];
  const { findings } = reviewOf(
    { before: account, after: account, plans },
    { now: NOW },
  );
  expect(findings.find(({ id }) => id === "promise-broken")).toMatchObject({
    text: expect.stringContaining(
      `gets through by the rule of ${HOST} ^/webhook in the tunnel home, which is not in the code`,
    ) as string,
    remedy: expect.stringMatching(
      /^write existingRules: \["\^\/webhook"\] in the stack/,
    ) as string,
  });
});

test("names no removal of a rule with a check, which would refuse whoever works by it", () => {
  const queue: Host = {
    ...{ host: HOST, path: "/queue", rule: "none" },
    policies: [serviceAuth("t1")],
  };
  const people = { ...whole, policies: [allow("ann@example.com")] };
  const remedyWith = (service: string, aud: string | undefined) => {
    const made = state([people, queue], { tokens: [TOKEN] });
    const [tunnel] = made.tunnels;
    const [, application] = made.access.applications;
    const access = {
      ...{ required: true, teamName: "team" },
      audTag: [application!.aud],
    };
    const rule = {
      ...{ hostname: HOST, path: "^/queue", service },
      originRequest: { access },
    };
    const account = {
      ...made,
      tunnels: [{ ...tunnel!, rules: [rule, ...tunnel!.rules] }],
    };
    const own = { stack: "web", action: "no-op", unknown: [] };
    const plans = [
      {
        ...planOf([token("web-api").reaches("/queue").andNothingElse()]),
        resources: [
          {
            ...{ ...own, address: "tunnel_route.web", kind: "route" },
            after: {
              ...{ id: `account/tunnel/${HOST}`, tunnel_id: "tunnel" },
              ...{ hostname: HOST, on_destroy: "restore", replaced: null },
              rule: { hostname: HOST, service: SERVICE },
            },
          },
          {
            ...{ ...own, address: "queue", kind: "application" },
            after: { ...application!, name: "queue", aud },
          },
        ],
      },
    ] as unknown as Plan[];
    return reviewOf(
      { before: account, after: account, plans },
      { now: NOW },
    ).findings.find(
      ({ id, text }) => id === "promise-broken" && text.includes("^/queue"),
    )?.remedy;
  };
  const aud = state([people, queue]).access.applications[1]!.aud!;
  expect(remedyWith(SERVICE, aud)).toBe(
    'write existingRules: ["^/queue"] in the stack in main.ts, which takes over that rule until a destroy',
  );
  expect(remedyWith("http://queue:1", aud)).toBe(
    'do not remove that rule before the deploy, as that refuses whoever gets in by the JWT that it demands (of "queue"): npm run adopt says what to do with it',
  );
  expect(remedyWith(SERVICE, "another")).toBe(
    "do not remove that rule before the deploy, as that refuses whoever gets in by the JWT that it demands: npm run adopt says what to do with it",
  );
});

test("names another host that leads to the very service, and fails where it is the code's or the change opens it", () => {
  const door: Host = { host: `old.${ZONE}`, service: "http://web:80" };
  const plans: Plan[] = [
    {
      ...planOf([]),
      outputs: { service: { hostname: HOST, container_url: "http://web:80" } },
    },
  ];
  const after = state([whole, door]);
  const found = (before: AccountState, more: readonly Plan[] = []) =>
    reviewOf({ before, after, plans: [...plans, ...more] }, { now: NOW })
      .findings.filter(({ id }) => id === "promise-broken")
      .map(({ severity, text, remedy }) => `${severity} ${text}: ${remedy}`);
  const OLD = "https://old\\.example\\.com/ gets through\\.";
  const REMEDY = "protect that host as well, .*";
  expect(found(after)).toEqual([
    expect.stringMatching(
      new RegExp(`^warning .*${OLD}.*, as before: ${REMEDY}`),
    ),
  ]);
  const other = { ...planOf([]), stack: "old" };
  const outputs = { service: { hostname: `old.${ZONE}` } };
  expect(found(after, [{ ...other, outputs }])[0]).toMatch(/^error /);
  expect(found(state([whole]))).toEqual([
    expect.stringMatching(
      new RegExp(`^error .*${OLD}.*(?<!as before): ${REMEDY}`),
    ),
  ]);
});

test("fails where a promise can't be decided", () => {
  const posture = {
    ...allow(),
    include: [{ device_posture: { integration_uid: "d1" } }],
  };
  expect(
    broken(state([{ host: HOST, policies: [posture] }]), [
      person("ann@example.com").reaches(nothing),
    ]),
  ).toEqual([expect.stringContaining("cannot be verified before the deploy")]);
});

test("what is only promised below an open path is told how to be promised with it", () => {
  const account = withOpenPath();
  const found = (path: string) => {
    const promise = nobody.reaches(path).andNothingElse();
    const plans = [planOf([promise], ["/webhook"])];
    return reviewOf({ before: account, after: account, plans }, { now: NOW })
      .findings.filter(({ id }) => id === "promise-broken")
      .map(({ remedy }) => remedy);
  };
  expect(found("/webhook/*")).toEqual([
    'if this path is meant as well, write "/webhook" for "/webhook/*": it covers itself and all below it',
  ]);
  expect(found("/webhook")).toEqual([]);
});

test("each has one name", () => {
  expect(
    [
      nobody.reaches("/webhook/*").andNothingElse(),
      person("ann@example.com").reaches("/*"),
      person("mallory@example.net").reaches(nothing),
      token("comfyui-api").reaches("/prompt", "/queue").andNothingElse(),
    ].map(sentenceOf),
  ).toEqual([
    "anyone without a login reaches /webhook/*, and nothing else",
    "ann@example.com reaches /*",
    "mallory@example.net reaches nothing",
    "the token comfyui-api reaches /prompt and /queue, and nothing else",
  ]);
});

test("says all that is wrong with promises at once", () => {
  expect(
    promiseFaults(
      [
        person("ann").reaches("x"),
        token("other").reaches("/a", nothing),
        nobody.reaches(),
      ],
      ["web-api"],
    ),
  ).toEqual([
    expect.stringContaining('paths begin with "/"'),
    expect.stringContaining(
      'an e-mail address such as "ann@example.com", got "ann"',
    ),
    expect.stringContaining('"nothing" and paths'),
    expect.stringContaining("which the stack does not have: it has web-api"),
    expect.stringContaining("names no path"),
  ]);
});

describe("without being written, only whom the service allows reaches more than the open paths", () => {
  const people = allow("ann@example.com");
  const machines = serviceAuth("t1");
  const OTHER = { id: "t2", name: "other-api" };

  /** What is found of a service that allows ann and its own token. */
  function found(
    account: AccountState,
    promises: AccessPromise[] = [],
    further: readonly Policy[] = [],
    furtherName = "existing",
    before = account,
    {
      people: stating = people,
      ...more
    }: { readonly people?: Policy; readonly stated?: Stated } = {},
  ) {
    const own = [
      ["policy", "app_people_EB1AFCDF", stating],
      ["policy", "app_machines_9FCEEBDE", machines],
      ["service_token", "web_api", TOKEN],
      ...further.map((policy) => ["policy", furtherName, policy] as const),
    ] as const;
    const plan = planOf(promises);
    const resources = own.map(([kind, name, after]) => ({
      stack: "web",
      address: `cloudflare_${kind}.${name}`,
      kind,
      action: "no-op",
      before: after,
      after,
      unknown: [],
    })) as unknown as Plan["resources"];
    const service = { ...(plan.outputs["service"] as object) };
    const outputs = {
      ...plan.outputs,
      service: { ...service, container_url: SERVICE },
    };
    const plans = [{ ...plan, ...more, outputs, resources }];
    return reviewOf({ before, after: account, plans }, { now: NOW })
      .findings.filter(({ id }) => id.startsWith("promise-"))
      .map(({ remedy, subject, text }) => {
        remedies.push(remedy ?? "");
        return `${subject}: ${text}`;
      });
  }

  let remedies: string[] = [];
  beforeEach(() => {
    remedies = [];
  });

  const BROKEN =
    "web: whoever is not allowed reaches nothing: it does not hold: ";
  const tokens = [TOKEN, OTHER];
  const hostOf = (...policies: Host["policies"] & object): Host => ({
    host: HOST,
    policies,
  });

  test("holds for what the service itself makes", () => {
    expect(found(state([hostOf(people, machines)], { tokens }))).toEqual([]);
  });

  test("an application on one of its paths that admits somebody else", () => {
    const admin: Host = {
      ...hostOf(allow("ben@example.com")),
      path: "/admin",
      rule: "none",
      record: "none",
    };
    expect(found(state([hostOf(people, machines), admin], { tokens }))).toEqual(
      [
        expect.stringContaining(
          `${BROKEN}https://${HOST}/admin gets through. ben@example.com: application "App ${HOST}/admin": policy "people" admits ben@example.com`,
        ),
      ],
    );
  });

  test("another policy of its application, unless who it admits is promised", () => {
    const more = { ...allow("ben@example.com"), name: "more" };
    const account = state([hostOf(people, machines, more)], { tokens });
    expect(found(account)).toEqual([
      expect.stringContaining(`${BROKEN}https://${HOST}/ gets through. ben@`),
    ]);
    expect(found(account, [person("ben@example.com").reaches("/*")])).toEqual(
      [],
    );
  });

  describe("also by another host that leads to the same service", () => {
    const own = hostOf(people, machines);
    const door = (...policies: Policy[]): Host => ({
      host: `other.${ZONE}`,
      policies,
    });
    const after = (...policies: Policy[]) =>
      state([own, door(...policies)], { tokens });
    const at = (account: AccountState, before = account) =>
      found(account, [], [], "existing", before);

    test("which may admit the same people, but nobody else", () => {
      expect(at(after(people, machines))).toEqual([]);
      expect(at(after(allow("ann@example.com")))).toEqual([]);
      expect(at(after(allow("ben@example.com")))).toEqual([
        expect.stringMatching(
          /^web: whoever is not allowed .*https:\/\/other.example.com\/ gets through. ben@example.com: .*, as before$/,
        ),
      ]);
      expect(at(after(serviceAuth("t2")))).toEqual([
        expect.stringContaining("gets through. token other-api"),
      ]);
    });

    test("which fails the review where the change opens it", () => {
      const account = after(allow("ben@example.com"));
      expect(at(account, state([own], { tokens }))).toEqual([
        expect.stringMatching(
          /gets through. ben@example.com: .*(?<!as before)$/,
        ),
      ]);
    });
  });

  const partners: Policy = {
    ...allow(),
    id: "partners",
    name: "Partners, isolated",
    include: [{ email_domain: { domain: "example.org" } }],
  };
  const managed: Policy = {
    ...allow(),
    id: "managed",
    name: "Managed devices",
    include: [{ device_posture: { integration_uid: "d1" } }],
  };
  const robots: Policy = { ...serviceAuth("t2"), name: "Robots" };

  test.each([
    ["people of a domain", partners],
    ["devices", managed],
    ["tokens of others", robots],
  ])(
    "another policy for %s, unless it is promised, as the remedy says",
    (_, more) => {
      const account = state([hostOf(people, machines, more)], { tokens });
      expect(found(account)).toHaveLength(1);
      expect(remedies).toEqual([
        `close what lets the request through, and keep the application, as without one a host is public. If this is intended, promise it in main.ts: promises: [policy("${more.name}").reaches("/*")]`,
      ]);
      const meant = policy(more.name ?? "").reaches("/*");
      expect(found(account, [meant])).toEqual([]);
    },
  );

  test("a policy that is promised stands for no other, and for no more paths", () => {
    const account = state([hostOf(people, partners, managed)], { tokens });
    const meant = policy("Partners, isolated");
    expect(found(account, [meant.reaches("/*")])).toEqual([
      expect.stringContaining("cannot be verified"),
    ]);
    expect(remedies.join()).toContain('[policy("Managed devices").reaches(');
    const narrow = state([hostOf(people, partners)], { tokens });
    expect(found(narrow, [meant.reaches("/reports")])).toEqual([
      expect.stringContaining(`${BROKEN}https://${HOST}/ gets through`),
    ]);
  });

  test("two policies of the promised name are as good as none", () => {
    const evil = { ...partners, id: "evil", include: [{ everyone: {} }] };
    const account = state([hostOf(people, partners, evil)], { tokens });
    expect(
      found(account, [policy("Partners, isolated").reaches("/*")]),
    ).toHaveLength(2);
  });

  test("a policy that is promised for every path lets its people in by another host too", () => {
    const door: Host = { ...hostOf(partners), host: `other.${ZONE}` };
    const account = state([hostOf(people, partners), door], { tokens });
    const meant = policy("Partners, isolated");
    expect(found(account, [meant.reaches("/*")])).toEqual([]);
    const doorOnly = state([hostOf(people), door], { tokens });
    expect(found(doorOnly)).toHaveLength(1);
  });

  test("a policy that is promised has to let somebody in there", () => {
    const meant = [policy("Partners, isolated").reaches("/*")];
    const said =
      'web: whoever the policy "Partners, isolated" admits reaches /*: it does not hold: ';
    const without = state([hostOf(people, machines)], { tokens });
    expect(found(without, meant)).toEqual([
      expect.stringContaining(`${said}https://${HOST}/ is not reached`),
    ]);
    const deny = { ...partners, id: "no", name: "No", decision: "deny" };
    const denied = state([hostOf(deny, people, partners)], { tokens });
    expect(found(denied, meant)).toEqual([
      expect.stringMatching(/is not reached.*"No" blocks/),
    ]);
    const bypass = { ...partners, decision: "bypass" };
    const open = state([hostOf(people, machines, bypass)], { tokens });
    expect(found(open, meant)).toContainEqual(
      expect.stringContaining("is neither an Allow nor a Service Auth policy"),
    );
  });

  test("a Block policy that hangs on a device leaves nothing open", () => {
    const deny = { ...managed, decision: "deny" };
    const account = state([hostOf(deny, people, machines)], { tokens });
    expect(found(account)).toEqual([]);
  });

  test("anyone who can log in", () => {
    const all = { ...allow(), name: "all", include: [{ everyone: {} }] };
    expect(found(state([hostOf(people, all)], { tokens }))).toEqual([
      expect.stringContaining(`${BROKEN}https://${HOST}/ gets through. anyone`),
    ]);
  });

  test("a token that is not its own", () => {
    const foreign = serviceAuth("t2");
    expect(
      found(state([hostOf(people, machines, foreign)], { tokens })),
    ).toEqual([
      expect.stringContaining(
        `${BROKEN}https://${HOST}/ gets through. token other-api: `,
      ),
    ]);
  });

  test("a token of the account that a policy of the stack's own admits is the service's", () => {
    const existing = { ...serviceAuth("t2"), name: "bot (service token)" };
    const account = state([hostOf(people, machines, existing)], { tokens });
    expect(found(account, [], [existing])).toEqual([]);
    expect(found(account)).not.toEqual([]);
  });

  test("everybody but whom it allows, though an address like theirs is promised", () => {
    const all = { ...allow(), name: "all", include: [{ everyone: {} }] };
    const account = state([hostOf(people, all)], { tokens });
    const promised = person("someone.else@elsewhere.invalid").reaches("/*");
    expect(found(account, [promised])).toEqual([
      expect.stringContaining(`${BROKEN}https://${HOST}/ gets through. anyone`),
    ]);
  });

  describe("by what the code states", () => {
    const ann = { email: { email: "ann@example.com" } };
    const german = { geo: { country_code: "DE" } };
    const group = { group: { id: "${cloudflare_x.y.id}" } };

    /** Of a stack whose props state something and whose policy says another thing. */
    const at = (policy: Policy, stated: Stated, ...more: Policy[]) =>
      found(
        state([{ host: HOST, policies: [policy, ...more] }], { tokens }),
        [],
        more,
        "existing",
        undefined,
        { stated, people: policy },
      );
    const sayingOf = (rules: Partial<Policy>): Policy => ({
      ...people,
      ...rules,
    });
    const props = { include: [ann], require: [german], exclude: [group] };
    const stated = { existingTokens: [], people: props };

    test("a policy that says the same holds", () => {
      const exclude = [{ group: { id: "g1" } }];
      expect(at(sayingOf({ ...props, exclude }), stated)).toEqual([]);
    });

    test.each<[string, Partial<Policy>]>([
      [
        "admits ben@example.com",
        { include: [ann, { email: { email: "ben@example.com" } }] },
      ],
      [
        "admits @example.com",
        { include: [ann, { email_domain: { domain: "example.com" } }] },
      ],
      ["admits everyone {}", { include: [{ everyone: {} }] }],
      ['no longer requires geo {"country_code":"DE"}', { require: [] }],
      ["no longer excludes group", { exclude: null }],
    ])("one that %s past the props does not", (what, rules) => {
      const policy = sayingOf({ ...props, ...rules });
      expect(at(policy, stated)).toContainEqual(
        expect.stringContaining(`${BROKEN}the policy "people" ${what}`),
      );
    });

    test("code that states nobody leaves it in doubt", () => {
      expect(at(people, { existingTokens: [] })).toEqual([
        expect.stringMatching(
          /cannot be verified before the deploy: the stack's code does not/,
        ),
      ]);
    });

    test("a token made elsewhere is the service's where the code names it, not by a policy's name", () => {
      const existing = { ...serviceAuth("t2"), name: "bot (service token)" };
      const none = { existingTokens: [], people: { include: [ann] } };
      expect(at(people, none, existing)).toEqual([
        expect.stringContaining("gets through. token other-api"),
      ]);
      expect(at(people, { ...none, existingTokens: ["t2"] }, existing)).toEqual(
        [],
      );
    });
  });

  test("nobody can tell whom it allows where two policies seem to say so", () => {
    const account = state([hostOf(people, machines)], { tokens });
    const second = { ...allow(), id: "p9", include: [{ everyone: {} }] };
    expect(found(account, [], [second], "a_people")).toEqual([
      expect.stringMatching(/cannot be verified before the deploy: .*a_people/),
    ]);
  });

  test("what can't be told of others fails", () => {
    const posture = {
      ...allow(),
      name: "devices",
      include: [{ device_posture: { integration_uid: "d1" } }],
    };
    expect(found(state([hostOf(people, posture)], { tokens }))).toEqual([
      expect.stringContaining("cannot be verified before the deploy"),
    ]);
  });
});

test("a promise about a policy says only what they reach", () => {
  const partners = policy("Partners");
  expect(
    promiseFaults(
      [
        partners.reaches("/a").andNothingElse(),
        partners.reaches(nothing),
        policy(" ").reaches("/"),
        partners.reaches("/"),
      ],
      [],
    ),
  ).toEqual([
    expect.stringContaining("write only what they reach"),
    expect.stringContaining("write only what they reach"),
    expect.stringContaining("a promise is about a policy by its name"),
  ]);
});

test("words of a promise are not its meaning", () => {
  const account = state([whole], { tokens: [TOKEN] });
  const strict = token("web-api").reaches("/queue").andNothingElse();
  const worded = token("web-api").reaches("/queue, and nothing else");
  expect(sentenceOf(worded)).toBe(sentenceOf(strict));
  expect(promiseFaults([worded], ["web-api"])).toHaveLength(1);
  const [before, after] = [planOf([strict]), planOf([worded])];
  const kept = { ...TOKEN, kind: "service_token", after: TOKEN, unknown: [] };
  const resources = [kept] as unknown as Plan["resources"];
  const plan = { ...after, resources, outputsBefore: before.outputs };
  const { findings } = reviewOf(
    { before: account, after: account, plans: [plan] },
    { now: NOW },
  );
  expect(findings.map(({ id }) => id)).toContain("promise-dropped");
});

test("nothing said in a promise's words takes another's place", () => {
  const open = state([{ host: HOST, policies: [bypass], checks: false }]);
  const alike = nobody.reaches("/hook, and nothing else");
  expect(broken(open, [alike], ["/hook"])).toContainEqual(
    expect.stringMatching(
      /without a login reaches \/hook, and nothing else: it does not hold/,
    ),
  );
});

test("another host that may lead somebody to the service leaves the promise in doubt", () => {
  const posture = {
    ...bypass,
    id: "p8",
    include: [{ device_posture: { integration_uid: "d1" } }],
  };
  const door: Host = {
    host: `old.${ZONE}`,
    service: "http://web:80",
    policies: [posture],
    checks: false,
  };
  const account = state([whole, door], { tokens: [TOKEN] });
  const plan = planOf([]);
  const outputs = {
    ...plan.outputs,
    service: { hostname: HOST, container_url: "http://web:80" },
  };
  const { findings } = reviewOf(
    { before: account, after: account, plans: [{ ...plan, outputs }] },
    { now: NOW },
  );
  expect(findings).toContainEqual(
    expect.objectContaining({
      id: "promise-undecided",
      severity: "warning",
      text: expect.stringMatching(
        /old\..* leads to the same service/,
      ) as string,
    }),
  );
});

test("nothing else means no other host of the service either, for people and tokens too", () => {
  const door: Host = {
    host: `old.${ZONE}`,
    service: "http://web:80",
    policies: [allow("ann@example.com"), serviceAuth("t1")],
  };
  const account = state([{ host: HOST, policies: [] }, door], {
    tokens: [TOKEN],
  });
  const promises = [
    person("ann@example.com").reaches(nothing),
    person("ben@example.com").reaches(nothing),
    token("web-api").reaches(nothing),
  ];
  const plan = planOf(promises);
  const outputs = {
    ...plan.outputs,
    service: { hostname: HOST, container_url: "http://web:80" },
  };
  const { findings } = reviewOf(
    { before: account, after: account, plans: [{ ...plan, outputs }] },
    { now: NOW },
  );
  expect(
    findings
      .filter(({ id }) => id === "promise-broken")
      .map(({ subject, text }) => `${subject}: ${text}`),
  ).toEqual([
    expect.stringMatching(
      /ann@example\.com reaches nothing.*old\.example\.com/,
    ),
    expect.stringMatching(/token web-api reaches nothing.*old\.example\.com/),
  ]);
});
