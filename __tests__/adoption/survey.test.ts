import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printSurvey, tellGains } from "../../adoption/print";
import type { Line, Row } from "../../adoption/survey";
import type { Account } from "../../local/account";
import { settingsOf } from "../../providers/existing-application/document";
import type { JsonObject } from "../../providers/tunnel-route/json";
import {
  accountByHand,
  APP,
  CASE_NAMES,
  GOOGLE,
  GROUP,
  HOST,
  MACHINES,
  PEOPLE,
  TOKEN,
  type CaseName,
} from "../by-hand/accounts";
import { tableOf } from "./table";

/** What main.ts has once all that is needed is written into it. */
const WRITTEN = {
  existingApplication: APP,
  tokens: [{ existing: TOKEN.id, name: TOKEN.name }],
  dnsRecord: "replace",
} as const;
const FOUND = { GOOGLE_CLIENT_ID: "" };

const table = (name: CaseName) => tableOf(accountByHand(name));
const written = (name: CaseName) =>
  tableOf(accountByHand(name), WRITTEN, FOUND);

const rowOf = ({ rows }: { readonly rows: readonly Row[] }, id: string) =>
  rows.find((row) => row.id === id);

function needed({ lines }: Awaited<ReturnType<typeof table>>): string[] {
  return lines.filter(({ does }) => does === "needed").map(({ text }) => text);
}

const TOKENS = `tokens: [{ existing: "${TOKEN.id}", name: "${TOKEN.name}" }],`;
const NEEDED = [
  `ACCESS_LOGIN_METHOD="Google", and no GOOGLE_CLIENT_ID: the stack identity would make a second one`,
  `existingApplication: "${APP}",`,
  TOKENS,
];

test("names every object of the guide by hand, and what a destroy leaves of it", async () => {
  const found = await table("guide to the letter");
  expect(
    found.rows.map(({ afterDestroy, becomes, kind }) => [
      kind,
      becomes,
      afterDestroy,
    ]),
  ).toEqual([
    ["login method", "used", "untouched"],
    ["application", "taken over", "as before the first deploy"],
    ["policy", "left alone", "listed again"],
    ["service token", "used", "untouched"],
    ["tunnel rule", "taken over", "as before the first deploy"],
    ["DNS record", "used", "untouched"],
    ["policy", "made", "deleted"],
    ["policy", "made", "deleted"],
  ]);
  expect(needed(found)).toEqual(NEEDED);
});

test.each<CaseName>(
  CASE_NAMES.filter(
    (name) =>
      ![
        "several destinations",
        "wildcard application",
        "two of one name",
        "tunnel configured on its host",
        "any valid token",
      ].includes(name),
  ),
)("wants nothing more once the lines are written: %s", async (name) => {
  const found = await written(name);
  expect(needed(found)).toEqual([]);
  expect(
    found.rows.filter(
      ({ becomes, kind }) => kind === "access" || becomes === "in the way",
    ),
  ).toEqual([]);
  expect(rowOf(found, APP)).toMatchObject({
    becomes: "taken over",
    changes: [],
  });
});

test("names what stops a stack that the deploy runs first, also where the service does without", async () => {
  const account = accountByHand("guide to the letter");
  account.groups.set(GROUP, {
    ...{ id: GROUP, name: "artists", include: [], require: [], exclude: [] },
    ...{
      created_at: "2026-01-01T00:00:00Z",
      updated_at: "2026-01-01T00:00:00Z",
    },
  });
  const props = { ...WRITTEN, loginMethod: "One-time PIN" };
  const groups = { artists: { emails: ["ada@datacrew.space"] } };
  const stopped = async (
    settings: NodeJS.ProcessEnv,
    taken?: readonly string[],
    identity = {},
  ) => {
    const { rows } = await tableOf(account, props, settings, taken, identity);
    return rows
      .filter(({ becomes }) => becomes === "in the way")
      .map(({ kind, name, why }) => `${kind} ${name}: ${why}`);
  };
  expect(await stopped({}, [], { groups })).toEqual([
    expect.stringMatching(/^stack identity: Google exists .* a second/),
    expect.stringMatching(/^stack identity: a group artists exists.* a second/),
  ]);
  expect(await stopped({}, [GOOGLE, GROUP], { groups })).toEqual([]);
  expect(
    await stopped({ ...FOUND, ACCESS_LOGIN_METHOD: 'Ok "ta" {1}' }),
  ).toEqual([
    'stack identity: no login method is named Ok "ta" {1}: there are One-time PIN, Google',
  ]);
  account.identityProviders.delete(GOOGLE);
  expect(await stopped({ TF_VAR_google_client_secret: "" })).toEqual([
    expect.stringMatching(/^stack identity: the secret of Google is not set/),
  ]);
});

