import type { Policy, Rule } from "../../access/model";
import type { IngressRule } from "../../ingress/rule";
import type { AccountState } from "../../review/change";
import { readPlan } from "../../review/plan";
import { reviewOf } from "../../review/review";
import { change, planJson } from "./plans";
import { allow, bypass, GOOGLE, NOW, state, ZONE, type Host } from "./states";

const HOST = `app.${ZONE}`;
const SERVICE = "http://service:80";
const guarded: Host = { host: HOST, policies: [allow("ada@example.com")] };

/** What changes, as `subject at example: before -> after`. */
function turns(before: AccountState, after: AccountState): string[] {
  const { matrix } = reviewOf({ before, after, plans: [] }, { now: NOW });
  return matrix.cells
    .filter(({ turn }) => turn !== "same")
    .map(
      ({ after, before, place, subject }) =>
        `${subject.label} at ${place.request.host}${place.request.path}: ${before.outcome} -> ${after.outcome}`,
    );
}

function withRules(from: AccountState, ...rules: readonly IngressRule[]) {
  const [tunnel, ...others] = from.tunnels;
  return {
    ...from,
    tunnels: [{ ...tunnel!, rules: [...rules, ...tunnel!.rules] }, ...others],
  };
}

const policy = (
  include: readonly Rule[],
  more: Partial<Policy> = {},
): Policy => ({
  id: "p",
  name: "p",
  decision: "allow",
  include,
  ...more,
});

const onHost = (...policies: Policy[]) =>
  state([{ host: HOST, checks: false, policies }]);

test("spellings that Access takes for an open path and the connector for another", () => {
  const open: Host = {
    host: HOST,
    path: "/hook",
    policies: [bypass],
    rule: "none",
  };
  const before = state([guarded, open]);
  const after = withRules(before, {
    hostname: HOST,
    path: "^/hook/\\.\\./admin",
    service: SERVICE,
  });
  const [found, ...others] = turns(before, after);
  expect(found).toMatch(
    /^anyone without a login at app\.example\.com\/hook\S+: refused -> open$/,
  );
  expect(found).toMatch(/%2F/i);
  expect(others.every((other) => !other.includes("nobody"))).toBe(true);
});

test("an open path that another service answers from now on", () => {
  const open: Host = {
    host: HOST,
    path: "/hook",
    policies: [bypass],
    rule: "none",
  };
  const at = (header: string) =>
    withRules(state([guarded, open]), {
      hostname: HOST,
      path: "^/hook$",
      service: SERVICE,
      originRequest: { httpHostHeader: header },
    });
  expect(turns(at(HOST), at(`secret.${ZONE}`))).toContain(
    `anyone without a login at ${HOST}/hook: open -> open`,
  );
});

test("another country or network gets in than before", () => {
  const geo = (code: string) =>
    onHost(policy([{ geo: { country_code: code } }], { decision: "bypass" }));
  expect(turns(geo("DE"), geo("FR"))).toEqual(
    expect.arrayContaining([
      `anyone without a login from FR at ${HOST}/: refused -> open`,
      `anyone without a login from DE at ${HOST}/: open -> refused`,
    ]),
  );
  const ip = (range: string) =>
    onHost(policy([{ ip: { ip: range } }], { decision: "bypass" }));
  expect(turns(ip("10.1.0.0/16"), ip("10.0.0.0/8"))).toContain(
    `anyone without a login from 10.0.0.0/8 at ${HOST}/: refused -> open`,
  );
});

test("one condition in place of two, with the same words", () => {
  const posture = (id: string): Rule => ({
    device_posture: { integration_uid: id },
  });
  const both = policy([posture("d1")], { require: [posture("d2")] });
  const either = policy([posture("d1"), posture("d2")]);
  expect(turns(onHost(both), onHost(either))).toContain(
    `anyone else with a Google account at ${HOST}/: depends -> depends`,
  );
});

