import Cloudflare from "cloudflare";
import { parseUri, hostMatcher } from "../../access/path-pattern";
import type { Identity, PresentedServiceToken } from "../../access/request";
import { loadAccount } from "../../local/account-file";
import { startApi, type ApiServer } from "../../local/api/server";
import type { Account } from "../../local/account";
import { readPlan } from "../../review/plan";
import { readChange } from "../../review/read-change";
import { matrixOf, type Cell, type Matrix } from "../../review/matrix";
import { arrivalOf, reaches, type Verdict } from "../../review/verdict";
import { cast } from "../../rehearsal/cast";
import { edgeAnswer, type Asked } from "./edge-answer";
import {
  Dice,
  ENDINGS,
  hostileCase,
  HOSTS,
  APPLICATION_PATHS,
  NAMED,
  OTHER_ZONE,
  randomOf,
  RULE_PATHS,
  ZONE,
  type HostileCase,
  type HostileSetting,
} from "./hostile";
import { Stack, type Call } from "./terraform";

const CASES = Number(process.env.HOSTILE_CASES ?? 12);
const FIRST = Number(process.env.HOSTILE_SEED ?? 1);
const REQUESTS = Number(process.env.HOSTILE_REQUESTS ?? 500);

let server: ApiServer;
let account: Account;
let client: Cloudflare;
let setting: HostileSetting;

beforeAll(async () => {
  account = loadAccount("guide");
  server = await startApi(account);
  const { apiToken } = cast(account);
  client = new Cloudflare({
    apiToken,
    baseURL: "http://local.invalid/client/v4",
    maxRetries: 0,
    fetch: (url, init) =>
      server.api.handle(new Request(url as string, init as RequestInit)),
  });
  const [zone] = account.zones.values();
  const [tunnel] = account.tunnels.values();
  const zones = new Map([[zone!.name, zone!.id]]);
  const otherZone = { ...zone!, id: "0".repeat(31) + "1", name: OTHER_ZONE };
  account.zones.set(otherZone.id, otherZone);
  zones.set(OTHER_ZONE, otherZone.id);
  const second = {
    ...tunnel!,
    id: "99999999-2222-4333-8444-555555555555",
    name: "second",
    configuration: { ...tunnel!.configuration },
  };
  account.tunnels.set(second.id, second);
  account.switches.deleteUsedServiceToken = "allow";
  account.switches.deleteUsedReference = "allow";
  account.identityProviders.clear();
  for (const [id, type] of [
    ["m1", "google"],
    ["m2", "okta"],
  ] as const)
    account.identityProviders.set(id, {
      id,
      type,
      name: `Method ${id}`,
      version: "1",
      config: {},
    });
  setting = {
    accountId: account.id,
    zones,
    tunnelIds: [tunnel!.id, second.id],
    teamName: account.organization!.auth_domain.split(".")[0]!,
    loginMethods: ["m1", "m2"],
  };
});

afterAll(() => server.close());

const call: Call = async (method, path, body) => {
  const answer = await server.api.handle(
    new Request(`http://local.invalid/client/v4${path}`, {
      method,
      headers: { authorization: `Bearer ${cast(account).apiToken}` },
      ...(body && { body: JSON.stringify(body) }),
    }),
  );
  const { errors, result, success } = (await answer.json()) as {
    success: boolean;
    errors: unknown;
    result: Record<string, unknown>;
  };
  if (!success)
    throw new Refused(`${method} ${path}: ${JSON.stringify(errors)}`);
  return result;
};

/** The API takes no such account: a case without any. */
class Refused extends Error {}

async function reset({ byHand }: HostileCase): Promise<void> {
  for (const map of [
    account.applications,
    account.policies,
    account.groups,
    account.serviceTokens,
    account.dnsRecords,
  ])
    map.clear();
  account.organization!.strict_service_token_auth = byHand.strict;
  account.organization!.deny_unmatched_requests = byHand.denyUnmatched;
  for (const [at, id] of setting.tunnelIds.entries())
    await call(
      "PUT",
      `/accounts/${account.id}/cfd_tunnel/${id}/configurations`,
      {
        config: {
          ingress: [...byHand.rules[at]!, { service: byHand.last[at]! }],
        },
      },
    );
  for (const record of byHand.records) {
    const zone = record.name.endsWith(ZONE) ? ZONE : OTHER_ZONE;
    await call("POST", `/zones/${setting.zones.get(zone)!}/dns_records`, {
      ...record,
      type: "CNAME",
      ttl: 1,
    });
  }
  for (const { decision, domain } of byHand.applications) {
    const { id } = await call(
      "POST",
      `/accounts/${account.id}/access/policies`,
      {
        name: domain,
        decision,
        include: [{ everyone: {} }],
      },
    );
    await call("POST", `/accounts/${account.id}/access/apps`, {
      name: domain,
      type: "self_hosted",
      domain,
      policies: [{ id, precedence: 1 }],
    });
  }
}

