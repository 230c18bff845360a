import fc from "fast-check";

/** The `resource` part of a Terraform configuration in JSON: type, name, arguments. */
export type Code = Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>
>;

/** An account with what others have put into it, and two states of the code. */
export interface Case {
  /** Made by hand, before and beside the code. */
  readonly byHand: ByHand;
  readonly before: Code;
  readonly after: Code;
  /** Addresses that the second deploy makes anew, as after `terraform taint`. */
  readonly tainted: readonly string[];
}

export interface ByHand {
  readonly strict: boolean;
  readonly denyUnmatched: boolean;
  readonly rules: readonly {
    hostname?: string;
    path?: string;
    service: string;
  }[];
  readonly records: readonly { name: string; proxied: boolean }[];
  /** An application on a host and path, with the decision of its one policy. */
  readonly applications: readonly {
    domain: string;
    decision: string;
    email: string;
  }[];
}

/** What generated code is about. */
export interface Setting {
  readonly accountId: string;
  readonly zone: string;
  readonly zoneId: string;
  readonly tunnelId: string;
  readonly teamName: string;
  /** Ids of two login methods. */
  readonly loginMethods: readonly string[];
  /** The client of login methods that the code makes. @default - it makes none */
  readonly google?: {
    readonly clientId: string;
    readonly clientSecret: string;
  };
  /** Labels of the two hosts that a case is about. @default ["a", "b"] */
  readonly labels?: readonly [string, string];
}

export const EMAILS = ["ada@datacrew.space", "ben@example.com"];
const DOMAINS = ["example.com", "datacrew.space"];
const PATHS = ["", "/p", "/p/q", "/w*"];
export const SERVICES = ["http://one:80", "http://two:80"];
const RULE_PATHS = [undefined, "^/p(/[a-z]+)*$", "q"];

const POLICY = "cloudflare_zero_trust_access_policy";
const TOKEN = "cloudflare_zero_trust_access_service_token";
const GROUP = "cloudflare_zero_trust_access_group";
const APPLICATION = "cloudflare_zero_trust_access_application";
const METHOD = "cloudflare_zero_trust_access_identity_provider";

const oneOf = <T>(values: readonly T[]) => fc.constantFrom(...values);
const maybe = (weight: number) =>
  fc.integer({ min: 1, max: 100 }).map((n) => n <= weight);

/** One rule, which may refer to the code's own group and tokens. */
function rule(
  setting: Setting,
  tokens: readonly string[],
  methods: readonly string[],
  hasGroup: boolean,
): fc.Arbitrary<object> {
  return fc.oneof(
    {
      weight: 6,
      arbitrary: oneOf(EMAILS).map((email) => ({ email: { email } })),
    },
    {
      weight: 2,
      arbitrary: oneOf(DOMAINS).map((domain) => ({ email_domain: { domain } })),
    },
    { weight: 2, arbitrary: fc.constant({ everyone: {} }) },
    { weight: 1, arbitrary: fc.constant({ ip: { ip: "10.0.0.0/8" } }) },
    {
      weight: 1,
      arbitrary: oneOf([...setting.loginMethods, ...methods]).map((id) => ({
        login_method: { id },
      })),
    },
    { weight: 1, arbitrary: fc.constant({ any_valid_service_token: {} }) },
    ...(hasGroup
      ? [
          {
            weight: 3,
            arbitrary: fc.constant({ group: { id: `\${${GROUP}.g.id}` } }),
          },
        ]
      : []),
    ...tokens.map((token) => ({
      weight: 3,
      arbitrary: fc.constant({
        service_token: { token_id: `\${${TOKEN}.${token}.id}` },
      }),
    })),
  );
}