test("members of a group, by the login method that says so", () => {
  const methods = [GOOGLE, { id: "okta", name: "Okta", type: "okta" }];
  const at = (method: string, name = "staff"): AccountState => {
    const account = onHost(
      policy([{ okta: { name, identity_provider_id: method } }]),
    );
    return {
      ...account,
      access: { ...account.access, identity_providers: methods },
    };
  };
  expect(turns(at("okta", "staff"), at("okta", "guests"))).toEqual(
    expect.arrayContaining([
      `members of the Okta group guests at ${HOST}/: depends -> login`,
    ]),
  );
  expect(turns(at("google"), at("okta")).join("\n")).toMatch(
    /members of the Okta group staff(?: by \w+)? at app\.example\.com\/: refused -> login/,
  );
});

test("a login method more for somebody who has access already", () => {
  const other = { id: "github", name: "GitHub", type: "github" };
  const at = (...admitted: string[]): AccountState => {
    const account = state([guarded]);
    return {
      ...account,
      access: {
        ...account.access,
        identity_providers: [GOOGLE, other],
        applications: account.access.applications.map((one) => ({
          ...one,
          allowed_idps: admitted,
        })),
      },
    };
  };
  expect(turns(at("google"), at("google", "github"))).toContain(
    `ada@example.com by GitHub at ${HOST}/: refused -> login`,
  );
});

test("one login method from everywhere, and another from a network alone", () => {
  const okta = { id: "okta", name: "Okta", type: "okta" };
  const ada = [{ email: { email: "ada@example.com" } }];
  const group = {
    id: "g",
    include: [{ login_method: { id: "okta" } }, { ip: { ip: "10.0.0.0/8" } }],
  };
  const of = (...policies: Policy[]) => {
    const from = onHost(...policies);
    return {
      ...from,
      access: {
        ...from.access,
        groups: [group],
        identity_providers: [GOOGLE, okta],
      },
    };
  };
  const opened = policy(ada, { require: [{ group: { id: "g" } }] });
  const closed = policy(ada, { require: [{ email: { email: "nobody@x.y" } }] });
  expect(turns(of(closed), of(opened)).sort()).toEqual([
    `ada@example.com by Google, from 10.0.0.0/8 at ${HOST}/: refused -> login`,
    `ada@example.com by Okta at ${HOST}/: refused -> login`,
  ]);
});

test("names that two wildcards cover at once", () => {
  const wild = (host: string, decision: Policy): Host => ({
    host,
    policies: [decision],
    rule: "none",
    record: "none",
  });
  const before = state([
    { host: `*.${ZONE}`, checks: false },
    wild(`a*.${ZONE}`, allow("ada@example.com")),
    wild(`*b.${ZONE}`, allow("ada@example.com")),
  ]);
  const after = state([
    { host: `*.${ZONE}`, checks: false },
    wild(`a*.${ZONE}`, allow("ada@example.com")),
    wild(`*b.${ZONE}`, bypass),
  ]);
  expect(turns(before, after).join("\n")).toContain(
    `anyone without a login at some-other-nameb.${ZONE}/: refused -> open`,
  );
});

test("a wildcard that covers the label of all other names", () => {
  const any: Host = {
    host: `any*.${ZONE}`,
    policies: [allow("ada@example.com")],
    rule: "none",
    record: "none",
  };
  const wild: Host = { host: `*.${ZONE}`, rule: "none" };
  const before = state([wild, any]);
  const after = withRules(before, { hostname: `*.${ZONE}`, service: SERVICE });
  expect(turns(before, after)).toContain(
    `anyone without a login at some-other-name.${ZONE}/: nowhere -> public`,
  );
});

test("a record that goes, so that a wildcard answers below it", () => {
  const wild: Host = { host: `*.${ZONE}`, checks: false };
  const before = state([wild]);
  const kept = {
    id: "kept",
    name: `deep.b.${ZONE}`,
    type: "TXT",
    content: "x",
    proxied: false,
  };
  expect(
    turns({ ...before, records: [...before.records, kept] }, before),
  ).toContain(
    `anyone without a login at any-other-host.b.${ZONE}/: nowhere -> public`,
  );
});