test("names an application that main.ts names and the account does not have", async () => {
  const id = APP.replace(/1$/, "9");
  const found = await tableOf(
    accountByHand("guide to the letter"),
    { ...WRITTEN, existingApplication: id },
    FOUND,
  );
  expect(rowOf(found, id)).toMatchObject({ becomes: "in the way" });
});

test("counts a token as in use by any valid one, by a group, and in an Allow policy", async () => {
  const any = await table("any valid token");
  expect(rowOf(any, TOKEN.id)?.why).toMatch(
    /^admitted by .* \(any valid token\)/,
  );
  const group = await table("token in a group");
  expect(rowOf(group, TOKEN.id)?.why).toMatch(/^admitted by Machines/);
  expect(rowOf(group, GROUP)).toMatchObject({ becomes: "left alone" });
  const allow = await table("guide to the letter");
  expect(rowOf(allow, TOKEN.id)?.why).toMatch(
    /sends machines to the login today; the stack admits .*, and it gets in$/,
  );
});

test("leaves policies written inside the application, and the token that they admit", async () => {
  const found = await table("policies inside the application");
  for (const id of [MACHINES, PEOPLE])
    expect(rowOf(found, id)).toMatchObject({
      becomes: "left alone",
      afterDestroy: "untouched",
    });
  expect(rowOf(found, TOKEN.id)?.why).toMatch(/that policy stays$/);
  // Unnamed it would break the promise that nobody else gets in.
  expect(needed(found).join("\n")).toContain(`existing: "${TOKEN.id}"`);
});

test("has it said that a policy which stays is meant to admit whom the code does not name", async () => {
  const account = accountByHand("policies inside the application");
  const { include, name } = account.policies.get(PEOPLE)!;
  include!.push({ email: { email: "grace@datacrew.space" } });
  const line = `promises: [policy("${name}").reaches("/*")],`;
  const found = await tableOf(account);
  expect(needed(found)).toEqual([...NEEDED.slice(0, 2), line, TOKENS]);
  expect(printSurvey(found)).toMatch(
    /import \{ policy \} from ".\/contract\/promises"/,
  );
  const who = { kind: "policy", name: name! } as const;
  const promises = [{ who, paths: ["/*"], only: false }];
  const said = await tableOf(account, { ...WRITTEN, promises }, FOUND);
  expect(needed(said)).toEqual([]);
});

test("wants no line for what a run left behind and the stack takes in", async () => {
  const found = await tableOf(accountByHand("guide to the letter"), {}, {}, [
    APP,
    GOOGLE,
  ]);
  for (const id of [APP, GOOGLE])
    expect(rowOf(found, id)).toMatchObject({ becomes: "the stack's own" });
  expect(needed(found)).toEqual([]);
});

test("promises no former state of an application that lists the stack's own policies", async () => {
  const account = accountByHand("policy of its own for machines");
  account.policies.get(MACHINES)!.name = `${TOKEN.name} (service token)`;
  const found = await tableOf(account, WRITTEN, FOUND);
  const kinds = found.rows
    .filter(({ afterDestroy }) => /^as it is now: /.test(afterDestroy))
    .map(({ becomes, kind }) => `${kind} ${becomes}`);
  expect(kinds).toEqual(["application taken over", "tunnel rule taken over"]);
  const others = found.rows.filter(({ afterDestroy }) =>
    /before the first/.test(afterDestroy),
  );
  expect(others).toEqual([]);
});

