import type { Survey } from "../../adoption/look";
import type { IngressRule } from "../../ingress/rule";
import {
  accountWith,
  AUD,
  HOST,
  PEOPLE,
  TEAM,
  TOKEN,
  type ByHand,
} from "../by-hand/accounts";
import { queue, QUEUE_AUD } from "../by-hand/paths";
import { tableOf } from "./table";

/** What the table says of the rule that answers today, whatever rule that is. */

type Change = (it: ByHand) => void;

const SETTINGS = {
  httpHostHeader: "x.internal",
  noTLSVerify: true,
  connectTimeout: 77,
};
const ORIGIN =
  'origin: { connectTimeout: 77, httpHostHeader: "x.internal", noTLSVerify: true },';
const check = (more: object = {}) => ({
  access: { required: true, teamName: TEAM, audTag: [AUD], ...more },
});

const byToken: Change = (it) =>
  it.admit([{ service_token: { token_id: TOKEN.id } }]);

/** No rule but those for other hosts, and the last one. */
function alone(it: ByHand): void {
  byToken(it);
  const { rules } = it;
  const others = rules.filter(
    ({ hostname }) => hostname && hostname !== HOST && !hostname.includes("*"),
  );
  rules.splice(0, rules.length - 1, ...others);
}

/** No rule of the host's own: another answers for it. */
function answeredBy(rule: IngressRule, isLast = false): Change {
  return (it) => {
    alone(it);
    const { rules } = it;
    rules.splice(isLast ? -1 : 0, isLast ? 1 : 0, rule as (typeof rules)[0]);
  };
}

const rulesIn = ({ rows }: Survey) =>
  rows
    .filter(({ kind }) => kind === "tunnel rule")
    .map(({ becomes, changes, name }) => ({
      becomes,
      name,
      changes: changes?.map(
        (one) => `${one.attribute}: ${one.before} -> ${one.after}`,
      ),
    }));
const accessIn = ({ rows }: Survey) =>
  rows
    .filter(({ kind }) => kind === "access")
    .map(
      ({ becomes, changes: [one] = [], name }) =>
        `${name} ${becomes}: ${one?.before} -> ${one?.after}`,
    );
const kept = ({ lines }: Survey) =>
  lines.filter(({ does }) => does === "keeps").map(({ text }) => text);

const CHANGES = [
  "service: http://caddy:8080 -> http://caddy:80",
  "connectTimeout: 77 -> 30",
  'httpHostHeader: "x.internal" -> not set',
  "noTLSVerify: true -> not set",
];
const other = { service: "http://caddy:8080", originRequest: SETTINGS };

test.each<[string, Change]>([
  ["a wildcard rule", answeredBy({ hostname: "*.datacrew.space", ...other })],
  ["the last rule", answeredBy(other, true)],
  [
    "a rule with every path",
    answeredBy({ hostname: HOST, path: "^/", ...other }),
  ],
])(
  "%s that answers today: what changes, and lines that keep it",
  async (_, change) => {
    const account = accountWith(change);
    const found = await tableOf(account);
    expect(rulesIn(found)).toMatchObject([
      {
        becomes: "left alone",
        changes: ["JWT check: none -> the stack's applications", ...CHANGES],
      },
    ]);
    expect(kept(found)).toEqual(['serviceUrl: "http://caddy:8080",', ORIGIN]);
    const written = await tableOf(account, { written: kept(found) });
    expect(rulesIn(written)).toMatchObject([
      { changes: ["JWT check: none -> the stack's applications"] },
    ]);
    expect(kept(written)).toEqual([]);
  },
);

const OLD = "ffffffff-5e21-4c3b-9a70-da7ac2e57a11";

/** The host's record leads to another tunnel, by whose rule it is served. */
const elsewhere =
  (rule: IngressRule, here: Change): Change =>
  (it) => {
    here(it);
    it.record.content = `${OLD}.cfargotunnel.com`;
    it.file.tunnels.push({
      id: OLD,
      name: "old",
      configuration: {
        version: 1,
        config: {
          ingress: [
            { hostname: HOST, ...rule } as (typeof it.rules)[0],
            { service: "http_status:404" },
          ],
        },
      },
    });
  };

