import { randomUUID } from "node:crypto";
import type { Survey } from "../../adoption/look";
import type { IngressRule } from "../../ingress/rule";
import type { DnsRecord } from "../../local/account-objects";
import { differences } from "../../rehearsal/account-diff";
import { atLength } from "../at-length";
import {
  accountByHand,
  accountWith,
  APP,
  AUD,
  GOOGLE,
  HOST,
  PEOPLE,
  TOKEN,
  type CaseName,
} from "../by-hand/accounts";
import { faults } from "../stacks/faults";
import type { ServiceConfig } from "../stacks/app";
import { World } from "../stacks/world";
import { AtWork } from "./at-work";
import { CHAT, N8N, threeHosts } from "./split-site";

jest.setTimeout(400_000);

const URL = `https://${HOST}/`;

let world: World;
afterEach(() => world.close());

async function open(...names: readonly CaseName[]): Promise<AtWork> {
  world = await World.open(accountByHand(...names));
  const token = world.machine(TOKEN.name);
  const works = (await token.reach(URL)) !== undefined;
  const before = world.account.snapshot();
  return new AtWork(world, before, works ? [token] : [], await whoReaches());
}

/** Who gets to the service now: the token made by hand, and who may log in. */
async function whoReaches(): Promise<string[]> {
  const reached: string[] = [];
  const ada = "ada@datacrew.space";
  if (await world.machine(TOKEN.name).reach(URL)) reached.push(TOKEN.name);
  if (await world.person(ada).reach(URL)) reached.push(ada);
  return reached;
}

const rowsInTheWay = ({ rows }: Survey) =>
  rows.filter(({ becomes }) => becomes === "in the way");

/** What the doctor says first: it names adopt, and changes nothing. */
async function ask(person: AtWork): Promise<void> {
  const doctor = await person.run("doctor", "comfyui");
  expect(doctor.outcome.stdout).toContain("npm run adopt -- comfyui");
  expect(differences(person.before, world.account.snapshot())).toEqual([]);
}

/** From the table to the destroy, once nothing is in the way. */
async function live(
  person: AtWork,
  { place = HOST, broken = [] as readonly string[] } = {},
): Promise<void> {
  const host = await person.follow();
  expect(rowsInTheWay(host)).toEqual([]);
  const takesOver = host.rows.some(({ isNew }) => isNew);
  const done = await (takesOver
    ? person.run("adopt", "comfyui", "--yes")
    : person.run("deploy", "comfyui", "--auto-approve"));
  expect(done.outcome).toMatchObject({ code: 0 });
  expect(done.writes).toContain(
    `${takesOver ? "update" : "create"} application ${place}`,
  );
  const reached = await whoReaches();
  expect(reached).toEqual(expect.arrayContaining([...person.reached]));

  const diff = await person.run("cdktf", "diff", "comfyui");
  expect(diff.outcome.stdout).toContain("No changes.");
  // Google knows its own client alone, and Caddy's https is not here.
  if (reached.length < 2) return;
  const probe = await world.probe(person.config, ["comfyui"], {
    ...person.settings,
    // Whoever has the pair of an existing token has the probe try it.
    COMFYUI_ACCESS_CLIENT_ID: TOKEN.client_id,
    COMFYUI_ACCESS_CLIENT_SECRET: TOKEN.client_secret,
  });
  expect({ ...probe, broken: brokenIn(probe.stdout) }).toMatchObject({
    code: broken.length === 0 ? 0 : 1,
    stderr: "",
    broken,
  });
}

/** The promises that a report calls broken. */
function brokenIn(report: string): string[] {
  return [...report.matchAll(/^ *BROKEN +(.*)/gm)].map(([, said = ""]) => said);
}

async function giveBack(person: AtWork): Promise<void> {
  const gone = await person.run(
    ...(["destroy", "comfyui", "identity", "--auto-approve"] as const),
  );
  expect(gone.outcome).toMatchObject({ code: 0 });
  expect(differences(person.before, world.account.snapshot())).toEqual([]);
}

