import type { Code } from "./code";
import { Dice, randomOf } from "./dice";
import {
  loginMethod,
  METHOD,
  methodName,
  METHOD_TYPES,
  NOT_TRUSTING,
} from "./hostile-methods";
import { veiled } from "./veils";

/** A change made to deceive a review: everything that an account can hold. */
export interface HostileCase {
  readonly byHand: {
    readonly strict: boolean;
    readonly denyUnmatched: boolean;
    /** Of the first tunnel and of the second, but for the last rule. */
    readonly rules: readonly (readonly object[])[];
    /** What the last rule of each tunnel does. */
    readonly last: readonly string[];
    readonly records: readonly {
      readonly name: string;
      readonly type: string;
      readonly content: string;
      readonly proxied: boolean;
    }[];
    readonly applications: readonly {
      readonly domain: string;
      readonly decision: string;
    }[];
    /** A group that the code names by its id. */
    readonly group: RuleSet;
  };
  readonly before: Code;
  readonly after: Code;
  readonly tainted: readonly string[];
  /** Addresses of which a review has to say that it can't read them. */
  readonly unread: readonly string[];
  /** Types of login methods that change whom Access trusts; or that are new, where any application accepts them. */
  readonly distrusted: readonly string[];
  readonly newMethods: readonly string[];
  /** Names of login methods that were there and that no application accepted. */
  readonly acceptedLater: readonly string[];
}

export interface RuleSet {
  readonly include: readonly object[];
  readonly require: readonly object[];
  readonly exclude: readonly object[];
}

/** Id of the group that is made by hand. */
export const GROUP_BY_HAND = "by-hand";

export interface HostileSetting {
  readonly accountId: string;
  /** By name: their ids. */
  readonly zones: ReadonlyMap<string, string>;
  readonly tunnelIds: readonly [string, string];
  readonly teamName: string;
  readonly loginMethods: readonly string[];
}

export const ZONE = "datacrew.space";
export const OTHER_ZONE = "elsewhere.space";
export const NAMED = ["ada@datacrew.space", "ben@example.com"];
export const ENDINGS = ["example.com", "datacrew.space"];
export const COUNTRIES = ["DE", "FR"];
export const ADDRESSES = ["10.0.0.0/8", "10.1.0.0/16", "192.0.2.0/24"];

export const HOSTS = [
  ...[`a.${ZONE}`, `b.${ZONE}`, `ab.${ZONE}`, `*.${ZONE}`, `a*.${ZONE}`],
  ...[`*b.${ZONE}`, `x.a.${ZONE}`, `*.a.${ZONE}`, `c.${OTHER_ZONE}`],
  ...[`*.${OTHER_ZONE}`, `any-other-host.${ZONE}`],
];
/** Those that a record or a rule can have. */
const RULE_HOSTS = HOSTS.filter((host) => !/\w\*|\*\w/.test(host));
export const APPLICATION_PATHS = [
  ...[
    "",
    "",
    "",
    "/p",
    "/p/q",
    "/w*",
    "/files/*/share",
    "/files/x/share",
    "/P",
  ],
  ...["/p;x", "/%2Fp", "/p/", "/*.json", "/p/../q"],
];
export const RULE_PATHS = [
  ...[undefined, undefined, "^/p(/[a-z]+)*$", "q", "\\.json$", "^/$", "//"],
  ...[
    "(?i)^/P",
    "\\bshare\\b",
    "^/p/\\.\\./",
    "[^a-z/]",
    "^/w",
    "x{2,3}$",
    ";",
  ],
];
export const SERVICES = ["http://one:80", "http://two:80"];

const POLICY = "cloudflare_zero_trust_access_policy";
const TOKEN = "cloudflare_zero_trust_access_service_token";
const GROUP = "cloudflare_zero_trust_access_group";
const APPLICATION = "cloudflare_zero_trust_access_application";

