import type { Survey } from "../../adoption/look";
import type { Row } from "../../adoption/survey";
import { openPathPattern } from "../../ingress/open-path";
import type { Account } from "../../local/account";
import {
  accountByHand,
  APP,
  GOOGLE,
  HOST,
  MACHINES,
  PEOPLE,
  TOKEN,
  type CaseName,
} from "../by-hand/accounts";
import { tableOf } from "./table";

/** What is for the host in other ways than by its plain name. */

const OTHER = "b11d0000-0000-4000-8000-000000000023";
const OTHER_AUD = "c1ff".repeat(16);
const TOKENS: CaseName = "policy of its own for machines";

const rowOf = ({ rows }: { readonly rows: readonly Row[] }, id: string) =>
  rows.find((row) => row.id === id);
const rulesOf = (account: Account) =>
  [...account.tunnels.values()][0]!.configuration.config!.ingress!;
const ruleOf = (account: Account) =>
  rulesOf(account).find(({ hostname, path }) => hostname === HOST && !path)!;
const needed = (found: Awaited<ReturnType<typeof tableOf>>) =>
  found.lines.flatMap(({ does, file, text }) =>
    does === "needed" && file === "main.ts" ? text : [],
  );

function place(account: Account, uris: readonly string[], id = APP) {
  Object.assign(account.applications.get(id)!, {
    domain: uris[0],
    destinations: uris.map((uri) => ({ type: "public", uri })),
    self_hosted_domains: uris,
  });
}

/** A second application with the policies of the first. */
function addOther(account: Account, uri: string, more = {}) {
  account.applications.set(OTHER, {
    ...account.applications.get(APP)!,
    id: OTHER,
    aud: OTHER_AUD,
    name: "API",
    ...more,
  });
  place(account, [uri], OTHER);
}

/** Has the rule take the JWT of more applications. */
function demand(account: Account, ...auds: string[]) {
  const { access } = ruleOf(account).originRequest as {
    access: { audTag: string[] };
  };
  access.audTag.push(...auds);
}

test.each([
  ["a wildcard path", [`${HOST}/*`]],
  ["a slash", [`${HOST}/`]],
  ["capitals", ["ComfyUI.datacrew.space"]],
  ["a path of its own as well", [HOST, `${HOST}/api`]],
])(
  "an application that covers the host by %s is taken over",
  async (_, uris) => {
    const account = accountByHand(TOKENS);
    place(account, uris);
    const found = await tableOf(account);
    expect(rowOf(found, APP)).toMatchObject({
      becomes: "taken over",
      changes: [],
    });
    expect(needed(found)).toEqual([
      `existingApplication: "${APP}",`,
      `tokens: [{ existing: "${TOKEN.id}", name: "${TOKEN.name}" }],`,
    ]);
    expect(
      found.rows.filter(({ kind }) => kind === "tunnel rule"),
    ).toMatchObject([{ becomes: "taken over", changes: [] }]);
  },
);

test("of two for the whole host the one that decides is taken over", async () => {
  const account = accountByHand(TOKENS);
  addOther(account, `${HOST}/*`);
  demand(account, OTHER_AUD);
  const found = await tableOf(account);
  expect(rowOf(found, APP)).toMatchObject({
    becomes: "left alone",
    why: 'it decides nothing here: "API" takes precedence',
  });
  expect(rowOf(found, OTHER)).toMatchObject({ becomes: "taken over" });
  expect(needed(found)[0]).toBe(`existingApplication: "${OTHER}",`);

  const wrong = await tableOf(account, { existingApplication: APP });
  expect(rowOf(wrong, OTHER)).toMatchObject({
    becomes: "in the way",
    todo: `Write existingApplication: "${OTHER}" in place of "${APP}".`,
  });
});

test("a link of the host's address is no application for it", async () => {
  const account = accountByHand(TOKENS);
  addOther(account, HOST, { type: "bookmark" });
  const found = await tableOf(account);
  expect(rowOf(found, OTHER)).toBeUndefined();
  expect(needed(found)[0]).toBe(`existingApplication: "${APP}",`);
});

test.each([
  ["other hosts", [HOST, "chat.datacrew.space"]],
  ["a wildcard", ["*.datacrew.space", HOST]],
])(
  "one that is also for %s is given an application of its own first",
  async (_, uris) => {
    const account = accountByHand(TOKENS);
    place(account, uris);
    const { todo } = rowOf(await tableOf(account), APP)!;
    expect(todo).toMatch(
      /an application of its own first: npm run adopt -- comfyui --split prints/,
    );
  },
);

