import type { Survey } from "../../adoption/look";
import { printSurvey } from "../../adoption/print";
import {
  accountWith,
  APP,
  GOOGLE,
  GROUP,
  MACHINES,
  PEOPLE,
  TOKEN,
  type ByHand,
} from "../by-hand/accounts";
import { tableOf, tablesOf } from "./table";

const ada = { email: { email: "ada@datacrew.space" } };
const grace = { email: { email: "grace@example.org" } };
const everyoneThere = { email_domain: { domain: "example.org" } };
const office = { ip: { ip: "203.0.113.0/24" } };
const byToken = (id: string) => ({ service_token: { token_id: id } });

/** A second token of the account. */
const FARM = {
  id: "b11d0000-0000-4000-8000-000000000014",
  name: "old-farm",
  client_id: `${"c1".repeat(16)}.access`,
  client_secret: "second-token-secret-of-a-rehearsal-x",
};
const BLOCK = "b11d0000-0000-4000-8000-000000000021";
const OTHER = "b11d0000-0000-4000-8000-000000000022";
const FOUND = { GOOGLE_CLIENT_ID: "" };

type Change = (it: ByHand) => void;

/** Everything that is printed is written, but what only states what is kept. */
function printed(
  { lines }: Survey,
  ...more: Survey["lines"][number]["does"][]
) {
  return lines
    .filter(({ file }) => file === "main.ts")
    .filter(({ does }) => ["needed", "keeps", ...more].includes(does))
    .map(({ text }) => text);
}

const accessRows = ({ rows }: Survey) =>
  rows
    .filter(({ kind }) => kind === "access")
    .map(({ becomes, name }) => `${name}: ${becomes}`);

const rowOf = ({ rows }: Survey, id: string) =>
  rows.find((row) => row.id === id);

const inTheWay = ({ rows }: Survey) =>
  rows.filter(({ becomes }) => becomes === "in the way");

function machines(
  it: ByHand,
  include: Parameters<ByHand["admit"]>[0],
  more: object = {},
) {
  it.admit(include);
  Object.assign(it.file.policies.at(-1)!, more);
}

function people(it: ByHand, more: object) {
  machines(it, [byToken(TOKEN.id)]);
  Object.assign(it.people, more);
}

function second(it: ByHand, policy: object, order: readonly string[]) {
  it.file.policies.push({ id: BLOCK, name: "Second", ...policy } as never);
  it.application.policies = [...order];
}

