import { domainToASCII } from "node:url";
import { OTHER_ZONE, ZONE } from "./hostile";
import { hostileAccount, type HostileAccount } from "./hostile-account";
import {
  ADA,
  APP,
  GROUP,
  HOST,
  MALLORY,
  POLICY,
  RECORD,
  TOKEN,
  writer,
  type Sections,
} from "./trick-code";
import { play, type PlanText, type Trick } from "./tricks";

let here: HostileAccount;
beforeAll(async () => {
  here = await hostileAccount();
});
afterAll(() => here.close());

const { account, app, code, demanding, policy, record, route, rules } = writer(
  () => here.setting,
);

/** Makes an attribute unknown, and what is written for it. */
function unknown(plan: PlanText, address: string, name: string, text: string) {
  const planned = plan.resource_changes.find((one) => one.address === address);
  const written = plan.configuration.root_module.resources.find(
    (one) => one.address === address,
  );
  delete planned!.change.after[name];
  planned!.change.after_unknown[name] = true;
  written!.expressions[name] = { constant_value: text };
}

const wildcards = (open: string, ...others: readonly string[]): Sections => ({
  [APP]: Object.fromEntries(
    [open, ...others].map((label, at) => [`w${at}`, app(`${label}.${ZONE}`)]),
  ),
  [RECORD]: { wild: record(`*.${ZONE}`) },
});

const everyFirstLetterOf = (...labels: readonly string[]) =>
  labels.map((label) => `${label}*`);

/** What is tried, what the review has to say, and what the edge does. */
const TRICKS: Readonly<
  Record<string, [says: readonly RegExp[], trick: () => Trick]>