/** One rule with any selector, with what the code itself has. */
function rule(
  dice: Dice,
  { loginMethods }: HostileSetting,
  { groups, tokens }: { groups: readonly string[]; tokens: readonly string[] },
): object {
  const idp = { identity_provider_id: dice.oneOf(loginMethods) };
  return dice.oneOf<() => object>([
    () => ({ email: { email: dice.oneOf(NAMED) } }),
    () => ({ email: { email: dice.oneOf(NAMED) } }),
    () => ({ email_domain: { domain: dice.oneOf(ENDINGS) } }),
    () => ({ everyone: {} }),
    () => ({ ip: { ip: dice.oneOf(ADDRESSES) } }),
    () => ({ geo: { country_code: dice.oneOf(COUNTRIES) } }),
    () => ({ login_method: { id: dice.oneOf(loginMethods) } }),
    () => ({ any_valid_service_token: {} }),
    () => ({ certificate: {} }),
    () => ({ common_name: { common_name: dice.oneOf(["one", "two"]) } }),
    () => ({ auth_method: { auth_method: dice.oneOf(["mfa", "hwk"]) } }),
    () => ({ okta: { name: dice.oneOf(["A", "B"]), ...idp } }),
    () => ({ azure_ad: { id: dice.oneOf(["A", "B"]), ...idp } }),
    () => ({ gsuite: { email: "all@datacrew.space", ...idp } }),
    () => ({ github_organization: { name: "crew", ...idp } }),
    () => ({ saml: { attribute_name: "n", attribute_value: "v", ...idp } }),
    () => ({ oidc: { claim_name: "n", claim_value: "v", ...idp } }),
    () => ({ device_posture: { integration_uid: dice.oneOf(["d1", "d2"]) } }),
    () => ({
      external_evaluation: { evaluate_url: "https://e", keys_url: "https://k" },
    }),
    () => ({ email_list: { id: "list" } }),
    () => ({ ip_list: { id: "list" } }),
    () => ({ selector_to_come: { of: "next year" } }),
    ...tokens.map((name) => () => ({
      service_token: { token_id: `\${${TOKEN}.${name}.id}` },
    })),
    ...groups.map((name) => () => ({
      group: {
        id: name === GROUP_BY_HAND ? name : `\${${GROUP}.${name}.id}`,
      },
    })),
  ])();
}

type Section = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

function ruleSet(
  dice: Dice,
  setting: HostileSetting,
  has: { groups: readonly string[]; tokens: readonly string[] },
): RuleSet {
  const rules = (least: number, most: number) =>
    Array.from({ length: dice.oneOf(range(least, most)) }, () =>
      rule(dice, setting, has),
    );
  return {
    include: rules(1, 3),
    require: dice.maybe(30) ? rules(1, 2) : [],
    exclude: dice.maybe(30) ? rules(1, 2) : [],
  };
}

function range(least: number, most: number): number[] {
  return Array.from({ length: most - least + 1 }, (_, at) => least + at);
}

/**
 * One state of the code, of which a change takes some sections from another.
 *
 * @param methods types of the login methods that both have
 */