test("the guide to the letter: told without a yes, taken over with one, once", async () => {
  const person = await open("guide to the letter");
  await ask(person);
  await person.follow();
  const unasked = await person.run("adopt", "comfyui");
  // All at once: what else was printed says why.
  expect(unasked.outcome).toEqual({
    code: 2,
    stdout: expect.stringMatching(/ComfyUI Access Policy/) as unknown,
    stderr: expect.stringMatching(/then pass --yes/) as unknown,
  });
  expect(unasked.writes).toEqual([]);
  await live(person);
  const again = await person.run("adopt", "comfyui");
  expect(again.outcome).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("comfyui: nothing left behind") as unknown,
  });
  expect(again.writes).toEqual([]);
  // It has the name of the stack's, and a destroy has it listed again.
  const theirs = await person.run("adopt", "comfyui", "--ours", PEOPLE);
  expect(theirs.outcome).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("it is not the stack's") as unknown,
  });
  expect(theirs.writes).toEqual([]);
  const { comfyui } = person.config.services;
  const code = { allowedEmails: ["grace@example.org"], tokens: [] };
  expect(await turnsBy(person, code)).toEqual([
    ["ada@datacrew.space", "loses access"],
    ["grace@example.org", "gets in"],
    [`token ${TOKEN.name}`, "loses access"],
  ]);
  person.config = { services: { comfyui: comfyui! } };
  await giveBack(person);
});

atLength(
  "deployed: whoever gains or loses by what the code opens and narrows is in the table",
  async () => {
    const person = await open("guide to the letter");
    await person.follow();
    const { comfyui } = person.config.services;
    const token = comfyui!.tokens![0]!;
    person.config = {
      services: {
        comfyui: {
          ...comfyui!,
          openPaths: ["/hook"],
          tokens: [{ ...token, paths: ["/queue"] }, { name: "own" }],
        },
      },
    };
    await person.run("adopt", "comfyui", "--yes", "--gains");
    expect(await turnsBy(person, {})).toEqual([]);
    // Moved by somebody: a deploy is all that it takes.
    const application = world.account.applications.get(APP)!;
    const { destinations, domain } = application;
    const place = `${HOST}/x`;
    world.account.applications.set(APP, {
      ...application,
      domain: place,
      destinations: [{ type: "public", uri: place }],
    });
    expect(rowsInTheWay(await person.follow())).toEqual([]);
    const moved = await person.run("deploy", "comfyui", "--auto-approve");
    expect(moved.outcome).toMatchObject({ code: 0 });
    expect(world.account.applications.get(APP)).toMatchObject({
      domain,
      destinations,
    });
    const [tunnel] = world.account.tunnels.values();
    const added = { ...tunnel!, id: randomUUID(), name: "other" };
    world.account.tunnels.set(added.id, {
      ...added,
      configuration: {
        ...added.configuration,
        config: { ingress: [{ service: "http_status:404" }] },
      },
    });
    person.settings = { ...person.settings, CLOUDFLARE_TUNNEL: added.name };
    const { rows } = await person.follow();
    expect(
      rows
        .filter(
          ({ kind, name }) => kind === "tunnel rule" && !name.includes("^"),
        )
        .map(({ afterDestroy, becomes }) => [becomes, afterDestroy]),
    ).toEqual([
      ["the stack's own", "as before the first deploy, where there was one"],
      ["made", "deleted"],
    ]);
    expect(await turnsBy(person, {})).toEqual([]);
    const done = await person.run("deploy", "comfyui", "--auto-approve");
    expect(done.outcome).toMatchObject({ code: 0 });
    const other = [{ ...token, paths: ["/other"] }];
    const turned = await turnsBy(person, { openPaths: [], tokens: other });
    expect(turned).toEqual(
      expect.arrayContaining([
        ["anyone without a login at /hook", "loses access"],
        [`token ${TOKEN.name} at /other`, "gets in"],
        [`token ${TOKEN.name} at /queue`, "loses access"],
        ["token own at /", "loses access"],
      ]),
    );
  },
);