> = {
  "a domain that a directive makes": [
    [/^unread \S+\.hook: domain: .* not known before the deploy/],
    () => ({
      before: code(),
      after: code({
        [APP]: { hook: app(`${HOST}/hook`, ["everyone"]) },
        [TOKEN]: { t: { ...account(), name: "t", duration: "8760h" } },
      }),
      edit: (plan) =>
        unknown(
          plan,
          `${APP}.hook`,
          "domain",
          `%{ if ${TOKEN}.t.id != "" }${HOST}/hook%{ endif }`,
        ),
      asks: [`nobody ${HOST}/hook`],
    }),
  ],
  "a policy that is named and written out as another": [
    [
      /^unread \S+\.app: policies: one is given both by id and inline/,
      /^error host-opens app/,
    ],
    () => ({
      before: code(),
      after: code({
        [APP]: {
          app: app(HOST, [], {
            policies: [
              {
                id: `\${${POLICY}.everyone.id}`,
                precedence: 1,
                decision: "allow",
                include: [ADA],
              },
            ],
          }),
        },
      }),
      asks: [`nobody ${HOST}/`],
    }),
  ],
  "an application of another account": [
    [/^unread \S+\.app: it belongs to another account, f+$/],
    () => ({
      before: code(),
      after: code({
        [APP]: { app: app(HOST, ["people"], { account_id: "f".repeat(32) }) },
      }),
    }),
  ],
  "a record of a zone that is not the account's": [
    [/^unread \S+\.other: its zone, f+, is not one of the account/],
    () => ({
      before: code(),
      after: code({
        [RECORD]: {
          other: record("x.elsewhere.test", { zone_id: "f".repeat(32) }),
        },
      }),
    }),
  ],
  "a part of a record's name": [
    [/^error becomes-public b\./],
    () => ({
      before: code({ tunnel_route: { b: route(`b.${ZONE}`) } }),
      after: code({
        tunnel_route: { b: route(`b.${ZONE}`) },
        [RECORD]: { b: record("b") },
      }),
      asks: [`nobody b.${ZONE}/`],
    }),
  ],
  "a name of one zone in another": [
    [/^error becomes-public b\.datacrew\.space\.elsewhere\.space/],
    () => {
      const routes = {
        tunnel_route: { b: route(`b.${ZONE}.${OTHER_ZONE}`) },
      };
      return {
        before: code(routes),
        after: code({
          ...routes,
          [RECORD]: { b: record(`b.${ZONE}`, {}, OTHER_ZONE) },
        }),
        asks: [`nobody b.${ZONE}.${OTHER_ZONE}/`, `nobody b.${ZONE}/`],
      };
    },
  ],
  "wildcards over every name that stands for others": [
    [/^error becomes-public \*\.datacrew\.space/],
    () => {
      const all = wildcards("any*", "some*", "zq*", "9*");
      return {
        before: code(all),
        after: code({
          ...all,
          tunnel_route: { wild: route(`*.${ZONE}`) },
        }),
        asks: [`nobody x.${ZONE}/`, `nobody anything.${ZONE}/`],
      };
    },
  ],
  "a wildcard that opens behind narrower ones": [
    [/^error host-opens a\*\.datacrew\.space/],
    () => {
      const narrower = ["aany*", "as*", "az*", "a9*", "a*e"];
      const all: Sections = {
        ...wildcards("a*", ...narrower),
        tunnel_route: { wild: route(`*.${ZONE}`) },
      };
      return {
        before: code(all),
        after: code({
          ...all,
          [APP]: { ...all[APP], w0: app(`a*.${ZONE}`, ["everyone"]) },
        }),
        asks: [`nobody axx.${ZONE}/`, `nobody asx.${ZONE}/`],
      };
    },
  ],
  "a wildcard of which narrower ones leave one name": [
    [/^error host-opens a\*\.datacrew\.space/],
    () => {
      const narrower = everyFirstLetterOf(
        ...[..."abcdefghijklmnopqrstuvwxyz0123456789"].map((one) => `a${one}`),
      );
      const all: Sections = {
        ...wildcards("a*", ...narrower),
        tunnel_route: { wild: route(`*.${ZONE}`) },
      };
      return {
        before: code(all),
        after: code({
          ...all,
          [APP]: { ...all[APP], w0: app(`a*.${ZONE}`, ["everyone"]) },
        }),
        asks: [`nobody a.${ZONE}/`],
      };
    },
  ],
  "a host in Unicode, which requests name in ASCII": [
    [/^error becomes-public xn--/],
    () => ({
      before: code({
        [APP]: { b: app(`grüße.${ZONE}`) },
        [RECORD]: { wild: record(`*.${ZONE}`) },
      }),
      after: code({
        [APP]: { b: app(`grüße.${ZONE}`) },
        [RECORD]: { wild: record(`*.${ZONE}`) },
        tunnel_route: { b: route(`grüße.${ZONE}`) },
      }),
      asks: [`nobody ${domainToASCII(`grüße.${ZONE}`)}/`],
    }),
  ],
  "an application that is given another path": [
    [/^error becomes-public app/],
    () => ({
      before: code(),
      after: code({ [APP]: { app: app(`${HOST}/admin`) } }),
      asks: [`nobody ${HOST}/`, `nobody ${HOST}/admin`],
    }),
  ],
  "an application that covers one host less": [
    [/^error becomes-public b\./],
    () => {
      const more = {
        tunnel_route: { b: route(`b.${ZONE}`) },
        [RECORD]: { b: record(`b.${ZONE}`) },
      };
      const hosts = (...names: string[]) => ({
        app: app(HOST, ["people"], { self_hosted_domains: names }),
      });
      return {
        before: code({ ...more, [APP]: hosts(HOST, `b.${ZONE}`) }),
        after: code({ ...more, [APP]: hosts(HOST) }),
        asks: [`nobody b.${ZONE}/`],
      };
    },
  ],
  "two applications that exchange their hosts": [
    [/^error host-opens app/],
    () => ({
      before: code({
        [APP]: { b: app(`b.${ZONE}`, ["everyone"]) },
      }),
      after: code({
        [APP]: {
          app: app(`c.${ZONE}`),
          b: app(HOST, ["everyone"]),
        },
      }),
      asks: [`nobody ${HOST}/`],
    }),
  ],
  "an application that is deleted before it is made anew": [
    [/^error open-meanwhile app.*deleted before the new one is created/],
    () => ({ before: code(), after: code(), tainted: [`${APP}.app`] }),
  ],
  "approval by whoever asks": [
    [/^warning approvers-changed .*approved by ada@datacrew\.space .was boss@/],
    () => {
      const approved = (by: string) =>
        code({
          [POLICY]: {
            people: policy("allow", [ADA], {
              approval_required: true,
              approval_groups: [{ approvals_needed: 1, email_addresses: [by] }],
            }),
          },
        });
      return {
        before: approved("boss@datacrew.space"),
        after: approved("ada@datacrew.space"),
      };
    },
  ],
  "another key for what an evaluator answers": [
    [/^anyone else .*: depends -> depends$/],
    () => {
      const evaluated = (keys_url: string) =>
        code({
          [POLICY]: {
            people: policy("allow", [
              { external_evaluation: { evaluate_url: "https://e", keys_url } },
            ]),
          },
        });
      return {
        before: evaluated("https://keys"),
        after: evaluated("https://other"),
      };
    },
  ],
  "a weaker second factor": [
    [/^warning second-factor-changed .*security_key.*totp/],
    () => {
      const factor = (one: string) =>
        code({
          [POLICY]: {
            people: policy("allow", [ADA], {
              mfa_config: { allowed_authenticators: [one] },
            }),
          },
        });
      return { before: factor("security_key"), after: factor("totp") };
    },
  ],
  "a group in a group": [
    [/^mallory@example\.net at app.*does not -> login/],
    () => {
      const nested = (...include: object[]) =>
        code({
          [GROUP]: {
            inner: rules(include, { name: "inner" }),
            outer: rules([{ group: { id: `\${${GROUP}.inner.id}` } }], {
              name: "outer",
            }),
          },
          [POLICY]: {
            people: policy("allow", [
              { group: { id: `\${${GROUP}.outer.id}` } },
            ]),
          },
        });
      return {
        before: nested(ADA),
        after: nested(ADA, MALLORY),
        asks: [`mallory@example.net ${HOST}/`],
      };
    },
  ],
  "an ending in capitals, with its @": [
    [/^others @example\.net at app.*does not -> login/],
    () => ({
      before: code(),
      after: code({
        [POLICY]: {
          people: policy("allow", [
            ADA,
            { email_domain: { domain: "@Example.NET" } },
          ]),
        },
      }),
      asks: [`mallory@example.net ${HOST}/`],
    }),
  ],
  "a path of a destination that is open": [
    [/^warning path-opens app/],
    () => ({
      before: code(),
      after: code({
        [APP]: {
          app: app(HOST, ["people"], {
            destinations: [
              {
                type: "public",
                uri: HOST,
                overrides: [{ behavior: "public", path_pattern: "/x*" }],
              },
            ],
          }),
        },
      }),
      asks: [`nobody ${HOST}/xy`],
    }),
  ],
  "a rule that matches a line of a path": [
    [/^warning path-opens app/],
    () => {
      const hook = { [APP]: { hook: app(`${HOST}/hook`, ["everyone"]) } };
      const closed = { app: route(HOST, { service: "http_status:404" }) };
      return {
        before: code({ ...hook, tunnel_route: closed }),
        after: code({
          ...hook,
          tunnel_route: {
            ...closed,
            line: route(HOST, { path: "(?m)^/secret$" }),
          },
        }),
        asks: [`nobody ${HOST}/hook/%0a/secret`],
      };
    },
  ],
  "a route that no longer demands the JWT": [
    [/^warning jwt-check-lost app/, /^error route-without-jwt-check/],
    () => ({
      before: code({ tunnel_route: { app: route(HOST, demanding()) } }),
      after: code({ tunnel_route: { app: route(HOST, demanding(false)) } }),
      asks: [`nobody ${HOST}/`],
    }),
  ],
  "an alias in another zone": [
    [/^error becomes-public x\.elsewhere\.space/],
    () => ({
      before: code(),
      after: code({
        [RECORD]: {
          x: record(`x.${OTHER_ZONE}`, { content: HOST }, OTHER_ZONE),
        },
        tunnel_route: { x: route(`x.${OTHER_ZONE}`) },
      }),
      asks: [`nobody x.${OTHER_ZONE}/`],
    }),
  ],
  "names below a guarded host": [
    [/^error becomes-public \*\.app/, /^error becomes-public \*\.\*\.app/],
    () => ({
      before: code(),
      after: code({
        [RECORD]: { below: record(`*.${HOST}`) },
        tunnel_route: { below: route(`*.${HOST}`) },
      }),
      asks: [`nobody deep.${HOST}/`, `nobody a.b.${HOST}/`],
    }),
  ],
  "a tunnel's name in capitals, with a dot": [
    [/^anyone without a login at b\..*: public elsewhere\.test -> public http/],
    () => {
      const to = (content: string) =>
        code({
          tunnel_route: { b: route(`b.${ZONE}`) },
          [RECORD]: { b: record(`b.${ZONE}`, { content }) },
        });
      const [tunnel] = here.setting.tunnelIds;
      return {
        before: to("elsewhere.test"),
        after: to(`${tunnel.toUpperCase()}.CFARGOTUNNEL.COM.`),
        asks: [`nobody b.${ZONE}/`],
      };
    },
  ],
  "a public host that is led to a guarded service": [
    [/^error side-door b\./, /^warning open-elsewhere b\..*http:\/\/one:80/],
    () => {
      const to = (content: string) =>
        code({
          tunnel_route: { b: route(`b.${ZONE}`) },
          [RECORD]: {
            b: record(`b.${ZONE}`, { content: `c.${ZONE}` }),
            c: record(`c.${ZONE}`, { content }),
          },
        });
      const [tunnel] = here.setting.tunnelIds;
      return {
        before: to("elsewhere.test"),
        after: to(`${tunnel}.cfargotunnel.com`),
        asks: [`nobody b.${ZONE}/`],
      };
    },
  ],
  "a token where any counts": [
    [/^error any-service-token/, /^token t at app.*does not -> token/],
    () => {
      const any = {
        [POLICY]: {
          any: policy("non_identity", [{ any_valid_service_token: {} }]),
        },
        [APP]: { app: app(HOST, ["any", "people"]) },
      };
      return {
        before: code(any),
        after: code({
          ...any,
          [TOKEN]: { t: { ...account(), name: "t", duration: "8760h" } },
        }),
      };
    },
  ],
};