test("names who else has a shared policy", async () => {
  expect(rowOf(await table("shared policy"), PEOPLE)?.why).toMatch(
    /also of Grafana/,
  );
});

test("has an application of several hosts split, and needs no line for it", async () => {
  const found = await table("several destinations");
  expect(rowOf(found, APP)).toMatchObject({
    becomes: "in the way",
    todo: expect.stringMatching(
      /^Give comfyui\.datacrew\.space an application of its own first: npm run adopt -- comfyui --split prints the steps/,
    ) as unknown,
  });
  expect(needed(found).join()).not.toMatch(/existingApplication/);
  expect(needed(found)).toContain(TOKENS);
  // The old application still decides: nothing of it tells who gets in then.
  expect(found.rows.filter(({ kind }) => kind === "access")).toEqual([]);
});

test("leaves a wildcard's application alone, and announces the stack's own", async () => {
  const found = await table("wildcard application");
  expect(rowOf(found, APP)).toMatchObject({ becomes: "left alone" });
  expect(rowOf(found, PEOPLE)).toMatchObject({
    becomes: "left alone",
    why: "stays with Everything; for comfyui.datacrew.space the stack's policies decide instead",
    afterDestroy: "untouched",
  });
  expect(needed(found)).toContain(TOKENS);
  expect(found.rows).toContainEqual(
    expect.objectContaining({ kind: "application", becomes: "made" }),
  );
});

test("leaves out a wildcard's policies where another application decides for the host", async () => {
  const account = accountByHand("guide to the letter");
  const wider = { ...account.applications.get(APP)!, id: "wider" };
  account.applications.set(wider.id, {
    ...wider,
    domain: "*.datacrew.space",
    destinations: [{ type: "public", uri: "*.datacrew.space" }],
    self_hosted_domains: ["*.datacrew.space"],
  });
  const found = await tableOf(account);
  expect(rowOf(found, wider.id)?.why).toBe(
    "another application takes precedence for comfyui.datacrew.space",
  );
  expect(needed(found)).toEqual(NEEDED);
});

test("has props for every setting that the code can state", async () => {
  const { lines } = await table("every setting");
  expect(lines).toContainEqual({
    file: "main.ts",
    does: "states",
    text: 'application: { sessionDuration: "6h", httpOnlyCookieAttribute: false, optionsPreflightBypass: true, appLauncherVisible: false, readServiceTokensFromHeader: "Authorization", serviceAuth401Redirect: true, sameSiteCookieAttribute: "none", customDenyUrl: "https://www.datacrew.space/denied" },',
  });
  const cors = await table("CORS headers");
  expect(cors.lines.map(({ text }) => text)).toContain(
    'application: { corsHeaders: { allowCredentials: true, allowedMethods: ["GET", "POST"], allowedOrigins: ["https://studio.datacrew.space"], maxAge: 600 } },',
  );
});

test("the props that it prints are ones that the code takes, and change nothing", async () => {
  const found = await tableOf(
    accountByHand("every setting"),
    {
      ...WRITTEN,
      application: {
        sessionDuration: "6h",
        optionsPreflightBypass: true,
        readServiceTokensFromHeader: "Authorization",
        serviceAuth401Redirect: true,
        sameSiteCookieAttribute: "none",
        httpOnlyCookieAttribute: false,
        customDenyUrl: "https://www.datacrew.space/denied",
        appLauncherVisible: false,
      },
    },
    FOUND,
  );
  expect(rowOf(found, APP)).toMatchObject({ changes: [] });
});

test("a session of people's policy leaves the application's as it is", async () => {
  const found = await tableOf(
    accountByHand("every setting"),
    { ...WRITTEN, sessionDuration: "1h" },
    FOUND,
  );
  expect(rowOf(found, APP)).toMatchObject({ changes: [] });
});

test("names the fields that this version does not know", async () => {
  const account = accountByHand("guide to the letter");
  Object.assign(account.applications.get(APP)!, { future_setting: true });
  expect(rowOf(await tableOf(account), APP)?.why).toBe(
    "it keeps its id, its audience and all that is not named here; this version does not know future_setting: whether Cloudflare keeps that is known only once the application is written",
  );
  expect(rowOf(await table("every setting"), APP)?.why).not.toContain(
    "does not know",
  );
});