/** Who gains or loses by a change of the code, by adopt's table. */
async function turnsBy(
  person: AtWork,
  code: Partial<ServiceConfig>,
): Promise<string[][]> {
  const { comfyui } = person.config.services;
  person.config = { services: { comfyui: { ...comfyui!, ...code } } };
  const { outcome } = await person.run("adopt", "comfyui", "--json");
  const { hosts } = JSON.parse(outcome.stdout) as { hosts: Survey[] };
  return hosts[0]!.rows
    .filter(({ kind }) => kind === "access")
    .map(({ becomes, name }) => [name, becomes])
    .sort();
}

atLength(
  "somebody who gains by the code: a yes without --gains writes nothing",
  async () => {
    const person = await open("policy of its own for machines");
    await person.follow();
    const { comfyui } = person.config.services;
    const allowedEmails = [...comfyui!.allowedEmails!, "grace@example.org"];
    person.config = { services: { comfyui: { ...comfyui!, allowedEmails } } };
    const refused = await person.run("adopt", "comfyui", "--yes");
    expect(refused.outcome).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(
        /grace@example\.org\. [^]*pass --gains with --yes/,
      ) as unknown,
    });
    expect(refused.writes).toEqual([]);
    const done = await person.run("adopt", "comfyui", "--yes", "--gains");
    expect(done.outcome).toMatchObject({ code: 0 });
    expect(done.writes).toContain(`update application ${HOST}`);
    await giveBack(person);
  },
);

/** What can be so at once shares an account. */
const LIVES: readonly (readonly CaseName[])[] = [
  [
    ...(["policy of its own for machines", "another name"] as const),
    ...(["CORS headers", "rule with settings behind others"] as const),
  ],
  ["any valid token", "another Google client"],
  ["token in a group"],
  ["policies inside the application"],
  ["shared policy"],
  ["wildcard application"],
];

test.each(LIVES.map((names) => ({ names, title: names.join(", ") })))(
  "$title: taken over as adopt says, and given back",
  async ({ names }) => {
    const person = await open(...names);
    await ask(person);
    await live(person);
    await giveBack(person);
  },
);

test("every setting: refused unasked where a house rule is broken, and taken over with its waiver", async () => {
  const person = await open("every setting");
  await ask(person);
  await person.follow();
  const told = await person.run("adopt", "comfyui");
  expect(told.outcome.stdout).toMatch(
    /^The deploy is refused unless the code waives this, or changes it:\n {2}house rule preflight-bypass: OPTIONS requests bypass Access\. Let Access answer/m,
  );
  const unwaived = await person.run("adopt", "comfyui", "--yes");
  expect(unwaived.outcome).toMatchObject({ code: 1 });
  expect(unwaived.outcome.stdout).toMatch(
    /house rule\s+preflight-bypass[^]*where a yes does all that is wrong above: npm run deploy -- comfyui$/m,
  );
  expect(unwaived.writes).toEqual([]);
  person.waive("preflight-bypass");
  const waived = await person.run("adopt", "comfyui");
  expect(waived.outcome.stdout).not.toContain("The deploy is refused unless");
  await live(person);
  await giveBack(person);
});

const OTHER = "b11d0000-0000-4000-8000-000000000041";
const OTHER_AUD = "c1ff".repeat(16);

type Rules = readonly IngressRule[];

/** Writes the tunnel's rules, as somebody does in the dashboard. */
function writeRules(change: (rules: Rules) => Rules): void {
  const tunnel = [...world.account.tunnels.values()][0]!;
  const { config, version } = tunnel.configuration;
  const ingress = change((config?.ingress ?? []) as Rules);
  tunnel.configuration = {
    ...tunnel.configuration,
    version: version + 1,
    config: { ...config, ingress: [...ingress] },
  } as typeof tunnel.configuration;
}

const isOfHost = ({ hostname, path }: IngressRule) =>
  hostname === HOST && !path;

/** Has an application decide for these places. */
function place(id: string, uris: readonly string[]): void {
  Object.assign(world.account.applications.get(id)!, {
    domain: uris[0],
    destinations: uris.map((uri) => ({ type: "public", uri })),
  });
}

/** Makes a second application with the policies of the first. */
function makeOther(uri: string): void {
  world.account.applications.set(OTHER, {
    ...world.account.applications.get(APP)!,
    id: OTHER,
    aud: OTHER_AUD,
    name: "Other",
  });
  place(OTHER, [uri]);
}