test("a host that another tunnel serves today: its rule there, and no line by one that takes nothing here", async () => {
  const wide = { hostname: "*.datacrew.space", service: "http://previews:80" };
  const found = await tableOf(
    accountWith(elsewhere({ service: "http://caddy:80" }, answeredBy(wide))),
  );
  expect(rulesIn(found)).toEqual([
    {
      becomes: "left alone",
      name: `${HOST} to http://caddy:80 in the tunnel old`,
      changes: ["JWT check: none -> the stack's applications"],
    },
    {
      becomes: "left alone",
      name: "*.datacrew.space to http://previews:80",
      changes: undefined,
    },
  ]);
  expect(
    found.rows
      .filter(({ kind }) => kind === "tunnel rule")
      .map(({ why }) => why),
  ).toEqual([
    expect.stringMatching(/^it takes the requests of comfyui\.\S+ today, /),
    expect.stringMatching(/^it takes no request of comfyui\.\S+ today, /),
  ]);
  expect(kept(found)).toEqual([]);

  const own = (it: ByHand) => void (it.rule.service = "http://stale:80");
  const served = await tableOf(accountWith(elsewhere(other, own)));
  expect(rulesIn(served)[0]?.changes).toEqual([
    "JWT check: none -> the stack's applications",
    ...CHANGES,
  ]);
  expect(kept(served)).toEqual([ORIGIN]);
});

test("a setting that the document has for all rules, and the rule switches off", async () => {
  const account = accountWith((it) => {
    answeredBy({
      hostname: "*.datacrew.space",
      service: "http://caddy:80",
      originRequest: { noTLSVerify: false, connecttimeout: 5, ...check() },
    })(it);
    Object.assign(it.file.tunnels[0]!.configuration!.config!, {
      originRequest: { noTLSVerify: true, tlsTimeout: 3 },
    });
  });
  const found = await tableOf(account);
  expect(rulesIn(found)).toMatchObject([
    {
      changes: ["connectTimeout: 5 -> not set", "noTLSVerify: false -> true"],
    },
  ]);
  expect(kept(found)).toEqual([
    "origin: { connectTimeout: 5, noTLSVerify: false },",
  ]);
});

test("rules for more hosts that take some paths of the host today", async () => {
  const found = await tableOf(
    accountWith((it) => {
      alone(it);
      it.rules.unshift(
        {
          hostname: "*.datacrew.space",
          path: "^/api",
          service: "http://api:1",
          originRequest: check(),
        },
        {
          hostname: "*.datacrew.space",
          service: "http://caddy:80",
          originRequest: check(),
        },
        {
          hostname: "*.datacrew.space",
          path: "^/late",
          service: "http://never:1",
        },
      );
    }),
  );
  expect(rulesIn(found)).toEqual([
    {
      becomes: "left alone",
      name: "*.datacrew.space ^/api to http://api:1",
      changes: ["service: http://api:1 -> http://caddy:80"],
    },
    {
      becomes: "left alone",
      name: "*.datacrew.space to http://caddy:80",
      changes: [],
    },
  ]);
  expect(kept(found)).toEqual([]);
  const [row] = found.rows.filter(({ kind }) => kind === "tunnel rule");
  expect(row?.changes?.[0]?.unkept).toBe(
    `to keep it, first make a rule for ${HOST} with the path ^/api, which the stack leaves alone`,
  );
});

/** A host's rule to a service with settings, and a rule of one of its paths before it. */
const pathRule =
  (service: string, settings = {}): Change =>
  (it) => {
    byToken(it);
    Object.assign(it.rule, { service: "http://caddy:8080" });
    Object.assign(it.rule.originRequest!, { noTLSVerify: true });
    it.rules.unshift({
      hostname: HOST,
      path: "view",
      service,
      originRequest: settings,
    });
  };

const texts = ({ lines }: Survey) => lines.map(({ text }) => text);

test("a rule of a path is offered for the JWT check where nothing else of it changes once the other lines are written", async () => {
  const settings = { noTLSVerify: true, httpHostHeader: HOST };
  const same = accountWith(pathRule("http://caddy:8080", settings));
  const found = await tableOf(same);
  expect(texts(found)).toEqual(
    expect.arrayContaining([
      'serviceUrl: "http://caddy:8080",',
      'existingRules: ["view"],',
    ]),
  );
  const written = await tableOf(same, {
    written: texts(found).filter((text) => !text.startsWith("ACCESS")),
  });
  expect(rulesIn(written)).toMatchObject([
    { changes: ["JWT check: none -> the stack's applications"] },
    { changes: [] },
  ]);
  for (const other of [
    pathRule("http://previews:8000", settings),
    // As main.ts says now, and not once it says what the host's rule does.
    pathRule("http://caddy:80", settings),
    pathRule("http://caddy:8080"),
  ])
    expect(texts(await tableOf(accountWith(other))).join()).not.toContain(
      "existingRules",
    );
});