test("announces what the code states otherwise, with before and after", async () => {
  const account = accountByHand("every setting");
  const found = await tableOf(
    account,
    { ...WRITTEN, application: { httpOnlyCookieAttribute: true } },
    FOUND,
  );
  expect(rowOf(found, APP)?.changes).toEqual([
    {
      ...{ attribute: "http_only_cookie_attribute", before: "false" },
      ...{ after: "true", unkept: "main.ts says so" },
    },
  ]);
});

test("announces a shorter session and what a policy asked for, and how to keep them", async () => {
  const account = accountByHand("guide to the letter");
  Object.assign(account.policies.get(PEOPLE)!, {
    session_duration: "1h",
    purpose_justification_required: true,
    purpose_justification_prompt: "Why?",
  });
  const found = await tableOf(account);
  expect(rowOf(found, PEOPLE)?.changes).toEqual([
    { attribute: "session of people", before: "1h", after: "24h" },
    {
      attribute: "purpose_justification_required",
      before: "true",
      after: "not asked for",
    },
    {
      attribute: "purpose_justification_prompt",
      before: '"Why?"',
      after: "not asked for",
    },
  ]);
  expect(
    found.lines.filter(({ does }) => does === "keeps").map(({ text }) => text),
  ).toEqual([
    'sessionDuration: "1h",',
    'policy: { purposeJustificationRequired: true, purposeJustificationPrompt: "Why?" },',
  ]);
});

test("announces whom the stack does not name", async () => {
  const account = accountByHand("guide to the letter");
  account.policies.get(PEOPLE)!.include!.push({
    email: { email: "grace@datacrew.space" },
  });
  const found = await tableOf(account);
  expect(rowOf(found, PEOPLE)?.changes).toEqual([
    {
      attribute: "admits",
      before: "email grace@datacrew.space",
      after: "not named by the stack",
    },
  ]);
});

test("keeps a rule's settings, announces another service, and names rules before it", async () => {
  const { lines, rows } = await table("rule with settings behind others");
  const rules = rows.filter(({ kind }) => kind === "tunnel rule");
  expect(rules).toMatchObject([
    { becomes: "left alone", name: "*.datacrew.space ^/status$ to http://up" },
    { becomes: "left alone", name: `${HOST} view to http://previews:8000` },
    {
      becomes: "taken over",
      why: "replaced by the stack's, which keeps httpHostHeader, noTLSVerify, originServerName",
      changes: [
        {
          attribute: "service",
          before: "https://caddy:443",
          after: "http://caddy:80",
        },
      ],
    },
  ]);
  expect(lines.map(({ text }) => text)).toContain(
    'serviceUrl: "https://caddy:443",',
  );
});

test("offers of a rule's settings those that code can state, in cloudflared's spelling", async () => {
  const account = accountByHand("guide to the letter");
  const [tunnel] = account.tunnels.values();
  const { ingress } = tunnel!.configuration.config!;
  const whole = ingress!.find(({ hostname }) => hostname === HOST)!;
  whole.originRequest = {
    NoHappyEyeballs: true,
    futureKey: { x: [1, 2] },
    connectTimeout: 0,
    tlsTimeout: 7,
  };
  const { lines, rows } = await tableOf(account, WRITTEN, FOUND);
  expect(lines.map(({ text }) => text)).toContain(
    "origin: { noHappyEyeballs: true, tlsTimeout: 7 },",
  );
  expect(rows.find(({ kind }) => kind === "tunnel rule")).toMatchObject({
    why: "replaced by the stack's, which keeps noHappyEyeballs, futureKey, connectTimeout, tlsTimeout",
  });
});