function demanding(rule: IngressRule, ...audTag: string[]): IngressRule {
  const access = { required: true, teamName: "datacrew", audTag };
  return { ...rule, originRequest: { ...rule.originRequest, access } };
}

/** The host's rule takes the JWT of both applications. */
function demandBoth(): void {
  writeRules((rules) =>
    rules.map((rule) =>
      isOfHost(rule) ? demanding(rule, AUD, OTHER_AUD) : rule,
    ),
  );
}

/** The token works, and nobody comes in without one. */
async function holds(...urls: readonly string[]): Promise<void> {
  for (const url of [URL, ...urls]) {
    expect(await world.machine(TOKEN.name).reach(url)).toBeDefined();
    expect(await world.stranger().reach(url)).toBeUndefined();
  }
}

/** The same person once the account is as adopt asked for. */
async function rested(
  { config, settings }: AtWork,
  ...urls: readonly string[]
): Promise<AtWork> {
  const rest = new AtWork(
    world,
    world.account.snapshot(),
    [world.machine(TOKEN.name)],
    await whoReaches(),
    [URL, ...urls],
  );
  rest.config = config;
  rest.settings = settings;
  return rest;
}

async function refused(person: AtWork, why: RegExp): Promise<void> {
  const { outcome, writes } = await person.run(
    ...(["deploy", "comfyui", "--auto-approve"] as const),
  );
  expect(outcome).toMatchObject({ code: 1 });
  // The review breaks lines.
  const said = (outcome.stdout + outcome.stderr).replace(/\s+/g, " ");
  expect(said).toMatch(why);
  expect(writes).toEqual([]);
}

test.each([
  {
    of: "several hosts",
    uris: [HOST, "n8n.datacrew.space", "chat.datacrew.space"],
    own: `${HOST}/*`,
    why: /ComfyUI/,
  },
  {
    of: "a wildcard",
    uris: ["comfy*.datacrew.space"],
    own: HOST,
    why: /the token comfyui-api, which the application \\?"ComfyUI\\?" admits today, is refused from the moment/,
  },
])(
  "an application of $of: the host gets one of its own, and the token works at every moment",
  async ({ own, uris, why }) => {
    const person = await open("policy of its own for machines");
    place(APP, uris);
    const [way] = rowsInTheWay(await person.follow());
    expect(way?.todo).toMatch(/: npm run adopt -- comfyui --split prints /);
    await refused(person, why);
    // The same steps, without the time that they wait.
    makeOther(`${HOST}/not-in-use`);
    await holds();
    demandBoth();
    await holds();
    place(OTHER, [own]);
    await holds();
    if (own !== HOST) place(APP, uris.slice(1));
    await holds();
    const rest = await rested(person);
    await live(rest, { place: own });
    await giveBack(rest);
  },
);

const OTHERS = [N8N, CHAT].map((host) => `https://${host}/`);

atLength(
  "an application of three hosts: split by the command, taken over and given back, and the token works for all of them at every moment",
  async () => {
    world = await World.open(accountWith(threeHosts));
    const token = world.machine(TOKEN.name);
    const urls = [URL, ...OTHERS];
    const person = new AtWork(
      world,
      world.account.snapshot(),
      [token],
      [],
      urls,
    );
    const [way] = rowsInTheWay(await person.follow());
    expect(way?.todo).toContain("npm run adopt -- comfyui --split");
    const told = await person.run("adopt", "comfyui", "--split");
    expect(told.outcome).toMatchObject({ code: 2 });
    expect(told.writes).toEqual([]);

    const done = await person.run("adopt", "comfyui", "--split", "--yes");
    expect(done.outcome).toMatchObject({ code: 0, stderr: "" });
    expect(done.writes).toEqual([
      `create application ${HOST}/not-in-use`,
      `update route ${HOST}`,
      `update application ${HOST}/not-in-use`,
      `update application ${HOST}`,
    ]);
    const [, id] = /existingApplication: "(\S+)",/.exec(done.outcome.stdout)!;
    const again = await person.run("adopt", "comfyui", "--split");
    expect(again.outcome).toMatchObject({ code: 0 });
    expect(again.outcome.stdout).toContain(`existingApplication: "${id}"`);

    const rest = await rested(person, ...OTHERS);
    await live(rest, { place: `${HOST}/*` });
    expect(rest.config.services.comfyui?.existingApplication).toBe(id);
    await holds(...OTHERS);
    await giveBack(rest);
    await holds(...OTHERS);
  },
);