test("one of another type is replaced by one made by hand, and has no host to remove", async () => {
  const account = accountByHand(TOKENS);
  account.applications.get(APP)!.type = "ssh";
  const row = rowOf(await tableOf(account), APP);
  expect(row).toMatchObject({ becomes: "in the way" });
  expect(row!.todo).toMatch(/3\. Change the path .* to \*/);
  expect(row!.todo).not.toMatch(/Remove /);
});

test("a split that was cut off before its last step is to be finished first", async () => {
  const account = accountByHand(TOKENS, "several destinations");
  addOther(account, `${HOST}/*`);
  demand(account, OTHER_AUD);
  const found = await tableOf(account);
  expect(rowOf(found, APP)).toMatchObject({
    becomes: "in the way",
    todo: "Finish the split first: npm run adopt -- comfyui --split",
  });
  expect(rowOf(found, OTHER)).toMatchObject({ becomes: "taken over" });
});

test("managed OAuth is named as what is in the way, and switched on again where it decides", async () => {
  const account = accountByHand(TOKENS, "several destinations");
  const old = account.applications.get(APP)!;
  Object.assign(old, { oauth_configuration: { enabled: true } });
  const { todo } = rowOf(await tableOf(account), APP)!;
  expect(todo).toMatch(
    /by hand, as "Services" has managed OAuth, [^]*1\. .*, without managed OAuth;[^]*3\. .* to \*.* Programs that log in by managed OAuth are sent[^]*4\. Remove [^]*5\. Take the path \* out of the new application, and switch managed OAuth on/,
  );
  expect(todo).not.toContain("--split");
});

test("one that provisions users is replaced by one made by hand, and keeps on provisioning", async () => {
  const account = accountByHand(TOKENS);
  Object.assign(account.applications.get(APP)!, {
    scim_config: {
      enabled: true,
      remote_uri: "https://scim.datacrew.space/v2",
      idp_uid: GOOGLE,
    },
  });
  const row = rowOf(await tableOf(account), APP);
  expect(row).toMatchObject({ becomes: "in the way" });
  expect(row!.todo).toMatch(
    /by hand, as "ComfyUI" provisions users by SCIM, [^]*2\. Let the tunnel's rule .* demand the JWT of both[^]*3\. Change the path .* to \*.*\n4\. Leave "ComfyUI" as it is: .* keeps its SCIM provisioning/,
  );
  expect(row!.todo).not.toMatch(/remove/i);

  // As it says.
  addOther(account, `${HOST}/*`, { scim_config: undefined });
  demand(account, OTHER_AUD);
  const found = await tableOf(account);
  expect(rowOf(found, APP)).toMatchObject({ becomes: "left alone" });
  expect(rowOf(found, OTHER)).toMatchObject({ becomes: "taken over" });
  expect(found.rows).not.toContainEqual(
    expect.objectContaining({ becomes: "in the way" }),
  );
  expect(needed(found)[0]).toBe(`existingApplication: "${OTHER}",`);
});