/** Hand-made accounts, and lines that the table has for them. */
const SAID: Readonly<Record<string, readonly [Change, readonly string[]]>> = {
  "a token that any valid one's policy excludes": [
    (it) => {
      it.file.service_tokens.push(FARM);
      machines(it, [{ any_valid_service_token: {} }], {
        exclude: [byToken(FARM.id)],
      });
    },
    [],
  ],
  "a token in a group that is excluded": [
    (it) => {
      it.file.service_tokens.push(FARM);
      it.file.groups.push({
        id: GROUP,
        name: "Retired",
        include: [byToken(FARM.id)],
      });
      machines(it, [{ any_valid_service_token: {} }], {
        exclude: [{ group: { id: GROUP } }],
      });
    },
    [],
  ],
  "a group that narrows its token to an address": [
    (it) => {
      it.file.groups.push({
        id: GROUP,
        name: "Machines",
        include: [byToken(TOKEN.id)],
        require: [office],
      });
      machines(it, [{ group: { id: GROUP } }]);
    },
    [
      `tokens: [{ existing: "${TOKEN.id}", name: "comfyui-api", require: [AccessRule.group({ accessGroupId: "${GROUP}" })] }],`,
    ],
  ],
  "a token's policy that requires a country": [
    (it) =>
      machines(it, [byToken(TOKEN.id)], {
        require: [{ geo: { country_code: "DE" } }],
        exclude: [office],
      }),
    [
      `tokens: [{ existing: "${TOKEN.id}", name: "comfyui-api", require: [AccessRule.country("DE")], exclude: [AccessRule.ip("203.0.113.0/24")] }],`,
    ],
  ],
  "an address whose policy requires the token": [
    (it) => machines(it, [office], { require: [byToken(TOKEN.id)] }),
    [
      `tokens: [{ existing: "${TOKEN.id}", name: "comfyui-api", require: [AccessRule.ip("203.0.113.0/24")] }],`,
    ],
  ],
  "two tokens of one name": [
    (it) => {
      it.file.service_tokens.push({ ...FARM, name: TOKEN.name });
      machines(it, [byToken(TOKEN.id), byToken(FARM.id)]);
    },
    [
      `tokens: [{ existing: "${TOKEN.id}", name: "comfyui-api" }, { existing: "${FARM.id}", name: "comfyui-api-0014" }],`,
    ],
  ],
  "a token with the name of a part of the stack": [
    (it) => {
      it.file.service_tokens.push({ ...FARM, name: "zones" });
      machines(it, [byToken(FARM.id)]);
    },
    [`tokens: [{ existing: "${FARM.id}", name: "zones-0014" }],`],
  ],
  "tokens with names that are no names of Terraform's": [
    (it) => {
      const names = ["3D farm", 'Bob\'s "render" ${farm}', "цех"];
      it.file.service_tokens.push(
        ...names.map((name, at) => ({
          ...FARM,
          name,
          id: FARM.id.replace(/..$/, `9${at}`),
          client_id: `${`d${at}`.repeat(16)}.access`,
        })),
      );
      machines(it, [{ any_valid_service_token: {} }]);
    },
    [],
  ],
  "a person who is left out of a domain": [
    (it) => people(it, { include: [everyoneThere, ada], exclude: [grace] }),
    [
      'allowedEmailDomains: ["example.org"], // in addition to those it has',
      'denied: [AccessRule.email("grace@example.org")],',
    ],
  ],
  "a person whom a Block policy refuses": [
    (it) => {
      people(it, { include: [everyoneThere, ada] });
      second(it, { decision: "deny", include: [grace] }, [
        MACHINES,
        BLOCK,
        PEOPLE,
      ]);
    },
    ['denied: [AccessRule.email("grace@example.org")],'],
  ],
  "a Block policy for a country, for whoever comes from there": [
    (it) => {
      people(it, { include: [everyoneThere, ada] });
      second(
        it,
        {
          decision: "deny",
          include: [{ everyone: {} }],
          exclude: [{ geo: { country_code: "DE" } }],
        },
        [MACHINES, BLOCK, PEOPLE],
      );
    },
    ['required: [AccessRule.country("DE")],'],
  ],
  "a Block policy behind all that admit, which does nothing": [
    (it) => {
      people(it, { include: [everyoneThere, ada] });
      second(it, { decision: "deny", include: [grace] }, [
        MACHINES,
        PEOPLE,
        BLOCK,
      ]);
    },
    ['allowedEmailDomains: ["example.org"], // in addition to those it has'],
  ],
  "a rule that everyone has to fit": [
    (it) => people(it, { include: [everyoneThere, ada], require: [ada] }),
    ['required: [AccessRule.email("ada@datacrew.space")],'],
  ],
  "everyone, with what they have to fit": [
    (it) =>
      people(it, {
        include: [{ everyone: {} }],
        require: [
          { login_method: { id: GOOGLE } },
          { email_domain: { domain: "datacrew.space" } },
        ],
      }),
    [
      "allowed: [AccessRule.everyone()],",
      `required: [AccessRule.loginMethod({ identityProviderId: "${GOOGLE}" }), AccessRule.emailDomain("datacrew.space")],`,
    ],
  ],
  "a group of people that leaves one out, within another": [
    (it) => {
      it.file.groups.push(
        {
          id: GROUP,
          name: "Artists",
          include: [{ group: { id: OTHER } }, ada],
        },
        {
          id: OTHER,
          name: "Studio",
          include: [everyoneThere],
          exclude: [grace],
        },
      );
      people(it, { include: [{ group: { id: GROUP } }] });
    },
    ['allowedGroups: ["Artists"],'],
  ],
  "people of two policies": [
    (it) => {
      people(it, {});
      second(it, { decision: "allow", include: [grace] }, [
        MACHINES,
        PEOPLE,
        BLOCK,
      ]);
    },
    ['allowedEmails: ["grace@example.org"], // in addition to those it has'],
  ],
  "people of two policies, of which one leaves somebody out": [
    (it) => {
      people(it, { include: [everyoneThere, ada], exclude: [grace] });
      second(
        it,
        {
          decision: "allow",
          include: [{ email: { email: "bob@example.net" } }],
        },
        [MACHINES, PEOPLE, BLOCK],
      );
    },
    ['denied: [AccessRule.email("grace@example.org")],'],
  ],
  "an approval that somebody has to give": [
    (it) =>
      people(it, {
        approval_required: true,
        approval_groups: [
          { approvals_needed: 1, email_addresses: ["ada@datacrew.space"] },
        ],
      }),
    [
      'policy: { approvalGroups: [{ approvalsNeeded: 1, emailAddresses: ["ada@datacrew.space"] }] },',
    ],
  ],
  "every login method of the account": [
    (it) => {
      people(it, {});
      it.application.allowed_idps = [];
      it.application.auto_redirect_to_identity = false;
    },
    [],
  ],
  "a login that is asked for at every start": [
    (it) => people(it, { session_duration: "0s" }),
    ['sessionDuration: "15m", // the closest to 0s'],
  ],
  "a login for longer than the code takes": [
    (it) => people(it, { session_duration: "8760h" }),
    ['sessionDuration: "730h", // the closest to 8760h'],
  ],
  "a service with capitals, a slash and a user": [
    (it) => {
      people(it, {});
      it.rule.service = "HTTP://Ada:Pa55@Caddy:8080/";
    },
    ['serviceUrl: "http://Caddy:8080",'],
  ],
  "a service with a path, which cloudflared does not take": [
    (it) => {
      people(it, {});
      it.rule.service = "https://caddy/base?x";
    },
    ['serviceUrl: "https://caddy",'],
  ],
  "selectors of which the code has no method, and devices": [
    (it) =>
      people(it, {
        include: [ada, grace],
        require: [
          { device_posture: { integration_uid: OTHER } },
          {
            external_evaluation: {
              evaluate_url: "https://a.datacrew.space",
              keys_url: "https://a.datacrew.space/keys",
            },
          },
        ],
      }),
    [
      `required: [AccessRule.devicePosture("${OTHER}"), AccessRule.raw({"external_evaluation":{"evaluate_url":"https://a.datacrew.space","keys_url":"https://a.datacrew.space/keys"}})],`,
    ],
  ],
};