test("has a rule for an open path's neighbours taken over, or it lets them past the login", async () => {
  const account = accountByHand("guide to the letter");
  const [tunnel] = account.tunnels.values();
  const { ingress } = tunnel!.configuration.config!;
  const whole = ingress!.find(({ hostname }) => hostname === HOST)!;
  ingress!.unshift({ hostname: HOST, path: "^/hook", service: whole.service });
  const open = { ...WRITTEN, openPaths: ["/hook"] };
  const taken = { ...open, existingRules: ["^/hook"] };
  const nameOfRule = `${HOST} ^/hook to ${whole.service}`;
  expect(needed(await tableOf(account, open, FOUND))).toEqual([
    'existingRules: ["^/hook"],',
  ]);
  const found = await tableOf(account, taken, FOUND);
  expect(needed(found)).toEqual([]);
  expect(found.rows.find(({ name }) => name === nameOfRule)).toMatchObject({
    becomes: "taken over",
    afterDestroy: "as before the first deploy",
  });
});

test("tells a rule without the JWT check, and one with another application's", async () => {
  const open = await table("wildcard application");
  expect(
    open.rows.find(({ kind }) => kind === "tunnel rule")?.changes,
  ).toMatchObject([{ attribute: "JWT check", before: "none" }]);
});

test.each<CaseName>([
  "unproxied A record",
  "proxied A record",
  "record of another tunnel",
])(
  "replaces a DNS record that leads elsewhere, by a line: %s",
  async (name) => {
    const survey = await table(name);
    const record = survey.rows.find(({ kind }) => kind === "DNS record");
    expect(record).toMatchObject({
      becomes: "taken over",
      afterDestroy: "put back",
    });
    expect(needed(survey)).toContain('dnsRecord: "replace",');
  },
);

test("names who gets in by a wildcard record below the host, and no more once it has one of its own", async () => {
  const accessRows = async (
    wildcard: string,
    change: (account: Account) => void = () => {},
  ) => {
    const account = accountByHand("guide to the letter");
    const [, { content, ...record }] = [...account.dnsRecords].find(
      ([, { name }]) => name === HOST,
    )!;
    for (const [id, { name }] of account.dnsRecords)
      if (name === HOST || name.startsWith("*.")) account.dnsRecords.delete(id);
    const wild = { ...record, content, id: "wild", name: wildcard };
    account.dnsRecords.set("wild", wild);
    [...account.tunnels.values()][0]!.configuration.config!.ingress!.splice(
      0,
      0,
      { hostname: "*.datacrew.space", service: "http://previews:8000" },
    );
    change(account);
    const { rows } = await tableOf(account, WRITTEN, FOUND);
    return rows.filter(({ kind }) => kind === "access");
  };
  const below = `*.${HOST}`;
  expect(await accessRows("*.datacrew.space")).toEqual([
    {
      kind: "access",
      name: `anyone without a login at ${below}`,
      becomes: "loses access",
      changes: [
        {
          attribute: "access",
          before: "in, as nothing protects it",
          after: "nothing answers",
          unkept: `no line keeps it: once ${HOST} has a record of its own, the one of *.datacrew.space no longer answers there`,
        },
      ],
      afterDestroy: "as before the first deploy",
    },
  ]);
  // Answers below the host after the deploy, too.
  expect(await accessRows(below)).toEqual([]);
});

test("uses a login method of another client, and of the same by another name", async () => {
  const other = await table("another Google client");
  expect(rowOf(other, GOOGLE)?.why).toMatch(/^it has another client/);
  const account = accountByHand("guide to the letter");
  account.identityProviders.get(GOOGLE)!.name = "Workspace";
  const same = await tableOf(account);
  expect(rowOf(same, GOOGLE)).toMatchObject({ becomes: "used" });
  expect(needed(same)[0]).toMatch(/^ACCESS_LOGIN_METHOD="Workspace"/);
});

test("of two login methods of one name it tells the clients, and who names which", async () => {
  const { rows } = await table("two of one name");
  expect(rows.filter(({ becomes }) => becomes === "in the way")).toMatchObject([
    { why: expect.stringMatching(/rehearsal.*named by ComfyUI$/) as unknown },
    { why: expect.stringMatching(/other.*no application$/) as unknown },
  ]);
});