function code(
  dice: Dice,
  given: HostileSetting,
  methods: readonly string[],
): Record<string, Section> {
  const { accountId, teamName, tunnelIds, zones } = given;
  const setting = {
    ...given,
    loginMethods: [...given.loginMethods, ...methods.map(methodId)],
  };
  const others = METHOD_TYPES.filter((type) => !methods.includes(type));
  const own = [...methods, ...dice.some(others, 1)];
  const tokens = ["t1", "t2"];
  const groups = {
    g1: {
      account_id: accountId,
      name: "g1",
      ...ruleSet(dice, setting, { groups: [GROUP_BY_HAND], tokens: [] }),
    },
    g2: {
      account_id: accountId,
      name: "g2",
      ...ruleSet(dice, setting, { groups: ["g1", GROUP_BY_HAND], tokens }),
    },
    g3: {
      account_id: accountId,
      name: "g3",
      ...ruleSet(dice, setting, { groups: ["g1", "g2"], tokens }),
    },
  };
  const policyNames = ["p0", "p1", "p2"];
  const policies = Object.fromEntries(
    policyNames.map((name) => [
      name,
      {
        account_id: accountId,
        name,
        decision: dice.oneOf([
          ...["allow", "allow", "allow", "bypass", "non_identity", "deny"],
        ]),
        session_duration: "24h",
        ...ruleSet(dice, setting, {
          groups: ["g1", "g2", "g3", GROUP_BY_HAND],
          tokens,
        }),
      },
    ]),
  );
  const apps = dice.some(HOSTS, 5).map((host, at) => {
    const path = dice.oneOf(APPLICATION_PATHS);
    const uri = host + path;
    return {
      // Some are given another host in place.
      id: dice.maybe(25) ? `app${at}` : idOf(uri),
      host,
      values: {
        account_id: accountId,
        name: uri,
        type: "self_hosted",
        domain: uri,
        session_duration: "24h",
        options_preflight_bypass: dice.maybe(15),
        ...(dice.maybe(20) && {
          destinations: [
            {
              type: "public",
              uri,
              ...(dice.maybe(50) && {
                overrides: [
                  {
                    behavior: "public",
                    path_pattern: dice.oneOf(["/p", "/o*"]),
                  },
                ],
              }),
            },
            { type: "public", uri: `${host}/more` },
          ],
        }),
        allowed_idps: dice.maybe(40) ? dice.some(setting.loginMethods) : [],
        policies: dice.some(policyNames).map((name, at) => ({
          id: `\${${POLICY}.${name}.id}`,
          precedence: at + 1,
        })),
      },
    };
  });
  const routes = dice.some(RULE_HOSTS, 5).map((host) => {
    const path = dice.oneOf(RULE_PATHS);
    const own = apps.filter((app) => app.host === host);
    return [
      idOf(`${host} ${path ?? ""}`),
      {
        account_id: accountId,
        tunnel_id: dice.oneOf([tunnelIds[0], tunnelIds[0], tunnelIds[1]]),
        hostname: host,
        ...(path && { path }),
        service: dice.oneOf([...SERVICES, "http_status:404"]),
        on_destroy: dice.oneOf(["restore", "remove"]),
        ...(dice.maybe(50) &&
          own.length > 0 && {
            origin_request: {
              access: {
                required: true,
                team_name: teamName,
                aud_tag: own.map(({ id }) => `\${${APPLICATION}.${id}.aud}`),
              },
            },
          }),
      },
    ];
  });
  const records = dice.some(RULE_HOSTS, 6);
  return {
    [METHOD]: Object.fromEntries(
      own.map((type) => [type, loginMethod(dice, accountId, type)]),
    ),
    [GROUP]: groups,
    [TOKEN]: Object.fromEntries(
      tokens.map((name) => [
        name,
        { account_id: accountId, name, duration: "8760h" },
      ]),
    ),
    [POLICY]: policies,
    [APPLICATION]: Object.fromEntries(
      apps.map(({ id, values }) => [id, values]),
    ),
    tunnel_route: Object.fromEntries(routes) as Section,
    cloudflare_dns_record: Object.fromEntries(
      records.map((name) => [
        idOf(name),
        {
          zone_id: zones.get(name.endsWith(ZONE) ? ZONE : OTHER_ZONE)!,
          name,
          ...contentOf(dice, name, tunnelIds),
          proxied: dice.maybe(90),
          ttl: 1,
        },
      ]),
    ),
  };
}

function contentOf(
  dice: Dice,
  name: string,
  [first, second]: readonly [string, string],
): { readonly type: string; readonly content: string } {
  const aliases = [`a.${ZONE}`, `x.a.${ZONE}`, `c.${OTHER_ZONE}`];
  const content = dice.oneOf([
    `${first}.cfargotunnel.com`,
    `${first}.cfargotunnel.com`,
    `${second}.cfargotunnel.com`,
    dice.oneOf(aliases.filter((alias) => alias !== name)),
    "192.0.2.7",
  ]);
  return { type: /^[\d.]+$/.test(content) ? "A" : "CNAME", content };
}

export function hostileCase(
  seed: number,
  setting: HostileSetting,
): HostileCase {
  const dice = new Dice(randomOf(seed));
  const methods = dice.some(METHOD_TYPES, 2);
  const [before, other] = [
    code(dice, setting, methods),
    code(dice, setting, methods),
  ];
  const sections = [
    ...dice.some(
      [GROUP, POLICY, APPLICATION, "tunnel_route", "cloudflare_dns_record"],
      3,
    ),
    ...(dice.maybe(50) ? [METHOD] : []),
  ];
  // Routes name applications by their aud, so that the two go together.
  const taken = new Set(
    sections.flatMap((one) =>
      one === APPLICATION || one === "tunnel_route"
        ? [APPLICATION, "tunnel_route"]
        : [one],
    ),
  );
  const mixed: Code = Object.fromEntries(
    Object.entries(before).map(([type, section]) => [
      type,
      taken.has(type) ? other[type]! : section,
    ]),
  );
  const after = dice.maybe(50) ? withAdmitted(dice, mixed) : mixed;
  const from: Code = dice.maybe(10) ? {} : before;
  const to: Code = dice.maybe(5) ? {} : after;
  const replaceable = [METHOD, TOKEN, POLICY, APPLICATION].flatMap((type) =>
    Object.keys(from[type] ?? {})
      .filter((name) => to[type]?.[name])
      .map((name) => `${type}.${name}`),
  );
  const hidden = dice.maybe(25) ? veiled(dice, to) : undefined;
  const hand = byHand(dice, setting);
  return {
    byHand: hand,
    ...trustIn(from, to),
    // Those made by hand accept every method.
    acceptedLater: hand.applications.length > 0 ? [] : acceptedLater(from, to),
    before: from,
    after: hidden?.code ?? to,
    unread: hidden?.unread ?? [],
    tainted:
      replaceable.length > 0 && dice.maybe(20) ? [dice.oneOf(replaceable)] : [],
  };
}