/** A request with the subject of the review that it is one of. */
interface Request_ extends Asked {
  readonly subject: string;
  readonly text: string;
}

const FACTS = [
  ...[
    "okta:A",
    "okta:B",
    "azure_ad:A",
    "gsuite:all@datacrew.space",
    "saml:n=v",
  ],
  ...[
    "github_organization:crew",
    "oidc:n=v",
    "auth_method:mfa",
    "device_posture:d1",
  ],
  ...["device_posture:d2", "external_evaluation:https://e", "email_list:list"],
  ...["ip_list:list", "auth_method:hwk", "azure_ad:B"],
];
const PLACES = [
  ...["10.2.3.4", "10.1.2.3", "192.0.2.9", "8.8.8.8", "2001:db8::1"],
];

/** Paths near those that patterns speak of, in every spelling. */
function pathOf(dice: Dice): string {
  const near = [
    ...APPLICATION_PATHS.map((path) =>
      path.replaceAll("*", dice.oneOf(["x", "a/b", ""])),
    ),
    ...RULE_PATHS.map(
      (path) => `/${(path ?? "").replace(/[\\^$()[\]{}+?*]/g, "")}`,
    ),
    ...["/q", "/p/x", "/o", "/more", "/files/a/b/share", "/x.json", "/wq"],
  ];
  const twists: ((path: string) => string)[] = [
    (path) => path,
    (path) => path,
    (path) => path + dice.oneOf(near),
    (path) => `${path}/`,
    (path) => `${path}/..${dice.oneOf(near)}`,
    (path) => `${path}/%2e%2E/${dice.oneOf(near).slice(1)}`,
    (path) => path.replace(/\/(?=[^/]*$)/, "%2f"),
    (path) => path.replace("/", "//"),
    (path) => path.replace("/", "\\"),
    (path) => path.toUpperCase(),
    (path) => `${path};x`,
    (path) => `${path}.json`,
    (path) =>
      path.replace(/[a-z]/, (one) => `%${one.charCodeAt(0).toString(16)}`),
    (path) => path.slice(0, -1),
    (path) => `${path}%c3%a9`,
  ];
  let path = dice.oneOf(near);
  for (let more = 0; more < 2; more++) path = dice.oneOf(twists)(path);
  return path.startsWith("/") ? path : `/${path}`;
}

function requestOf(dice: Dice): Request_ {
  const names = [
    "any",
    "zz",
    "any-other-host",
    "a",
    "b",
    "ab",
    "axb",
    "a1",
    "1b",
  ];
  const host = dice
    .oneOf([
      ...HOSTS,
      ...HOSTS,
      `old.${ZONE}`,
      `deep.b.${ZONE}`,
      `q.b.${ZONE}`,
      `d.${OTHER_ZONE}`,
      `x.old.${ZONE}`,
    ])
    .replaceAll("*", dice.oneOf([...names, "n.m"]));
  const path = pathOf(dice);
  const base = {
    host,
    path,
    normalization: dice.oneOf(["rfc3986", "cloudflare"] as const),
    ip: dice.oneOf(PLACES),
    country: dice.oneOf(["DE", "FR", "US"]),
    known: Object.fromEntries(
      dice
        .some(FACTS, dice.maybe(50) ? 0 : FACTS.length)
        .map((fact) => [fact, true]),
    ),
    identity: null,
    serviceToken: null,
  };
  const kind = dice.oneOf([
    "nobody",
    "nobody",
    "preflight",
    "token",
    "person",
    "person",
    "certificate",
  ]);
  const finish = (subject: string, more: Partial<Asked>): Request_ => ({
    ...base,
    ...more,
    subject,
    text: `${subject} ${host}${path} (${base.normalization}) ${base.ip} ${base.country} ${JSON.stringify(more)} ${JSON.stringify(base.known)}`,
  });
  switch (kind) {
    case "preflight":
      return finish("preflight", { preflight: true });
    case "certificate":
      return finish("nobody", {
        certificate: { commonName: dice.oneOf(["one", "three"]) },
      });
    case "token": {
      const tokens = [...account.serviceTokens.values()];
      if (tokens.length === 0) return finish("nobody", {});
      const { id, name } = dice.oneOf(tokens);
      const serviceToken: PresentedServiceToken = { state: "valid", id };
      return finish(`token ${name}`, { serviceToken });
    }
    case "person": {
      const email = dice.oneOf([
        ...NAMED,
        ...ENDINGS.map((ending) => `some.body@${ending}`),
        "who@nowhere.invalid",
      ]);
      const method = dice.oneOf([...account.identityProviders.values()]);
      const identity: Identity = {
        email,
        idp: { id: method.id, type: method.type },
      };
      return finish(email, { identity });
    }
    default:
      return finish("nobody", {});
  }
}