test("of a rule of a path that is taken over, no line for the whole host is offered", async () => {
  const found = await tableOf(accountWith(pathRule("http://previews:8000")), {
    existingRules: ["view"],
    serviceUrl: "http://caddy:8080",
  });
  expect(texts(found).join()).not.toContain("serviceUrl");
  const row = found.rows.find(({ name }) => name.includes(" view "));
  expect(row?.changes).toContainEqual({
    attribute: "service",
    before: "http://previews:8000",
    after: "http://caddy:8080",
    unkept:
      'to keep it, take "view" out of existingRules: the rule then stays as it is',
  });
});

/** The application of a token's path, and a rule by which the token works. */
const atQueue =
  (rule: Partial<IngressRule>): Change =>
  (it) => {
    queue(it);
    it.rules.unshift({
      ...{ hostname: HOST, path: "^/queue", service: "http://caddy:80" },
      originRequest: check({ audTag: [QUEUE_AUD] }),
      ...rule,
    } as (typeof it.rules)[0]);
  };
const LIMITED = [{ existing: TOKEN.id, name: "bot", paths: ["/queue"] }];
const OFFERED = 'existingRules: ["^/queue"],';

test.each<[string, Partial<IngressRule>, string | undefined]>([
  ["its JWT", {}, OFFERED],
  [
    "one more JWT",
    { originRequest: check({ audTag: [AUD, QUEUE_AUD] }) },
    OFFERED,
  ],
  ["no check", { originRequest: {} }, OFFERED],
  ["another service", { service: "http://queue:1" }, OFFERED],
  ["the host's JWT alone", { originRequest: check() }, undefined],
  [
    "a path that leads to it by dots",
    { path: "^/prompt" },
    OFFERED.replace("queue", "prompt"),
  ],
  ["another path, spelled plainly", { path: "^/prompt$" }, undefined],
  ["a part of what the stack's rule takes", { path: "^/queue/?$" }, undefined],
])(
  "a rule that is wider than a token's path, with %s: needed where a deploy is refused without",
  async (_, rule, line) => {
    const found = await tableOf(accountWith(atQueue(rule)), {
      tokens: LIMITED,
    });
    expect(found.lines).toEqual(
      line
        ? expect.arrayContaining([
            { file: "main.ts", text: line, does: "needed" },
          ])
        : expect.not.arrayContaining([
            expect.objectContaining({
              text: expect.stringMatching(/^existingRules/) as string,
            }),
          ]),
    );
    expect(
      found.rows.filter(({ becomes }) => becomes === "in the way"),
    ).toEqual([]);
  },
);

test("a rule for more hosts that is wider than a token's path is in the way", async () => {
  const wide = { hostname: "*.datacrew.space" };
  const found = await tableOf(accountWith(atQueue(wide)), { tokens: LIMITED });
  expect(found.rows).toContainEqual(
    expect.objectContaining({
      kind: "tunnel rule",
      becomes: "in the way",
      todo: `In the tunnel, make a rule before it for ${HOST} with the path ^/queue, and with its service and settings. Then run adopt again: it says how the stack takes that one over.`,
    }),
  );
  const both = accountWith((it) => {
    atQueue(wide)(it);
    it.rules.unshift({ ...it.rules[0]!, hostname: HOST });
  });
  const followed = await tableOf(both, { tokens: LIMITED });
  expect(followed.lines.map(({ text }) => text)).toContain(OFFERED);
  expect(
    followed.rows.filter(({ becomes }) => becomes === "in the way"),
  ).toEqual([]);
});

test("so is one that also takes paths of an application which is not in the code", async () => {
  const aud = "c1fd".repeat(16);
  const shared = { originRequest: check({ audTag: [QUEUE_AUD, aud] }) };
  const rulesOf = async (...all: readonly Partial<IngressRule>[]) =>
    (
      await tableOf(
        accountWith((it) => {
          for (const rule of all.slice(1))
            it.rules.unshift({
              ...{ hostname: HOST, service: "http://caddy:80", ...shared },
              ...rule,
            } as (typeof it.rules)[0]);
          atQueue({ ...shared, ...all[0] })(it);
          it.file.applications.push({
            ...{ id: PEOPLE, aud, name: "Others", domain: `${HOST}/quux` },
            policies: [PEOPLE],
          });
        }),
        { tokens: LIMITED },
      )
    ).rows
      .filter(({ kind }) => kind === "tunnel rule")
      .map(({ becomes }) => becomes);
  expect(await rulesOf({ path: "^/qu" })).toEqual(["in the way", "taken over"]);
  expect(
    await rulesOf(
      {},
      { path: "^/quux", originRequest: check({ audTag: [aud] }) },
    ),
  ).toEqual(["left alone", "left alone", "taken over"]);
});