test("stops at a tunnel that is configured on its host", async () => {
  const { rows } = await table("tunnel configured on its host");
  expect(rows).toContainEqual(
    expect.objectContaining({ kind: "tunnel", becomes: "in the way" }),
  );
});

test("says what can't be read, and the rest all the same", async () => {
  const account = accountByHand("guide to the letter");
  const found = await tableOf(account, {}, { CLOUDFLARE_TUNNEL: "gone" });
  expect(found.notChecked).toEqual([
    "the tunnel gone was not found in the account",
  ]);
  expect(rowOf(found, APP)).toBeDefined();
});

test("prints a text of the account without what would speak for us", async () => {
  const account = accountByHand("guide to the letter");
  account.applications.get(APP)!.name = "Mine\u001b[2J\n::error::x";
  const text = printSurvey(await tableOf(account));
  expect(text).not.toContain("\u001b");
  expect(text).not.toMatch(/^::error/m);
});

/** What adopt finds where a deploy has taken over the guide's application, and somebody has changed the account since. */
async function sinceDeploy(
  props: object,
  change: (applications: Account["applications"]) => void = () => {},
  hostname = HOST,
) {
  const dir = mkdtempSync(join(tmpdir(), "deployed-"));
  const account = accountByHand("guide to the letter");
  const found = account.applications.get(APP)!;
  const settings = settingsOf(found as unknown as JsonObject);
  const taken = {
    ...{ id: APP, app_id: APP, hostname, not_kept: null, policies: [PEOPLE] },
    previous: JSON.stringify({ id: APP, ...settings, policies: [] }),
    document: JSON.stringify(settings),
  };
  const resources = [
    { type: "tunnel_existing_application", attributes: taken },
    { type: "tunnel_route", attributes: { hostname } },
  ].map(({ attributes, type }) => ({
    ...{ mode: "managed", type, name: "old" },
    instances: [{ attributes }],
  }));
  writeFileSync(
    join(dir, "comfyui.tfstate"),
    JSON.stringify({ version: 4, resources }),
  );
  change(account.applications);
  const settingsNow = { ...FOUND, ACCESS_STATE_DIR: dir };
  const told = await tableOf(account, props, settingsNow);
  rmSync(dir, { recursive: true });
  return told;
}

test("says of an application that is taken over for another hostname what to do, and of nothing that it was cut off", async () => {
  const old = `old.${HOST.replace(/^[^.]*\./, "")}`;
  const moved = await sinceDeploy(WRITTEN, undefined, old);
  expect(rowOf(moved, APP)).toMatchObject({
    becomes: "in the way",
    why: `it is taken over for ${old}, and main.ts has the host ${HOST} in place of ${old}`,
    todo: `Run npm run destroy -- comfyui, which gives it back and deletes what the stack made for ${old}. Then take existingApplication out of main.ts, and run again: npm run adopt -- comfyui. Or write ${old} as hostname again.`,
    afterDestroy: "as before the first deploy",
  });
  expect(
    moved.rows.filter(
      ({ becomes, kind }) => kind === "policy" && becomes !== "made",
    ),
  ).toEqual([]);
  expect(moved.inPart).toBeUndefined();
});

test("announces what main.ts has changed since of an application that is deployed, by what a deploy writes", async () => {
  const stated = await sinceDeploy({
    ...WRITTEN,
    application: { customDenyMessage: "new" },
  });
  expect(rowOf(stated, APP)).toMatchObject({
    why: "deployed: its id and audience are as they were; main.ts says otherwise now, and the next deploy writes that",
    changes: [
      {
        ...{ attribute: "custom_deny_message", before: "not set" },
        ...{ after: '"new"', unkept: "main.ts says so" },
      },
    ],
  });
  // No longer stated, a setting is as before the first deploy.
  const unsaid = await sinceDeploy(WRITTEN, (all) => {
    all.get(APP)!.session_duration = "2h";
  });
  expect(rowOf(unsaid, APP)?.changes).toEqual([
    { attribute: "session_duration", before: '"2h"', after: '"24h"' },
  ]);
  expect(rowOf(await sinceDeploy(WRITTEN), APP)).toMatchObject({
    why: "deployed: its id and audience are as they were",
    changes: [],
  });
});