describe("lines after which the same get in as before", () => {
  const all = Object.values(SAID).map(([change], at) => {
    const hostname = `comfyui${at}.datacrew.space`;
    return { account: () => accountWith(change, hostname), hostname };
  });
  let found: readonly Survey[];
  let after: readonly Survey[];
  beforeAll(async () => {
    found = await tablesOf(
      all.map(({ account, hostname }) => [account(), { hostname }]),
      FOUND,
    );
    after = await tablesOf(
      all.map(({ account, hostname }, at) => [
        account(),
        { hostname, written: printed(found[at]!, "states") },
      ]),
      FOUND,
    );
  });

  test.each(
    Object.entries(SAID).map(([name, [, lines]], at) => ({ at, lines, name })),
  )("$name", ({ at, lines }) => {
    expect(printed(found[at]!)).toEqual(expect.arrayContaining([...lines]));
    expect(inTheWay(found[at]!)).toEqual([]);
    expect(accessRows(after[at]!)).toEqual([]);
    expect(printed(after[at]!)).toEqual([]);
    expect(inTheWay(after[at]!)).toEqual([]);
    // What is announced all the same says why no line keeps it.
    expect(
      after[at]!.rows.flatMap(({ changes = [] }) => changes).filter(
        ({ unkept }) => unkept === undefined,
      ),
    ).toEqual([]);
  });
});