test("nothing answers where the last rule leads to no service", async () => {
  const found = await tableOf(accountWith(alone));
  expect(rulesIn(found)).toEqual([]);
  expect(accessIn(found)).toContain(
    "ada@datacrew.space gets in: nothing answers -> in by a login (ComfyUI Access Policy)",
  );
});

test("says of a setting that the code states otherwise what it was", async () => {
  const found = await tableOf(
    accountWith((it) => {
      byToken(it);
      Object.assign(it.rule.originRequest!, SETTINGS);
    }),
    { origin: { connectTimeout: 5 } },
  );
  expect(rulesIn(found)).toMatchObject([
    { becomes: "taken over", changes: ["connectTimeout: 77 -> 5"] },
  ]);
  expect(found.rows.find(({ kind }) => kind === "tunnel rule")?.why).toBe(
    "replaced by the stack's, which keeps httpHostHeader, noTLSVerify",
  );
});

const LETS_IN = [
  "ada@datacrew.space gets in: refused",
  "token comfyui-api gets in: refused",
];

test.each<[string, object, string]>([
  [
    "another team",
    check({ teamName: "otherteam" }),
    `"ComfyUI" of the team "otherteam" -> the stack's applications of the team "${TEAM}"`,
  ],
  [
    "no audience",
    check({ audTag: [] }),
    "takes no token -> the stack's applications",
  ],
  [
    "an audience that no application has",
    check({ audTag: ["abab".repeat(16)] }),
    "an audience that no application has (abababab…) -> the stack's applications",
  ],
])(
  "a rule that refuses everyone today, for %s: all gain",
  async (_, originRequest, said) => {
    const found = await tableOf(
      accountWith((it) => {
        byToken(it);
        it.rule.originRequest = { ...originRequest };
      }),
    );
    expect(rulesIn(found)).toMatchObject([{ changes: [`JWT check: ${said}`] }]);
    const rows = accessIn(found);
    expect(rows).toHaveLength(2);
    for (const start of LETS_IN)
      expect(rows.some((row) => row.startsWith(start))).toBe(true);
  },
);

test("a rule that refuses everyone, and no application for the host", async () => {
  const found = await tableOf(
    accountWith((it) => {
      byToken(it);
      it.file.applications.splice(
        it.file.applications.indexOf(it.application),
        1,
      );
    }),
  );
  expect(accessIn(found)).toEqual([
    expect.stringMatching(
      /^ada@datacrew.space gets in: refused -> in by a login/,
    ),
  ]);
});

test("a host that nothing protects: everyone without a login loses access, and nobody gains", async () => {
  const found = await tableOf(
    accountWith((it) => {
      byToken(it);
      it.file.applications.splice(
        it.file.applications.indexOf(it.application),
        1,
      );
      delete it.rule.originRequest!.access;
    }),
  );
  expect(accessIn(found)).toEqual([
    "anyone without a login loses access: in, as nothing protects it -> refused",
  ]);
});

test("a host that only a wildcard's rule and record lead to is open today", async () => {
  const found = await tableOf(accountWith(byToken), {
    hostname: "new.datacrew.space",
  });
  expect(accessIn(found)).toEqual([
    "anyone without a login loses access: in, as nothing protects it -> refused",
    // A record of the host's own ends the wildcard's answers below it.
    "anyone without a login at *.new.datacrew.space loses access: in, as nothing protects it -> nothing answers",
  ]);
});

test.each<[string, Change]>([
  ["no rule", alone],
  [
    "no record",
    (it) => {
      byToken(it);
      const { dns_records: records } = it.file;
      records.splice(
        records.findIndex(({ name }) => name === "*.datacrew.space"),
        1,
      );
    },
  ],
])("a host that %s leads to: no access to speak of", async (_, change) => {
  const found = await tableOf(accountWith(change), {
    hostname: "new.datacrew.space",
  });
  expect(accessIn(found)).toEqual([]);
});

test("a wildcard's application for a path only, where the rule demands its JWT", async () => {
  const found = await tableOf(
    accountWith((it) => {
      byToken(it);
      it.application.domain = "*.datacrew.space/api/*";
    }),
  );
  expect(
    accessIn(found).filter((row) => row.includes("as nothing protects it")),
  ).toEqual([]);
  expect(accessIn(found).join("\n")).toMatch(
    /^ada@datacrew.space at .* gets in: refused -> in by a login/m,
  );
});