/** Code of one stack: some tokens, policies, applications, routes and records. */
function code(setting: Setting): fc.Arbitrary<Code> {
  const { accountId } = setting;
  const hosts = hostsOf(setting);
  return fc
    .record({
      tokens: fc.subarray(["t1", "t2"]),
      made: setting.google
        ? fc.subarray(["m1", "m2"])
        : fc.constant<string[]>([]),
      group: fc.option(fc.uniqueArray(oneOf(EMAILS), { minLength: 1 }), {
        freq: 3,
      }),
      policyCount: fc.integer({ min: 1, max: 3 }),
    })
    .chain(({ group, made, policyCount, tokens }) => {
      const methods = made.map((name) => `\${${METHOD}.${name}.id}`);
      const rules = (min: number, max: number) =>
        fc.uniqueArray(rule(setting, tokens, methods, group !== null), {
          minLength: min,
          maxLength: max,
          selector: (one) => JSON.stringify(one),
        });
      const names = Array.from({ length: policyCount }, (_, n) => `p${n}`);
      const policies = fc.tuple(
        ...names.map((name) =>
          fc.record({
            account_id: fc.constant(accountId),
            name: fc.constant(name),
            decision: fc.oneof(
              { weight: 5, arbitrary: fc.constant("allow") },
              { weight: 3, arbitrary: fc.constant("non_identity") },
              { weight: 1, arbitrary: fc.constant("bypass") },
              { weight: 1, arbitrary: fc.constant("deny") },
            ),
            include: rules(1, 3),
            require: fc.oneof(
              { weight: 4, arbitrary: fc.constant([]) },
              { weight: 1, arbitrary: rules(1, 1) },
            ),
            exclude: fc.oneof(
              { weight: 4, arbitrary: fc.constant([]) },
              { weight: 1, arbitrary: rules(1, 1) },
            ),
            session_duration: oneOf(["24h", "30m"]),
          }),
        ),
      );
      const places = hosts.flatMap((host) =>
        PATHS.map((path) => ({ host, path })),
      );
      const application = fc.record({
        policies: fc.subarray(names),
        allowed_idps: oneOf([
          [],
          setting.loginMethods.slice(0, 1),
          setting.loginMethods.slice(1),
          [...setting.loginMethods],
          ...(methods.length > 0
            ? [methods, [...setting.loginMethods.slice(1), ...methods]]
            : []),
        ]),
        service_auth_401_redirect: maybe(15),
      });
      const applications = fc
        .uniqueArray(
          oneOf([...places, ...places.filter(({ path }) => path === "")]),
          {
            minLength: 0,
            maxLength: 3,
            selector: ({ host, path }) => host + path,
          },
        )
        .chain((chosen) =>
          fc.tuple(
            ...chosen.map((place) =>
              application.map((more) => ({ ...place, ...more })),
            ),
          ),
        );
      const routes = fc.uniqueArray(
        fc.record({
          host: oneOf(hosts),
          path: oneOf(RULE_PATHS),
          service: oneOf(SERVICES),
          checks: maybe(60),
          on_destroy: oneOf(["restore", "remove"]),
        }),
        { maxLength: 3, selector: ({ host, path }) => `${host} ${path}` },
      );
      const records = fc.tuple(
        ...hosts.map((name) =>
          fc.record({
            name: fc.constant(name),
            there: maybe(75),
            proxied: maybe(90),
          }),
        ),
      );
      return fc
        .tuple(policies, applications, routes, records)
        .map(([policies, applications, routes, records]) =>
          toCode(setting, {
            tokens,
            made,
            group,
            policies,
            applications,
            routes,
            records,
          }),
        );
    });
}

interface Parts {
  readonly tokens: readonly string[];
  /** Names of login methods. */
  readonly made: readonly string[];
  readonly group: readonly string[] | null;
  readonly policies: readonly { readonly name: string }[];
  readonly applications: readonly {
    readonly host: string;
    readonly path: string;
    readonly policies: readonly string[];
  }[];
  readonly routes: readonly {
    readonly host: string;
    readonly path: string | undefined;
    readonly service: string;
    readonly checks: boolean;
    readonly on_destroy: string;
  }[];
  readonly records: readonly {
    readonly name: string;
    readonly there: boolean;
    readonly proxied: boolean;
  }[];
}

function toCode(setting: Setting, parts: Parts): Code {
  const { accountId, teamName, tunnelId, zoneId } = setting;
  const apps = parts.applications.map(({ host, path, policies, ...more }) => ({
    id: idOf(host + path),
    host,
    values: {
      account_id: accountId,
      name: host + path,
      type: "self_hosted",
      domain: host + path,
      session_duration: "24h",
      ...more,
      policies: policies.map((name, at) => ({
        id: `\${${POLICY}.${name}.id}`,
        precedence: at + 1,
      })),
    },
  }));
  return {
    ...(parts.group && {
      [GROUP]: {
        g: {
          account_id: accountId,
          name: "g",
          include: parts.group.map((email) => ({ email: { email } })),
        },
      },
    }),
    [METHOD]: Object.fromEntries(
      parts.made.map((name) => [
        name,
        {
          account_id: accountId,
          name,
          type: "google",
          config: {
            client_id: setting.google?.clientId,
            client_secret: setting.google?.clientSecret,
          },
        },
      ]),
    ),
    [TOKEN]: Object.fromEntries(
      parts.tokens.map((name) => [
        name,
        { account_id: accountId, name, duration: "8760h" },
      ]),
    ),
    [POLICY]: Object.fromEntries(
      parts.policies.map((policy) => [policy.name, policy]),
    ),
    [APPLICATION]: Object.fromEntries(
      apps.map(({ id, values }) => [id, values]),
    ),
    tunnel_route: Object.fromEntries(
      parts.routes.map(({ checks, host, on_destroy, path, service }) => {
        const own = apps.filter((app) => app.host === host);
        return [
          idOf(`${host} ${path ?? ""}`),
          {
            account_id: accountId,
            tunnel_id: tunnelId,
            hostname: host,
            ...(path && { path }),
            service,
            on_destroy,
            ...(checks &&
              own.length > 0 && {
                origin_request: {
                  access: {
                    required: true,
                    team_name: teamName,
                    aud_tag: own.map(
                      ({ id }) => `\${${APPLICATION}.${id}.aud}`,
                    ),
                  },
                },
              }),
          },
        ];
      }),
    ),
    cloudflare_dns_record: Object.fromEntries(
      parts.records
        .filter(({ there }) => there)
        .map(({ name, proxied }) => [
          idOf(name),
          {
            zone_id: zoneId,
            name,
            type: "CNAME",
            content: `${tunnelId}.cfargotunnel.com`,
            proxied,
            ttl: 1,
          },
        ]),
    ),
  };
}