/** What comes of a request, and to which service, as a cell says it. */
function said(verdict: Verdict): string {
  if (verdict.outcome === "depends") return "depends";
  return reaches(verdict)
    ? `reaches ${String(JSON.parse(arrivalOf(verdict) ?? "[]")[0])}`
    : "does not";
}

function fits(said: string, seen: string): boolean {
  return said === "depends" || said === seen;
}

/** Whether a subject of the review is who made a request. */
function isWho(
  { subject }: Cell,
  { serviceToken, subject: who }: Request_,
  matrix: Matrix,
): boolean {
  switch (subject.kind) {
    case "nobody":
    case "preflight":
      return (
        subject.kind === who ||
        // A login that does not count is as good as none.
        (subject.kind === "nobody" && who.includes("@")) ||
        (who === "preflight" && subject.kind === "nobody")
      );
    case "token":
      return (
        who.startsWith("token") &&
        (serviceToken?.state !== "valid" ||
          subject.tokenId === serviceToken.id ||
          subject.tokenId.startsWith("planned:"))
      );
    case "named":
      return subject.email === who;
    case "ending":
      return (
        who.endsWith(`@${subject.email.split("@")[1]}`) && !isNamed(matrix, who)
      );
    case "member":
      return who.includes("@") && !isNamed(matrix, who);
    case "else":
      return (
        who.includes("@") &&
        !isNamed(matrix, who) &&
        !matrix.subjects.some(
          (one) =>
            one.kind === "ending" &&
            who.endsWith(`@${one.email.split("@")[1]}`),
        )
      );
  }
}

function isNamed({ subjects }: Matrix, email: string): boolean {
  return subjects.some((one) => one.kind === "named" && one.email === email);
}

function covers(shown: string, host: string): boolean {
  if (!shown.includes("*")) return shown === host;
  if (shown.startsWith("*.") && host.endsWith(shown.slice(1))) return true;
  return hostMatcher(parseUri(shown).host)(host);
}

const done = { cases: 0, requests: 0, changed: 0, refused: 0 };

async function misses(seed: number): Promise<string[]> {
  const one = hostileCase(seed, setting);
  const stack = new Stack(call, account.id);
  let matrix: Matrix;
  let requests: readonly Request_[];
  let before: readonly string[];
  try {
    await reset(one);
    await stack.plan(one.before);
    await stack.apply();
    const plan = readPlan("stack", await stack.plan(one.after, one.tainted));
    if (plan.unread.length > 0)
      throw new Error(`unread: ${JSON.stringify(plan.unread)}`);
    const change = await readChange([plan], client, account.id);
    matrix = matrixOf(change, new Date());
    const dice = new Dice(randomOf(seed ^ 0x5eed));
    requests = Array.from({ length: REQUESTS }, () => requestOf(dice));
    before = requests.map((request) => edgeAnswer(account, request));
    await stack.apply();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    done.refused += 1;
    if (process.env.HOSTILE_CASES) console.error(error.message);
    return [];
  }
  done.cases += 1;
  const found: string[] = [];
  requests.forEach((request, at) => {
    done.requests += 1;
    const [was, is] = [before[at]!, edgeAnswer(account, request)];
    if (was === is) return;
    done.changed += 1;
    const shown = matrix.cells.some(
      (cell) =>
        cell.turn !== "same" &&
        isWho(cell, request, matrix) &&
        covers(cell.place.host, request.host) &&
        fits(said(cell.before), was) &&
        fits(said(cell.after), is),
    );
    if (!shown && found.length < 3)
      found.push(`case ${seed}: ${request.text}: ${was} -> ${is}`);
  });
  return found;
}

test(
  `no answer of ${CASES} hostile changes goes unsaid (from seed ${FIRST})`,
  async () => {
    const found: string[] = [];
    for (let seed = FIRST; seed < FIRST + CASES; seed++)
      found.push(...(await misses(seed)));
    if (process.env.HOSTILE_CASES) console.error(JSON.stringify(done));
    expect(found).toEqual([]);
    expect(done.cases).toBeGreaterThan(CASES / 2);
    expect(done.changed).toBeGreaterThan(CASES);
  },
  2_000 * CASES + 30_000,
);