const PROVISIONING = {
  enabled: true,
  remote_uri: "https://scim.datacrew.space/v2",
  idp_uid: GOOGLE,
};
const OAUTH = { enabled: true };

atLength.each([
  {
    by: "managed OAuth",
    settings: { oauth_configuration: OAUTH },
    steps: ["make", "demand", "path *", "remove", "switch on"],
    own: HOST,
  },
  {
    by: "SCIM",
    settings: { scim_config: PROVISIONING },
    steps: ["make", "demand", "path *", "leave"],
    own: `${HOST}/*`,
  },
  {
    by: "managed OAuth and SCIM",
    settings: { oauth_configuration: OAUTH, scim_config: PROVISIONING },
    steps: ["make", "demand", "path *", "leave"],
    own: `${HOST}/*`,
  },
  {
    by: "managed OAuth, for a wildcard",
    settings: { oauth_configuration: OAUTH },
    wildcard: "*.datacrew.space",
    steps: ["make", "demand", "no path", "switch on"],
    own: HOST,
  },
  {
    by: "SCIM, for a wildcard",
    settings: { scim_config: PROVISIONING },
    wildcard: "*.datacrew.space",
    steps: ["make", "demand", "no path", "leave"],
    own: HOST,
  },
])(
  "an application of several hosts with $by: followed by hand, the steps leave it to its other hosts, and the token works at every moment",
  async ({ own, settings, steps, wildcard }) => {
    world = await World.open(
      accountWith((it) => {
        threeHosts(it);
        if (wildcard)
          Object.assign(it.application, {
            domain: wildcard,
            destinations: undefined,
          });
        // Without this setting in the new one the token would be refused.
        it.application.read_service_tokens_from_header = "Authorization";
      }),
    );
    Object.assign(world.account.applications.get(APP)!, settings);
    const { client_id: id, client_secret: secret } = TOKEN;
    const token = world.stranger(
      {
        authorization: JSON.stringify({
          "cf-access-client-id": id,
          "cf-access-client-secret": secret,
        }),
      },
      "the token in one header",
    );
    const watch = { urls: [URL, ...OTHERS], admitted: [token] };
    const person = new AtWork(
      world,
      world.account.snapshot(),
      watch.admitted,
      [],
      watch.urls,
    );
    const [way] = rowsInTheWay(await person.follow());
    const told = [...(way?.todo ?? "").matchAll(/^\d\. (.*)$/gm)].map(
      ([, text = ""]) => text,
    );
    expect(told.slice(0, -1).map(stepIn)).toEqual(steps);

    const old = { ...world.account.applications.get(APP)! };
    const done = await world.byHand(watch, async (call) => {
      const apps = "/access/apps";
      const given = (await call("GET", `${apps}/${APP}`)) as Settings;
      const made = (await call("POST", apps, {
        ...writable(given, "destinations", ...Object.keys(settings)),
        name: "ComfyUI",
        domain: `${HOST}/not-in-use`,
      })) as { readonly id: string; readonly aud: string };
      const change = async (id: string, changed: Settings) =>
        call("PUT", `${apps}/${id}`, {
          ...writable(
            (await call("GET", `${apps}/${id}`)) as Settings,
            "destinations",
          ),
          ...changed,
        });
      for (const step of told.slice(1).map(stepIn))
        switch (step) {
          case "demand":
            await demandToo(call, made.aud);
            break;
          case "path *":
            await change(made.id, { domain: `${HOST}/*` });
            break;
          case "no path":
            await change(made.id, { domain: HOST });
            break;
          case "remove":
            await change(APP, {
              domain: N8N,
              destinations: [N8N, CHAT].map((uri) => ({ type: "public", uri })),
            });
            break;
          case "switch on":
            await change(made.id, {
              domain: HOST,
              oauth_configuration: OAUTH,
            });
        }
    });
    expect(faults(done)).toEqual([]);
    expect(done.writes).toHaveLength(
      steps.filter((step) => step !== "leave").length,
    );
    const rest = new AtWork(
      world,
      world.account.snapshot(),
      watch.admitted,
      [],
      watch.urls,
    );
    rest.config = person.config;
    rest.settings = person.settings;
    await live(rest, { place: own });
    await giveBack(rest);
    // What it provisions and who logs in by it stays its own.
    expect(world.account.applications.get(APP)).toMatchObject({
      ...{ aud: old.aud, ...settings },
      policies: old.policies,
    });
  },
);