test("a server behind Cloudflare without a tunnel", () => {
  const server = {
    id: "server",
    name: `srv.${ZONE}`,
    type: "A",
    content: "192.0.2.1",
    proxied: true,
  };
  const at = (decision: Policy): AccountState => {
    const account = state([
      { host: `*.${ZONE}`, policies: [decision], rule: "none", record: "none" },
    ]);
    return { ...account, records: [server] };
  };
  expect(turns(at(allow("ada@example.com")), at(bypass))).toContain(
    `anyone without a login at srv.${ZONE}/: refused -> open`,
  );
});

test("preflights that Access leaves to the service", () => {
  const before = onHost(allow("ada@example.com"));
  const after: AccountState = {
    ...before,
    access: {
      ...before.access,
      applications: before.access.applications.map((one) => ({
        ...one,
        options_preflight_bypass: true,
      })),
    },
  };
  expect(turns(before, after)).toEqual([
    `a browser's preflight (OPTIONS), without a login at ${HOST}/: refused -> open`,
  ]);
});

test("a rule that makes the connector keep the rules that it had", () => {
  const before = withRules(state([{ ...guarded, rule: "none" }]), {
    hostname: HOST,
    service: SERVICE,
  });
  const closed = withRules(state([{ ...guarded, rule: "none" }]), {
    hostname: HOST,
    path: "(",
    service: SERVICE,
  });
  expect(turns(before, closed)).toContain(
    `ada@example.com at ${HOST}/: login -> depends`,
  );
});

test("an open path beside a pattern that can't be decided", () => {
  const pattern = {
    hostname: HOST,
    path: "(a|b)*a(a|b){14}c",
    service: SERVICE,
  };
  const open: Host = {
    host: HOST,
    path: "/hook",
    policies: [bypass],
    rule: "none",
  };
  const before = withRules(state([guarded]), pattern);
  const after = withRules(state([guarded, open]), pattern);
  const review = reviewOf({ before, after, plans: [] }, { now: NOW });
  expect(review.findings).toContainEqual(
    expect.objectContaining({ id: "path-undecided", severity: "error" }),
  );
  // What hangs on the pattern stands under it, not under the host.
  expect(
    review.matrix.cells
      .filter(({ after }) => after.reason.includes("cannot be decided"))
      .map(({ place }) => place.path),
  ).toEqual(expect.arrayContaining([pattern.path]));
});

test("a record that leads a name elsewhere", () => {
  const { unread } = readPlan(
    "web",
    planJson([
      change("cloudflare_dns_record.x", ["create"], {
        after: {
          id: "x",
          zone_id: "z",
          name: "x.example.com",
          type: "NS",
          content: "ns.elsewhere.test",
        },
      }),
    ]),
  );
  expect(unread.map(({ what }) => what)).toContainEqual(
    expect.stringContaining("records of type NS are not read"),
  );
});

test("more wildcards that meet than can be looked at", () => {
  const letters = [..."abcdefghijklmnopqrstuvwx"];
  const closed = [
    ...letters.map((one) => `${one}*`),
    ...letters.map((one) => `*${one}`),
  ].map((label): Host => ({
    host: `${label}.${ZONE}`,
    policies: [allow("ada@example.com")],
    rule: "none",
    record: "none",
  }));
  const found = (before: AccountState, after: AccountState) =>
    reviewOf({ before, after, plans: [] }, { now: NOW }).findings.map(
      ({ id, severity }) => `${severity} ${id}`,
    );
  const before = state(closed);
  expect(found(before, before)).toEqual([]);
  expect(found(before, state([...closed, guarded]))).toContain(
    "error hosts-undecided",
  );
});