describe("an application on a path", () => {
  test("whose token the tunnel's rule takes today is in the way until the path has a rule of its own", async () => {
    const account = accountByHand(TOKENS);
    addOther(account, `${HOST}/api`);
    demand(account, OTHER_AUD);
    const row = rowOf(await tableOf(account), OTHER)!;
    expect(row).toMatchObject({
      becomes: "in the way",
      why: expect.stringContaining(`the token ${TOKEN.name}`) as unknown,
    });
    const pattern = openPathPattern("/api");
    expect(row.todo).toContain(
      `Make a rule for ${HOST} with the path ${pattern}, with the service`,
    );
    // As it says.
    const rule = ruleOf(account);
    rulesOf(account).unshift({
      ...rule,
      path: pattern,
      originRequest: {
        access: { required: true, teamName: "datacrew", audTag: [OTHER_AUD] },
      },
    });
    const after = await tableOf(account);
    expect(rowOf(after, OTHER)).toMatchObject({
      becomes: "left alone",
      why: `it decides for ${HOST}/api, whose requests a rule of the tunnel takes that stays before the stack's; the probe calls that broken where no promise names its policies`,
    });
    expect(after.rows.some(({ becomes }) => becomes === "in the way")).toBe(
      false,
    );
  });

  test.each([
    ["/api", "^/api(/|$)"],
    ["/api/*", "^/api/"],
  ])(
    "%s that lets in whom the code does not name is promised, once its rule takes the path in one spelling",
    async (path, wide) => {
      const account = accountByHand("guide to the letter");
      const machine = {
        ...[...account.policies.values()][0]!,
        id: "m",
        name: "m",
        decision: "non_identity",
        include: [{ service_token: { token_id: TOKEN.id } }],
        reusable: true,
      };
      account.policies.set("m", machine as never);
      addOther(account, `${HOST}${path}`, {
        policies: [{ id: "m", precedence: 1 }],
      });
      account.applications.delete(APP);
      const rule = {
        ...ruleOf(account),
        path: wide,
        originRequest: {
          access: { required: true, teamName: "datacrew", audTag: [OTHER_AUD] },
        },
      };
      rulesOf(account).unshift(rule);
      const pattern = openPathPattern(path);
      const found = await tableOf(account);
      expect(needed(found)).toEqual([]);
      expect(rowOf(found, OTHER)).toMatchObject({
        becomes: "in the way",
        why: expect.stringContaining("takes /api/; as well") as unknown,
        todo: expect.stringContaining(
          `Change the path of that rule to ${pattern}: `,
        ) as unknown,
      });
      // As it says.
      rule.path = pattern;
      const line = `promises: [policy("m").reaches("${path}")],`;
      const changed = await tableOf(account);
      expect(rowOf(changed, OTHER)).toMatchObject({ becomes: "left alone" });
      expect(needed(changed)).toEqual([line]);
      const who = { kind: "policy", name: "m" } as const;
      const promises = [{ who, paths: [path], only: false }];
      expect(needed(await tableOf(account, { promises }))).toEqual([]);
      // The probe asks for it also where the code names the token.
      const tokens = [{ existing: TOKEN.id, name: TOKEN.name }];
      expect(needed(await tableOf(account, { tokens }))).toEqual([line]);
      Object.assign(machine, { name: "" });
      expect(rowOf(await tableOf(account), OTHER)).toMatchObject({
        becomes: "in the way",
        todo: expect.stringContaining("a name of its own") as unknown,
      });
    },
  );

  test("that lets some in without a login, by a rule without the JWT check, is nothing that the code can say", async () => {
    const account = accountByHand(TOKENS);
    const open = {
      ...[...account.policies.values()][0]!,
      id: "open",
      name: "Office",
      decision: "bypass",
      include: [{ ip: { ip: "203.0.113.0/24" } }],
      reusable: true,
    };
    account.policies.set("open", open as never);
    addOther(account, `${HOST}/hook`, {
      policies: [{ id: "open", precedence: 1 }],
    });
    const rule = {
      ...ruleOf(account),
      path: openPathPattern("/hook"),
      originRequest: {},
    };
    rulesOf(account).unshift(rule);
    const found = await tableOf(account);
    expect(rowOf(found, OTHER)).toMatchObject({
      becomes: "in the way",
      why: "it lets in without a login whomever its Bypass names, which no promise can say: the review of a deploy refuses that",
      todo: "To accept that, answer yes at each deploy: npm run deploy -- comfyui",
    });
    // Its check would refuse them.
    expect(
      found.lines.filter(({ text }) => text.startsWith("existingRules")),
    ).toEqual([]);
    rule.originRequest = {
      access: { required: true, teamName: "datacrew", audTag: [OTHER_AUD] },
    };
    expect(rowOf(await tableOf(account), OTHER)).toMatchObject({
      becomes: "left alone",
    });
  });

  test("whom the tunnel's rule refuses today is left alone", async () => {
    const account = accountByHand(TOKENS);
    addOther(account, `${HOST}/api`);
    expect(rowOf(await tableOf(account), OTHER)).toMatchObject({
      becomes: "left alone",
      why: `it decides for ${HOST}/api, where the tunnel's rule demands the JWT of another application and refuses everyone whom this one admits; npm run probe calls that broken ("No other application takes a part of the host")`,
    });
  });

  /** Somebody opened /hook; the host's rule has no JWT check. */
  const withHook = (...places: readonly [string, ...string[]]) => {
    const account = accountByHand(TOKENS);
    delete ruleOf(account).originRequest!.access;
    account.policies.set("open", {
      ...[...account.policies.values()][0]!,
      ...{ id: "open", name: "Open", decision: "bypass", reusable: true },
      include: [{ everyone: {} }],
    } as never);
    addOther(account, "", { policies: [{ id: "open", precedence: 1 }] });
    place(account, places, OTHER);
    return account;
  };
  const ofPaths = (found: Survey) =>
    needed(found).filter((text) => /^(openP|existingP)/.test(text));
  const atHook = ({ rows }: Survey) =>
    rows.filter(({ kind, name }) => kind === "access" && / \/hook/.test(name));

  test("that is open is an open path, taken over by the lines that are printed", async () => {
    const account = withHook(`${HOST}/hook`);
    const lines = [
      `openPaths: ["/hook"],`,
      `existingPathApplications: { "/hook": "${OTHER}" },`,
    ];
    const row = {
      becomes: "taken over",
      afterDestroy: "as before the first deploy",
    };
    const found = await tableOf(account);
    expect(rowOf(found, OTHER)).toMatchObject(row);
    expect(rowOf(found, "open")).toMatchObject({
      afterDestroy: "listed again",
    });
    expect(ofPaths(found)).toEqual(lines);
    expect(atHook(found)).toEqual([]);
    // A rule of its own before the host's makes no difference.
    rulesOf(account).unshift({ ...ruleOf(account), path: "^/hook" });
    expect(ofPaths(await tableOf(account))).toEqual(lines);

    const openPaths = ["/hook"];
    const again = await tableOf(account, { openPaths });
    expect(rowOf(again, OTHER)).toMatchObject(row);
    expect(ofPaths(again)).toEqual(lines.slice(1));
    expect(
      again.rows.filter(
        ({ becomes, kind }) => kind === "application" && becomes === "made",
      ),
    ).toEqual([]);

    const written = {
      openPaths,
      existingPathApplications: { "/hook": OTHER },
    };
    const after = await tableOf(account, written);
    expect(rowOf(after, OTHER)).toMatchObject({ ...row, isNew: true });
    expect(ofPaths(after)).toEqual([]);
    expect(atHook(after)).toEqual([]);
    expect(after.taken?.applications).toMatchObject([{ id: OTHER }]);

    // What the stack itself made is taken in as before.
    const told = await tableOf(account, { openPaths }, {}, [OTHER]);
    expect(rowOf(told, OTHER)).toMatchObject({ becomes: "the stack's own" });
  });

  test("that lists all that the stack has for its path may be the stack's own, of a state that was lost", async () => {
    const account = withHook(`${HOST}/hook`);
    account.policies.get("open")!.name = "ComfyUI /hook is open";
    const openPaths = ["/hook"];
    const afterDestroy = expect.stringMatching(
      /^as it is now: .* what it was before is not known$/,
    ) as string;
    const found = await tableOf(account, { openPaths });
    expect(rowOf(found, OTHER)).toMatchObject({
      ...{ becomes: "taken over", afterDestroy },
      why: expect.stringContaining(
        `if a deploy of yours made it, leave the line for it out and run npm run adopt -- comfyui --ours ${OTHER}:`,
      ) as string,
    });
    const existingPathApplications = { "/hook": OTHER };
    const written = await tableOf(account, {
      openPaths,
      existingPathApplications,
    });
    const row = rowOf(written, OTHER);
    expect(row).toMatchObject({ becomes: "taken over", afterDestroy });
    expect(row?.why).not.toContain("--ours");
  });

  test("that is open is added to the lines that are there, and left alone with a rule of its own where it is for more", async () => {
    const given = {
      openPaths: ["/old"],
      existingPathApplications: { "/old": APP },
    };
    expect(ofPaths(await tableOf(withHook(`${HOST}/hook`), given))).toEqual([
      `openPaths: ["/old", "/hook"],`,
      `existingPathApplications: { "/old": "${APP}", "/hook": "${OTHER}" },`,
    ]);
    const wider = withHook(`${HOST}/hook`, `${HOST}/form`);
    const found = await tableOf(wider);
    expect(rowOf(found, OTHER)).toMatchObject({
      becomes: "in the way",
      todo: expect.stringMatching(
        /^Give the path a rule of its own/,
      ) as unknown,
    });
    expect(ofPaths(found)).toEqual([]);
    const named = await tableOf(wider, { openPaths: ["/hook"] });
    expect(rowOf(named, OTHER)).toMatchObject({
      becomes: "in the way",
      why: `The application "API" is also for ${HOST}/form, which a change would touch`,
      todo: expect.stringMatching(
        /^Take "\/hook" out of openPaths, .*Give the path a rule of its own[^]*without "Protect with Access"/,
      ) as unknown,
    });
    expect(ofPaths(named)).toEqual([]);
    // As it says.
    rulesOf(wider).unshift(
      ...["/hook", "/form"].map((path) => ({
        ...ruleOf(wider),
        path: openPathPattern(path),
      })),
    );
    expect(rowOf(await tableOf(wider), OTHER)).toMatchObject({
      todo: "To accept that, answer yes at each deploy: npm run deploy -- comfyui",
    });
  });

  test("that people log in to, and the code opens, has a row for whoever gets in by that", async () => {
    const account = withHook(`${HOST}/hook`);
    account.policies.get("open")!.decision = "allow";
    account.policies.get("open")!.include = [
      { email: { email: "grace@example.org" } },
    ];
    const written = {
      openPaths: ["/hook"],
      existingPathApplications: { "/hook": OTHER },
    };
    const found = await tableOf(account, written);
    expect(rowOf(found, OTHER)).toMatchObject({ becomes: "taken over" });
    expect(found.rows).toContainEqual(
      expect.objectContaining({
        becomes: "gets in",
        name: "anyone without a login at /hook",
      }),
    );
  });

  test("of a token is taken over where it admits nobody else, and names them where it does", async () => {
    const account = accountByHand(TOKENS);
    addOther(account, `${HOST}/queue`);
    demand(account, OTHER_AUD);
    const tokens = [{ existing: TOKEN.id, name: "bot", paths: ["/queue"] }];
    const found = await tableOf(account, { tokens });
    expect(rowOf(found, OTHER)).toMatchObject({ becomes: "taken over" });
    expect(ofPaths(found)).toEqual([
      `existingPathApplications: { "/queue": "${OTHER}" },`,
    ]);
    account.policies.set("more", {
      ...[...account.policies.values()][0]!,
      ...{ id: "more", name: "More", decision: "allow", reusable: true },
      include: [{ email: { email: "grace@example.org" } }],
    } as never);
    const other = account.applications.get(OTHER)!;
    other.policies = [...other.policies!, { id: "more", precedence: 3 }];
    expect(rowOf(await tableOf(account, { tokens }), OTHER)).toMatchObject({
      becomes: "in the way",
      why: `it admits for ${HOST}/queue whom the code does not: grace@example.org`,
      todo: expect.stringMatching(
        /out of openPaths, the token's paths .*"Protect with Access" for "API"/s,
      ) as unknown,
    });
  });

  test("of a token has a row for each token of the whole host that gains it, and is in no way where it admits them", async () => {
    const account = accountByHand(TOKENS);
    const farm = { ...TOKEN, id: TOKEN.id.replace(/4$/, "6"), name: "farm" };
    account.serviceTokens.set(farm.id, {
      ...account.serviceTokens.get(TOKEN.id)!,
      ...farm,
    });
    account.policies.set("farm only", {
      ...account.policies.get(MACHINES)!,
      ...{ id: "farm only", name: "Farm" },
      include: [{ service_token: { token_id: farm.id } }],
    } as never);
    addOther(account, `${HOST}/queue`, {
      policies: [
        { id: "farm only", precedence: 1 },
        { id: PEOPLE, precedence: 2 },
      ],
    });
    demand(account, OTHER_AUD);
    const limited = { existing: farm.id, name: "farm", paths: ["/queue"] };
    const whole = { existing: TOKEN.id, name: TOKEN.name };
    const rows = ({ rows: all }: Survey) =>
      all
        .filter(({ kind, name }) => kind === "access" && / \/queue$/.test(name))
        .map(({ becomes, name }) => `${name}: ${becomes}`);
    const written = {
      existingApplication: APP,
      existingPathApplications: { "/queue": OTHER },
    };
    const gained = [`token ${TOKEN.name} at /queue: gets in`];
    const [stated, unwritten] = [[whole, limited], [limited]];
    // That of the whole host is a line yet to be written, or there.
    for (const tokens of [stated, unwritten]) {
      const found = await tableOf(account, { ...written, tokens });
      expect(rowOf(found, OTHER)).toMatchObject({ becomes: "taken over" });
      expect(rows(found)).toEqual(gained);
      const odd = found.rows.filter(({ name }) => name.includes("/queue/;"));
      expect(odd.length).toBeGreaterThan(0);
      for (const { changes } of odd)
        expect(changes?.[0]?.unkept).toMatch(/and no other spelling$/);
    }
    account.applications.get(OTHER)!.policies!.push({
      id: MACHINES,
      precedence: 3,
    });
    for (const tokens of [stated, unwritten]) {
      const found = await tableOf(account, { tokens });
      expect(rowOf(found, OTHER)).toMatchObject({ becomes: "taken over" });
      expect(ofPaths(found)).toEqual([
        `existingPathApplications: { "/queue": "${OTHER}" },`,
      ]);
      expect(rows(found)).toEqual([]);
    }
  });

  test("is refused as the one for the whole host", async () => {
    const account = accountByHand(TOKENS);
    place(account, [`${HOST}/api`]);
    expect(
      rowOf(await tableOf(account, { existingApplication: APP }), APP),
    ).toMatchObject({
      becomes: "in the way",
      why: expect.stringContaining(
        `and not for the whole of ${HOST}`,
      ) as unknown,
    });
  });
});