test("says why no line admits everyone, and what to write instead", async () => {
  const change: Change = (it) => people(it, { include: [{ everyone: {} }] });
  const found = await tableOf(accountWith(change), {}, FOUND);
  const why = /is refused \(house rule allow-everyone\): name who is to get in/;
  expect(rowOf(found, PEOPLE)?.changes).toEqual([
    expect.objectContaining({
      attribute: "admits",
      before: "everyone",
      unkept: expect.stringMatching(why) as unknown,
    }),
  ]);
  const [lost, ...more] = found.rows.filter(({ kind }) => kind === "access");
  expect(more).toEqual([]);
  expect(lost).toMatchObject({
    becomes: "loses access",
    changes: [{ unkept: expect.stringMatching(why) as unknown }],
  });
  expect(printSurvey(found)).toMatch(/-> refused.* \(no line keeps it, as /);
});

test("says why no line admits machines by a certificate, or an address", async () => {
  const found = await tableOf(
    accountWith((it) => machines(it, [{ certificate: {} }, office])),
    {},
    FOUND,
  );
  const lost = found.rows.filter(({ becomes }) => becomes === "loses access");
  expect(lost.length).toBeGreaterThan(0);
  for (const { changes } of lost)
    expect(changes).toEqual([
      expect.objectContaining({
        unkept: expect.stringMatching(
          /without a login the stack admits service tokens/,
        ) as unknown,
      }),
    ]);
});

/** A policy written inside the application that lets a whole domain in, behind a Block policy. */
const blockBeforeInside: Change = (it) => {
  people(it, {});
  second(it, { decision: "deny", include: [grace] }, []);
  it.file.policies.push({
    id: OTHER,
    name: "Legacy",
    decision: "allow",
    reusable: false,
    include: [everyoneThere],
  } as never);
  it.application.policies = [MACHINES, BLOCK, OTHER, PEOPLE];
};

const differentRequires: Change = (it) => {
  people(it, { include: [everyoneThere], require: [office] });
  second(
    it,
    {
      decision: "allow",
      include: [ada],
      require: [{ geo: { country_code: "DE" } }],
    },
    [MACHINES, PEOPLE, BLOCK],
  );
};

test.each<[string, Change]>([
  ["a Block policy before one inside the application", blockBeforeInside],
  ["two policies that ask for different things", differentRequires],
])(
  "refuses what no props say, and prints nothing that opens: %s",
  async (_, change) => {
    const found = await tableOf(accountWith(change), {}, FOUND);
    const [way, ...others] = inTheWay(found);
    expect(others).toEqual([]);
    expect(way).toMatchObject({
      kind: "policy",
      why: expect.stringMatching(
        /^the stack has one policy for people/,
      ) as unknown,
      todo: expect.stringMatching(/That admits nobody else/) as unknown,
    });
    expect(printed(found).join()).not.toMatch(/allowed|denied|required/);
  },
);

test("names whom a policy inside the application lets in once a Block policy comes after it", async () => {
  const found = await tableOf(accountWith(blockBeforeInside), {}, FOUND);
  expect(accessRows(found)).toContain("grace@example.org: gets in");
});

test("names in a row who gets in by the code and does not today, and the line that prevents it", async () => {
  const [change] = SAID["a person who is left out of a domain"]!;
  const found = await tableOf(
    accountWith(change),
    { allowedEmailDomains: ["example.org"] },
    FOUND,
  );
  expect(accessRows(found)).toEqual(["grace@example.org: gets in"]);
  expect(printSurvey(found)).toMatch(
    /import \{ AccessRule \} from "\.\/constructs\/access-rule"/,
  );
  expect(found.lines).toContainEqual({
    file: "main.ts",
    text: 'denied: [AccessRule.email("grace@example.org")],',
    does: "needed",
  });
});

test("names a token that the code admits and policies refuse today, and one that it admits from anywhere", async () => {
  const [excluded] = SAID["a token that any valid one's policy excludes"]!;
  const tokens = [
    { existing: TOKEN.id, name: TOKEN.name },
    { existing: FARM.id, name: FARM.name },
  ];
  const found = await tableOf(accountWith(excluded), { tokens }, FOUND);
  expect(accessRows(found)).toContain("token old-farm: gets in");
  expect(rowOf(found, FARM.id)).toMatchObject({
    becomes: "left alone",
    why: "named by ComfyUI machines and refused today; the stack does not admit it unless its tokens name it",
  });
  const [narrow, [line]] = SAID["a token's policy that requires a country"]!;
  const [own] = tokens;
  const wide = await tableOf(accountWith(narrow), { tokens: [own!] }, FOUND);
  expect(accessRows(wide).join()).toMatch(/token comfyui-api from .*: gets in/);
  expect(printed(wide)).toContain(
    `${line} // in place of those it has for these`,
  );
});

test("says why no line keeps that every login method counts", async () => {
  const all = accountWith((it) => {
    people(it, {});
    it.application.allowed_idps = [];
  });
  const found = await tableOf(
    all,
    { loginMethod: ["One-time PIN", "Google"] },
    FOUND,
  );
  const [change] = rowOf(found, APP)!.changes!.filter(
    ({ attribute }) => attribute === "allowed_idps",
  );
  expect(change?.unkept).toMatch(
    /it takes each login method that the account will have/,
  );
});

test("names the group that names a group, and what an approval is", async () => {
  const [[approved]] = [SAID["an approval that somebody has to give"]!];
  const change: Change = (it) => {
    approved(it);
    it.file.groups.push(
      { id: GROUP, name: "Machines", include: [byToken(TOKEN.id)] },
      { id: OTHER, name: "All machines", include: [{ group: { id: GROUP } }] },
    );
    const policy = it.file.policies.find(({ id }) => id === MACHINES)!;
    policy.include = [{ group: { id: OTHER } }];
  };
  const found = await tableOf(accountWith(change), {}, FOUND);
  expect(rowOf(found, OTHER)?.why).toBe("named by ComfyUI machines");
  expect(rowOf(found, GROUP)?.why).toBe("named by All machines");
  const ada = found.rows.find(({ kind }) => kind === "access");
  expect(ada?.changes?.[0]?.before).toBe(
    'depends on the approval that policy "ComfyUI Access Policy" asks for',
  );
});

test("names machines that get in by their address, and people whom a bypass lets in", async () => {
  const byAddress = await tableOf(
    accountWith((it) => machines(it, [office])),
    {},
    FOUND,
  );
  expect(accessRows(byAddress)).toEqual([
    "anyone without a login from 203.0.113.0/24: loses access",
  ]);
  expect(
    byAddress.rows.find(({ kind }) => kind === "access")?.changes?.[0]?.unkept,
  ).toMatch(
    /\{ existing: "ID", name: "NAME", require: \[AccessRule\.ip\("203\.0\.113\.0\/24"\)\] \}$/,
  );
  const bypass = (change: Change) =>
    tableOf(
      accountWith((it) => {
        people(it, {});
        second(it, { decision: "bypass", include: [office] }, [
          BLOCK,
          MACHINES,
          PEOPLE,
        ]);
        change(it);
      }),
      {},
      FOUND,
    );
  const unchecked = await bypass((it) => {
    delete it.rule.originRequest!.access;
  });
  expect(accessRows(unchecked)).toEqual([
    "anyone without a login from 203.0.113.0/24: loses access",
  ]);
  // The tunnel's rule demands a JWT, and whom Access lets past has none.
  expect(accessRows(await bypass(() => {}))).toEqual([
    "ada@datacrew.space from 203.0.113.0/24: gets in",
    "token comfyui-api from 203.0.113.0/24: gets in",
  ]);
});

test("refuses to take over a token that a Bypass which stays would leave without a JWT, until it does not match it", async () => {
  const table = (change: Change, props = {}) =>
    tableOf(
      accountWith((it) => {
        people(it, {});
        second(
          it,
          {
            name: "Office",
            decision: "bypass",
            reusable: false,
            include: [office],
          },
          [BLOCK, MACHINES, PEOPLE],
        );
        delete it.rule.originRequest!.access;
        change(it);
      }),
      props,
      FOUND,
    );
  const rows = (found: Survey) =>
    found.rows
      .filter(({ kind }) => kind === "access")
      .map(({ becomes, name }) => `${name}: ${becomes}`);
  const anyone =
    "anyone from 203.0.113.0/24, with a login or without: loses access";
  const cut = `token ${TOKEN.name} from 203.0.113.0/24: in the way`;
  const written = {
    existingApplication: APP,
    tokens: [{ existing: TOKEN.id, name: TOKEN.name }],
  };
  for (const props of [{}, written]) {
    const found = await table(() => {}, props);
    expect(rows(found)).toEqual([cut, anyone]);
    expect(found.rows.find(({ name }) => cut.startsWith(name))?.todo).toMatch(
      /^Take "Office" out of "ComfyUI" .* as well, before it\. Then run again/,
    );
  }
  // The token's own policy comes first today, and no more once it is the stack's.
  const order = (it: ByHand) => {
    it.application.policies = [MACHINES, BLOCK, PEOPLE];
  };
  expect(rows(await table(order))).toEqual([cut, anyone]);

  // Either is what it says.
  const without = await table((it) => {
    it.file.policies.pop();
    it.application.policies = [MACHINES, PEOPLE];
  });
  expect(rows(without)).toEqual([]);
  const before = await table((it) => {
    order(it);
    it.file.policies.find(({ id }) => id === MACHINES)!.reusable = false;
  });
  expect(rows(before)).toEqual([anyone]);
});

test("needs no line for a token that has expired or is switched off", async () => {
  const found = await tableOf(
    accountWith((it) => {
      it.file.service_tokens.push({
        ...FARM,
        expires_at: "2026-01-01T00:00:00Z",
      });
      machines(it, [byToken(TOKEN.id), byToken(FARM.id)]);
    }),
    {},
    FOUND,
  );
  expect(rowOf(found, FARM.id)).toMatchObject({
    becomes: "left alone",
    why: "it expired on 2026-01-01, and is refused today whatever names it",
  });
  expect(printed(found).join()).not.toContain(FARM.id);
});

test("knows a login method of the same client by another name and type", async () => {
  const found = await tableOf(
    accountWith((it) => {
      people(it, {});
      it.google.name = "Workspace";
      it.google.type = "google-apps";
    }),
  );
  expect(rowOf(found, GOOGLE)).toMatchObject({ becomes: "used" });
  expect(found.lines[0]?.text).toMatch(/^ACCESS_LOGIN_METHOD="Workspace"/);
  expect(rowOf(found, APP)).toMatchObject({ changes: [] });
  expect(accessRows(found)).toEqual([]);
});

test("prints no setting that the code refuses for a whole host or with this provider", async () => {
  const found = await tableOf(
    accountWith((it) => {
      people(it, {});
      Object.assign(it.application, {
        path_cookie_attribute: true,
        allow_iframe: true,
        mfa_config: {
          session_duration: "1h",
          allowed_authenticators: ["totp"],
        },
      });
    }),
    {},
    FOUND,
  );
  expect(printed(found, "states").join()).toContain(
    "application: { allowIframe: true },",
  );
});

test("names the version of Cloudflare's provider that knows what the lines say", async () => {
  const change: Change = (it) =>
    people(it, {
      require: [{ user_risk_score: { user_risk_score: ["low"] } }],
      mfa_config: { allowed_authenticators: ["totp"] },
    });
  const versionsOf = ({ lines }: Survey) =>
    lines
      .filter(({ text }) => text.startsWith("CLOUDFLARE_PROVIDER_VERSION"))
      .map(({ does, text }) => `${does}: ${text}`);
  const found = await tableOf(accountWith(change), {}, FOUND);
  expect(printed(found).join()).toContain("user_risk_score");
  expect(versionsOf(found)).toEqual([
    expect.stringMatching(
      /: CLOUDFLARE_PROVIDER_VERSION="5\.19\.0", which knows mfaConfig, user_risk_score$/,
    ),
  ]);
  const newer = { ...FOUND, CLOUDFLARE_PROVIDER_VERSION: "5.19.0" };
  expect(versionsOf(await tableOf(accountWith(change), {}, newer))).toEqual([]);
});