function hostsOf({ labels = ["a", "b"], zone }: Setting): [string, string] {
  const [a, b] = labels;
  return [`${a}.${zone}`, `${b}.${zone}`];
}

function idOf(text: string): string {
  return text.replace(
    /[^A-Za-z0-9]/g,
    (one) => `_${one.charCodeAt(0).toString(16)}`,
  );
}

/** Whole cases: nothing before, nothing after, or a change of what is there. */
export function cases(setting: Setting): fc.Arbitrary<Case> {
  const { zone } = setting;
  const [a, b] = hostsOf(setting);
  const byHand = fc.record({
    strict: maybe(25),
    denyUnmatched: maybe(15),
    rules: fc.subarray([
      { hostname: a, service: "http://two:80" },
      { hostname: b, path: "^/p", service: "http://one:80" },
      { hostname: `*.${zone}`, service: "http://one:80" },
    ]),
    records: fc.subarray([{ name: `*.${zone}`, proxied: true }]),
    applications: fc.subarray([
      { domain: `${a}/p/by-hand`, decision: "bypass", email: "" },
      { domain: `*.${zone}`, decision: "allow", email: EMAILS[0]! },
    ]),
  });
  const empty: Code = {};
  return fc
    .tuple(
      byHand,
      code(setting),
      code(setting),
      fc.integer({ min: 0, max: 9 }),
      fc.nat(),
    )
    .map(([byHand, one, other, kind, chosen]) => {
      const before = kind < 2 ? empty : one;
      const after = kind === 2 ? empty : kind < 5 ? mixed(one, other) : other;
      const replaceable = [METHOD, TOKEN, POLICY, APPLICATION].flatMap((type) =>
        Object.keys(before[type] ?? {})
          .filter((name) => after[type]?.[name])
          .map((name) => `${type}.${name}`),
      );
      const tainted =
        kind % 3 === 0 && replaceable.length > 0
          ? [replaceable[chosen % replaceable.length]!]
          : [];
      return { byHand, before, after, tainted };
    });
}

/** The first code with the other's policies, as far as these have what they need. */
function mixed(one: Code, other: Code): Code {
  const text = JSON.stringify(other[POLICY]);
  const needs = [...text.matchAll(/\$\{([\w]+)\.(\w+)\./g)];
  const fits =
    needs.every(([, type = "", name = ""]) => one[type]?.[name]) &&
    Object.keys(one[POLICY] ?? {}).every((name) => other[POLICY]?.[name]);
  return fits
    ? { ...one, [POLICY]: other[POLICY]! }
    : { ...one, tunnel_route: {} };
}

/** Several cases, each about hosts of its own, as one. */
export function joined(all: readonly Case[]): Case {
  const [first] = all;
  if (first === undefined) throw new RangeError("there is nothing to join");
  const rules = all.flatMap(({ byHand }) => byHand.rules);
  const applications = all.flatMap(({ byHand }) => byHand.applications);
  return {
    byHand: {
      ...first.byHand,
      rules: once(rules, ({ hostname, path }) => `${hostname} ${path}`).sort(
        (a, b) => Number(isWide(a.hostname)) - Number(isWide(b.hostname)),
      ),
      applications: once(applications, ({ domain }) => domain),
    },
    before: joinedCode(all.map(({ before }) => before)),
    after: joinedCode(all.map(({ after }) => after)),
    tainted: all.flatMap(({ tainted }, at) =>
      tainted.map((address) => address.replace(".", `.c${at}_`)),
    ),
  };
}

/** The resources of all under names of their own. */
function joinedCode(all: readonly Code[]): Code {
  const code: Record<string, Record<string, Record<string, unknown>>> = {};
  all.forEach((one, at) => {
    const own = JSON.parse(
      JSON.stringify(one).replace(/\$\{(\w+)\.(\w+)\./g, `\${$1.c${at}_$2.`),
    ) as Code;
    for (const [type, resources] of Object.entries(own))
      for (const [name, values] of Object.entries(resources))
        (code[type] ??= {})[`c${at}_${name}`] =
          type === TOKEN || type === METHOD
            ? { ...values, name: `c${at}_${name}` }
            : { ...values };
  });
  return code;
}

function isWide(hostname: string | undefined): boolean {
  return hostname?.startsWith("*") ?? true;
}

function once<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}