describe("an application that is taken over, and that somebody has deleted", () => {
  const OTHER = APP.replace(/1$/, "9");
  const unnamed = { ...WRITTEN, existingApplication: undefined };
  const gone = (all: Account["applications"]) => void all.delete(APP);
  const remade = (all: Account["applications"]) => {
    all.set(OTHER, { ...all.get(APP)!, id: OTHER, aud: "ee".repeat(32) });
    all.delete(APP);
  };
  const said = ({ lines, rows }: Awaited<ReturnType<typeof tableOf>>) => ({
    lines: lines.filter(({ does }) => does === "needed").map((one) => one.text),
    rows: rows
      .filter(({ kind }) => kind === "application")
      .map(({ becomes, id, todo }) => [id, becomes, todo]),
  });

  test("gives way to one of the stack's own, once main.ts no longer names it", async () => {
    expect(said(await sinceDeploy(WRITTEN, gone)).rows).toEqual([
      [
        APP,
        "in the way",
        `Take existingApplication out of main.ts. Then run: npm run deploy -- comfyui. It makes one of the stack's own for ${HOST}`,
      ],
    ]);
    expect(said(await sinceDeploy(unnamed, gone))).toEqual({
      lines: [],
      rows: [
        [APP, "left alone", undefined],
        [undefined, "made", undefined],
      ],
    });
  });

  test("gives way to the one that somebody has made instead, which nothing tells to delete", async () => {
    const again = `Write existingApplication: "${OTHER}" instead, the one that somebody has made for ${HOST}. Then run again: npm run adopt -- comfyui`;
    const line = `existingApplication: "${OTHER}",`;
    expect(said(await sinceDeploy(WRITTEN, remade))).toEqual({
      lines: [line],
      rows: [
        [APP, "in the way", again],
        [OTHER, "taken over", undefined],
      ],
    });
    expect(said(await sinceDeploy(unnamed, remade))).toEqual({
      lines: [line],
      rows: [
        [APP, "left alone", undefined],
        [OTHER, "taken over", undefined],
      ],
    });
  });
});

test("what the code names and the account does not have is in the way, as the doctor says it", async () => {
  const account = accountByHand("guide to the letter");
  account.identityProviders.get(GOOGLE)!.name = "Google work";
  const found = await tableOf(
    account,
    {
      ...WRITTEN,
      allowedGroups: ["painters"],
      tokens: [{ existing: APP, name: "gone" }],
    },
    FOUND,
  );
  const inTheWay = found.rows.filter(({ becomes }) => becomes === "in the way");
  expect(inTheWay).toEqual([
    expect.objectContaining({
      kind: "login method",
      name: "Google",
      why: "no login method is named Google: there are One-time PIN, Google work",
      todo: expect.stringMatching(/^Set ACCESS_LOGIN_METHOD to/) as unknown,
    }),
    expect.objectContaining({
      kind: "group",
      name: "painters",
      todo: expect.stringMatching(
        /^Write one of these in allowedGroups/,
      ) as unknown,
    }),
    expect.objectContaining({
      kind: "service token",
      name: APP,
      why: `the account has no token ${APP}, and the deploy would stop`,
    }),
  ]);
  expect(found.rows.filter(({ kind }) => kind === "access")).toEqual([]);
});

test("speaks of lines that prevent a gain only where there is one", () => {
  const rows: Row[] = [
    {
      ...{ kind: "access", name: "grace@example.org", becomes: "gets in" },
      afterDestroy: "as today",
    },
  ];
  const told = (...texts: string[]) =>
    tellGains({
      stack: "comfyui",
      rows,
      lines: texts.map((text): Line => ({
        ...{ file: "main.ts", text, does: "keeps" },
      })),
    });
  expect(told()).toMatch(
    /^comfyui: .*: grace@example\.org\. Take out of the code what admits them; .* --gains with --yes\.$/,
  );
  expect(told('sessionDuration: "2h",')).not.toContain("above");
  expect(told('denied: ["grace@example.org"],')).toContain(
    "Write the lines above that prevent it, or take out",
  );
});