describe("a wildcard's application whose JWT the rule checks", () => {
  test("is in the way of a token until the host has an application of its own", async () => {
    const account = accountByHand(TOKENS);
    place(account, ["comfy*.datacrew.space"]);
    const found = await tableOf(account);
    expect(rowOf(found, APP)).toMatchObject({
      becomes: "in the way",
      why: expect.stringMatching(
        /some seconds later, everyone is refused, and so is the token comfyui-api$/,
      ) as unknown,
      todo: expect.stringMatching(
        /npm run adopt -- comfyui --split prints [^]*npm run deploy -- comfyui$/,
      ) as unknown,
    });
    // As it says.
    addOther(account, HOST);
    demand(account, OTHER_AUD);
    const after = await tableOf(account);
    expect(rowOf(after, APP)).toMatchObject({ becomes: "left alone" });
    expect(rowOf(after, OTHER)).toMatchObject({ becomes: "taken over" });
  });

  test("says how long people are refused where no token works by it", async () => {
    const account = accountByHand("guide to the letter");
    account.policies.get(
      account.applications.get(APP)!.policies![0]!.id!,
    )!.include = [{ email: { email: "ada@datacrew.space" } }];
    place(account, ["*.datacrew.space"]);
    expect(rowOf(await tableOf(account), APP)).toMatchObject({
      becomes: "left alone",
      why: expect.stringMatching(
        /some seconds later, and again at a destroy, people are refused/,
      ) as unknown,
    });
  });
});