test.each(Object.entries(TRICKS))(
  "sees through %s",
  async (_, [says, trick]) => {
    const { review, silent } = await play(here, trick());
    expect(silent).toEqual([]);
    const text = review.join("\n");
    for (const one of says)
      expect(text).toMatch(new RegExp(one.source, `${one.flags}m`));
  },
);

/** Changes by which nobody gains or loses anything. */
const HARMLESS: Readonly<Record<string, () => Trick>> = {
  "the same code": () => ({ before: code(), after: code() }),
  "a policy made anew": () => ({
    before: code(),
    after: code(),
    tainted: [`${POLICY}.people`],
  }),
  "an application made anew behind a route that demands its JWT": () => {
    const checked = code({ tunnel_route: { app: route(HOST, demanding()) } });
    return { before: checked, after: checked, tainted: [`${APP}.app`] };
  },
  "a host in capitals": () => ({
    before: code(),
    after: code({ [APP]: { app: app(HOST.toUpperCase()) } }),
  }),
  "a path that no request has": () => ({
    before: code(),
    after: code({
      [APP]: { dots: app(`${HOST}/a/../hook`, ["everyone"]) },
    }),
    asks: [`nobody ${HOST}/hook`, `nobody ${HOST}/a/../hook`],
  }),
  "a rule for every host that has none": () => ({
    before: code(),
    after: code({
      tunnel_route: { all: route("*", { service: "http://two:80" }) },
    }),
    asks: [`nobody ${HOST}/`],
  }),
  "a whole name for a part of one": () => ({
    before: code({ [RECORD]: { app: record("app") } }),
    after: code(),
  }),
};

test.each(Object.entries(HARMLESS))(
  "calls no change of access what is none: %s",
  async (_, trick) => {
    const { changes, edge, review } = await play(here, trick());
    expect(changes).toEqual([]);
    expect(review.join("\n")).not.toContain("open-meanwhile");
    for (const one of edge) expect(one).toMatch(/^(.+) -> \1$/);
  },
);