type Settings = Readonly<Record<string, unknown>>;
type Call = Parameters<Parameters<World["byHand"]>[1]>[0];

/** The host's rule takes the JWT of the new application as well. */
async function demandToo(call: Call, aud: string): Promise<void> {
  const [{ id } = { id: "" }] = [...world.account.tunnels.values()];
  const path = `/cfd_tunnel/${id}/configurations`;
  const { config } = (await call("GET", path)) as {
    config: { ingress: Rules };
  };
  const ingress = config.ingress.map((rule) =>
    isOfHost(rule) ? demanding(rule, AUD, aud) : rule,
  );
  await call("PUT", path, { config: { ...config, ingress } });
}

/** What a step by hand is about. */
function stepIn(text: string): string {
  const [found] = [
    [/^Make a self-hosted application for \S+\/not-in-use/, "make"],
    [/^Let the tunnel's rule .* demand the JWT of both/, "demand"],
    [/^Change the path of the new application to \*/, "path *"],
    [/^Take the path out of the new application/, "no path"],
    [/^Remove \S+ from /, "remove"],
    [/^Leave .* as it is/, "leave"],
    [/[Ss]witch managed OAuth on in it/, "switch on"],
  ].filter(([pattern]) => (pattern as RegExp).test(text));
  return String(found?.[1] ?? text);
}

/** What answers have and nobody writes. */
const ANSWERED = [
  ...["id", "uid", "aud", "created_at", "updated_at", "self_hosted_domains"],
];

/** An application's document without some of it, as somebody writes it. */
function writable(given: Settings, ...without: readonly string[]): Settings {
  const left = [...ANSWERED, ...without];
  return Object.fromEntries(
    Object.entries(given).filter(([name]) => !left.includes(name)),
  );
}

test("an application on a path: told and refused, and its token works at every moment once the path has a rule", async () => {
  const url = `${URL}api/queue`;
  const person = await open("policy of its own for machines");
  makeOther(`${HOST}/api`);
  demandBoth();
  await holds(url);
  const [way] = rowsInTheWay(await person.follow());
  const [, path] = /with the path (\S+), with/.exec(way?.todo ?? "") ?? [];
  await refused(
    person,
    /the token comfyui-api, which the application \\?"Other\\?" admits today, stops working/,
  );
  writeRules((rules) => [
    ...rules
      .filter(isOfHost)
      .map((rule) => demanding({ ...rule, path }, OTHER_AUD)),
    ...rules,
  ]);
  await holds(url);
  const rest = await rested(person, url);
  await live(rest, {
    broken: [
      `No other application takes a part of the host: ${HOST}/api belongs to the application Other`,
    ],
  });
  await holds(url);
  await giveBack(rest);
});

atLength(
  "what the probe would call broken of neighbours is told, and kept as told",
  async () => {
    const person = await open("policy of its own for machines");
    const QUEUE = "b11d0000-0000-4000-8000-000000000077";
    const include = [{ service_token: { token_id: TOKEN.id } }];
    world.account.policies.set(QUEUE, {
      ...world.account.policies.get(PEOPLE)!,
      ...{ id: QUEUE, name: "queue", decision: "non_identity", include },
    });
    makeOther(`${HOST}/api/*`);
    const other = world.account.applications.get(OTHER)!;
    const policies = [{ id: QUEUE, precedence: 1 }];
    world.account.applications.set(OTHER, { ...other, policies });
    const wide = { hostname: "*.datacrew.space", path: "^/hook" };
    writeRules((rules) => [
      { ...wide, service: "http://caddy:80" },
      ...rules.map((rule) => (isOfHost(rule) ? demanding(rule, AUD) : rule)),
    ]);
    const said = (await person.follow()).rows.filter(({ todo }) => todo);
    expect(said.map(({ becomes, name }) => [name, becomes])).toEqual([
      [`Other (${HOST}/api/*)`, "left alone"],
      ["*.datacrew.space ^/hook to http://caddy:80", "left alone"],
    ]);
    const [, path] =
      /with the path (\S+), with/.exec(said[0]?.todo ?? "") ?? [];
    writeRules((rules) => [
      ...rules
        .filter(isOfHost)
        .flatMap((rule) => [
          demanding({ ...rule, path }, OTHER_AUD),
          demanding({ ...rule, path: wide.path }, AUD),
        ]),
      ...rules,
    ]);
    const rest = await rested(person, `${URL}api/queue`);
    await live(rest);
    expect(rest.config.services.comfyui!.promises).toHaveLength(1);
    await giveBack(rest);
  },
);

const RECORDS: readonly CaseName[] = [
  "proxied A record",
  "unproxied A record",
  "record of another tunnel",
];
// One shows in short what the others show of their types.
for (const [at, name] of RECORDS.entries())
  (at === 0 ? test : atLength)(
    `${name}: refused without its line, replaced last of all with it, and put back first`,
    async () => {
      const person = await open(name);
      await ask(person);
      const { lines, rows } = await person.follow();
      expect(lines.map(({ text }) => text)).toContain('dnsRecord: "replace",');
      expect(rows).toContainEqual(
        expect.objectContaining({
          kind: "DNS record",
          becomes: "taken over",
          afterDestroy: "put back",
        }),
      );
      const said = person.config;
      const { comfyui } = said.services;
      person.config = {
        services: { comfyui: { ...comfyui!, dnsRecord: undefined } },
      };
      await refused(
        person,
        /leads elsewhere already:.*write dnsRecord: "replace" in main\.ts/,
      );
      person.config = said;

      const written: string[] = [];
      const { run } = person;
      person.run = async (...command) => {
        const done = await run.apply(person, command);
        if (done.writes.length > 0) written.push(...done.writes);
        return done;
      };
      await live(person);
      expect(written.at(-1)).toBe(`replace record ${HOST}`);
      const again = await person.run("adopt", "comfyui");
      expect(again.outcome.stdout).toMatch(/put back in its place/);

      written.length = 0;
      const gone = await person.run(
        ...(["destroy", "comfyui", "identity", "--auto-approve"] as const),
      );
      expect(gone.outcome).toMatchObject({ code: 0 });
      expect(written[0]).toBe(`replace record ${HOST}`);
      expect(
        differences(
          withoutIds(person.before),
          withoutIds(world.account.snapshot()),
        ),
      ).toEqual([]);
    },
  );

/** An A record that is put back is a new one: no update changes a record's type. */
function withoutIds(given: unknown): unknown {
  const snapshot = given as { dns_records: Record<string, DnsRecord> };
  const records = Object.values(snapshot.dns_records)
    .map((record) => ({ ...record, created_on: undefined, id: undefined }))
    .sort((a, b) => `${a.name} ${a.type}`.localeCompare(`${b.name} ${b.type}`));
  return { ...snapshot, dns_records: records };
}

test.each<CaseName>(["guide to the letter", "another Google client"])(
  "no deploy makes a second login method of a name, whatever main.ts says: %s",
  async (name) => {
    const person = await open(name);
    for (const [command, ...args] of [
      ["cdktf", "deploy", "identity", "--auto-approve"],
      ["deploy", "comfyui", "--auto-approve"],
    ]) {
      const { outcome, writes } = await person.run(command!, ...args);
      expect(outcome).toMatchObject({ code: 1 });
      expect(outcome.stdout + outcome.stderr).toMatch(
        /a login method named Google/,
      );
      expect(writes).toEqual([]);
    }
  },
);

atLength.each([
  { of: "the host", openPaths: [] },
  { of: "an open path", openPaths: ["/webhook"] },
])(
  "no deploy makes a second application, not even a bare one: nothing is written ($of)",
  async ({ openPaths }) => {
    const person = await open("guide to the letter");
    const [path] = openPaths;
    if (path !== undefined) place(APP, [`${HOST}${path}`]);
    const { comfyui } = person.config.services;
    person.config = { services: { comfyui: { ...comfyui!, openPaths } } };
    person.settings = { GOOGLE_CLIENT_ID: "" };
    for (const [command, ...args] of [
      ["cdktf", "deploy", "identity", "comfyui", "--auto-approve"],
      ["deploy", "comfyui", "--auto-approve"],
    ]) {
      const { outcome, writes } = await person.run(command!, ...args);
      expect(outcome).toMatchObject({ code: 1 });
      const said = (outcome.stdout + outcome.stderr).replace(/[\s│]+/g, " ");
      expect(said).toContain(
        `The application "ComfyUI" (${APP}) is for ${HOST}${path ?? ""}, and this stack would make a second`,
      );
      expect(said).toMatch(/Run: npm run adopt -- (STACK|comfyui)\./);
      expect(said).not.toContain("never ended");
      expect(writes).toEqual([]);
    }
  },
);

test("two login methods of one name: renamed as adopt says, and taken over", async () => {
  const person = await open("two of one name");
  const host = await person.follow();
  const ways = rowsInTheWay(host);
  expect(ways.map(({ todo }) => todo)).toEqual([
    expect.stringMatching(/^Rename all but the one/),
    expect.stringMatching(/^Rename all but the one/),
  ]);
  const [other] = ways.filter(({ id }) => id !== GOOGLE);
  world.account.identityProviders.get(other!.id!)!.name = "Google of others";
  const rest = new AtWork(world, world.account.snapshot(), []);
  await live(rest);
  await giveBack(rest);
});

test("a tunnel configured on its host: nothing is written, whatever is asked for", async () => {
  const person = await open("tunnel configured on its host");
  const { rows } = await person.follow();
  expect(rows).toContainEqual(
    expect.objectContaining({ kind: "tunnel", becomes: "in the way" }),
  );
  for (const [command, yes] of [
    ["adopt", "--yes"],
    ["deploy", "--auto-approve"],
  ] as const) {
    const { outcome, writes } = await person.run(command, "comfyui", yes);
    expect(outcome).toMatchObject({ code: 1 });
    expect(writes).toEqual([]);
  }
  expect(differences(person.before, world.account.snapshot())).toEqual([]);
});

describe("what somebody changes after the table", () => {
  const isRefused = async (since: RegExp) => {
    const person = await open("guide to the letter");
    await person.follow();
    world.onceAfter(since, () => {
      world.account.applications.get(APP)!.session_duration = "3h";
    });
    const done = await person.run("adopt", "comfyui", "--yes");
    expect(done.outcome.code).toBe(1);
    expect(done.outcome.stdout).toContain(
      "The account has changed since the table; nothing was taken over.",
    );
    expect(done.writes).toEqual([]);
  };

  test("is not deployed unseen", () => isRefused(/organizations$/));

  atLength("is not deployed unseen once the identity stack is", async () => {
    const person = await open("guide to the letter");
    person.config = {
      ...person.config,
      groups: { artists: { emails: ["ada@datacrew.space"] } },
    };
    await person.follow();
    world.onceAfter(/^POST .*\/groups$/, () => {
      world.account.applications.get(APP)!.session_duration = "3h";
    });
    const done = await person.run("adopt", "comfyui", "--yes");
    expect(done.outcome).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("changed since the table") as unknown,
    });
    expect(done.writes).toEqual(["create group artists"]);
    const again = await person.run("adopt", "comfyui", "--yes");
    expect(again.outcome).toMatchObject({ code: 0 });
  });

  atLength("is not deployed unseen where it is planned already", () =>
    isRefused(new RegExp(`^GET .*/apps/${APP}$`)),
  );
});