describe("a second rule", () => {
  test("for the same host is never reached, and says nothing of the service", async () => {
    const account = accountByHand(TOKENS);
    rulesOf(account).splice(rulesOf(account).indexOf(ruleOf(account)) + 1, 0, {
      hostname: HOST,
      service: "http://other:80",
    });
    const found = await tableOf(account);
    expect(
      found.rows.filter(({ kind }) => kind === "tunnel rule"),
    ).toMatchObject([
      { becomes: "taken over", changes: [] },
      {
        becomes: "left alone",
        name: `${HOST} to http://other:80`,
        why: `never reached: the rule ${HOST} to http://caddy:80, which comes before it, takes all of its requests`,
      },
    ]);
    expect(found.lines.some(({ text }) => text.startsWith("serviceUrl"))).toBe(
      false,
    );
  });

  test("for more hosts that answers for this one says where its requests lead today", async () => {
    for (const isHidden of [false, true]) {
      const account = accountByHand(TOKENS);
      const rules = rulesOf(account);
      if (!isHidden) rules.splice(rules.indexOf(ruleOf(account)), 1);
      rules.unshift({
        hostname: "*.datacrew.space",
        service: "http://wide:80",
      });
      const found = await tableOf(account);
      expect(
        found.rows.filter(({ kind }) => kind === "tunnel rule"),
      ).toMatchObject([
        {
          name: "*.datacrew.space to http://wide:80",
          becomes: "left alone",
          why: expect.stringMatching(
            /^it takes the requests of comfyui\S+ today/,
          ) as unknown,
        },
        ...(isHidden
          ? [
              {
                becomes: "left alone",
                why: expect.stringMatching(/^never reached/) as unknown,
              },
            ]
          : []),
      ]);
      expect(found.lines.map(({ text }) => text)).toContain(
        'serviceUrl: "http://wide:80",',
      );
    }
  });
});