function methodId(type: string): string {
  return `\${${METHOD}.${type}.id}`;
}

/** The code with an application that accepts each login method. */
function withAdmitted(dice: Dice, code: Code): Code {
  const apps = Object.entries(code[APPLICATION] ?? {});
  if (apps.length === 0) return code;
  const [name, values] = dice.oneOf(apps);
  const all = Object.keys(code[METHOD] ?? {}).map(methodId);
  return {
    ...code,
    [APPLICATION]: {
      ...code[APPLICATION],
      [name]: { ...values, allowed_idps: all },
    },
  };
}

/** What becomes of whom Access trusts to say who somebody is. */
function trustIn(
  before: Code,
  after: Code,
): Pick<HostileCase, "distrusted" | "newMethods"> {
  const [old, next] = [before[METHOD] ?? {}, after[METHOD] ?? {}];
  const trusted = (values: object | undefined) =>
    Object.entries((Reflect.get(values ?? {}, "config") ?? {}) as object)
      .filter(([key]) => !NOT_TRUSTING.has(key))
      .map((entry) => JSON.stringify(entry))
      .sort()
      .join();
  const types = Object.keys(next);
  return {
    distrusted: types.filter(
      (type) => old[type] && trusted(old[type]) !== trusted(next[type]),
    ),
    newMethods: types.filter((type) => !old[type]),
  };
}

/** Those, but for what proves addresses, that an application which was there is the first to accept. */
function acceptedLater(before: Code, after: Code): string[] {
  const [had, has] = [before[APPLICATION] ?? {}, after[APPLICATION] ?? {}];
  const accepts = (id: string) => (app: object | undefined) => {
    const allowed = Reflect.get(app ?? {}, "allowed_idps") as string[];
    return allowed.length === 0 || allowed.includes(id);
  };
  const there = Object.keys(before[METHOD] ?? {})
    .filter((type) => type !== "github" && after[METHOD]?.[type])
    .map((type) => [methodId(type), methodName(type)] as const);
  return [...there, ["m2", "Method m2"] as const].flatMap(([id, name]) =>
    !Object.values(had).some(accepts(id)) &&
    Object.keys(had)
      .filter((key) => has[key])
      .some((key) => accepts(id)(has[key]))
      ? [name]
      : [],
  );
}

function byHand(dice: Dice, setting: HostileSetting): HostileCase["byHand"] {
  const { tunnelIds } = setting;
  const rules = () =>
    dice.some(RULE_HOSTS, 3).map((hostname) => {
      const path = dice.oneOf(RULE_PATHS);
      return {
        hostname,
        ...(path && { path }),
        service: dice.oneOf(SERVICES),
      };
    });
  const last = () =>
    dice.oneOf(["http_status:404", "http_status:404", SERVICES[0]!]);
  return {
    group: ruleSet(dice, setting, { groups: [], tokens: [] }),
    strict: dice.maybe(20),
    denyUnmatched: dice.maybe(15),
    rules: [rules(), rules()],
    last: [last(), last()],
    records: dice
      .some([`old.${ZONE}`, `deep.b.${ZONE}`, `d.${OTHER_ZONE}`])
      .map((name) => ({
        name,
        ...contentOf(dice, name, tunnelIds),
        proxied: dice.maybe(80),
      })),
    applications: dice
      .some([`old.${ZONE}/p`, `*.a.${ZONE}`, `d.${OTHER_ZONE}`])
      .map((domain) => ({ domain, decision: dice.oneOf(["bypass", "allow"]) })),
  };
}

function idOf(text: string): string {
  return text.replace(
    /[^A-Za-z0-9]/g,
    (one) => `_${one.charCodeAt(0).toString(16)}`,
  );
}
