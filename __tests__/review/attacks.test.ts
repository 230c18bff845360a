import type { Policy } from "../../access/model";
import type { IngressRule } from "../../ingress/rule";
import type { AccountState, Change } from "../../review/change";
import { reviewOf } from "../../review/review";
import { allow, bypass, NOW, state, ZONE, type Host } from "./states";

const HOST = `app.${ZONE}`;
const SERVICE = "http://service:80";
const guarded: Host = { host: HOST, policies: [allow("ada@example.com")] };

/** What anyone without a login gains, as example URLs. */
function opened(before: AccountState, after: AccountState): string[] {
  const change: Change = { before, after, plans: [] };
  const { matrix } = reviewOf(change, { now: NOW });
  return matrix.cells
    .filter(
      ({ subject, turn }) => subject.kind === "nobody" && turn === "gains",
    )
    .map(({ place: { request } }) => request.host + request.path);
}

/** Who gains, by label. */
function gaining(before: AccountState, after: AccountState): string[] {
  const change: Change = { before, after, plans: [] };
  return reviewOf(change, { now: NOW })
    .matrix.cells.filter(({ turn }) => turn === "gains")
    .map(({ subject }) => subject.label);
}

/** The same account with rules before those that it has. */
function withRules(
  from: AccountState,
  ...rules: readonly IngressRule[]
): AccountState {
  const [tunnel, ...others] = from.tunnels;
  return {
    ...from,
    tunnels: [{ ...tunnel!, rules: [...rules, ...tunnel!.rules] }, ...others],
  };
}

const rule = (path: string, service = SERVICE): IngressRule => ({
  hostname: HOST,
  path,
  service,
});

const OPEN_PATH: Host = { host: HOST, path: "/webhook", policies: [bypass] };

/** The host behind a login with an open path, the rule for it included. */
const withOpenPath = () =>
  withRules(
    state([guarded, { ...OPEN_PATH, rule: "none" }]),
    rule("^/webhook(/[a-z]*)?$"),
  );

test("a rule beside an open path opens what else it matches", () => {
  const before = withOpenPath();
  expect(
    opened(before, withRules(before, rule("^/webhook(/)nothing$|\\.json$"))),
  ).toEqual([`${HOST}/webhook/.json`]);
});

test("a bypass meets a rule for an ending", () => {
  const open = { ...OPEN_PATH, path: "/public", rule: "none" } as const;
  const before = state([guarded, open]);
  expect(opened(before, withRules(before, rule("\\.json$")))).toEqual([
    `${HOST}/public/.json`,
  ]);
});

test("a bypass on a wildcard path beside an application below it", () => {
  const host = { host: HOST, checks: false, rule: "none" } as const;
  const whole: Host = { ...guarded, checks: false };
  const below: Host = {
    ...host,
    path: "/files/x/share",
    policies: [allow("a@b.c")],
  };
  const open: Host = { ...host, path: "/files/*/share", policies: [bypass] };
  const paths = opened(state([whole, below]), state([whole, below, open]));
  expect(paths).toHaveLength(1);
  expect(paths[0]).toMatch(/^app\.example\.com\/files\/.*\/share$/);
  expect(paths[0]).not.toContain("/files/x/share");
});

test("the root answers 404, and the rest goes to the service", () => {
  const host: Host = { host: HOST, rule: "none" };
  const before = withRules(state([host]), rule("^/$", "http_status:404"));
  const after = withRules(state([host]), rule("^/$", "http_status:404"), {
    hostname: HOST,
    service: SERVICE,
  });
  expect(opened(before, after)).toEqual([`${HOST}/x`]);
});

const everyoneBut = (email: string): Policy => ({
  id: "but",
  name: "but",
  decision: "allow",
  include: [{ everyone: {} }],
  exclude: [{ email: { email } }],
});

test.each([
  "someone.else@elsewhere.invalid",
  "someone.else@example.com",
  "nobody@example.net",
])("everyone but %s is still everyone", (email) => {
  const none: Host = { host: HOST, policies: [allow(`ada@example.com`)] };
  expect(
    gaining(
      state([none]),
      state([{ host: HOST, policies: [everyoneBut(email)] }]),
    ),
  ).toContain("anyone else with a Google account");
});

test("an application on the very name that stood for all others under a wildcard", () => {
  const named: Host = {
    host: `any-other-host.${ZONE}`,
    policies: [allow("ada@example.com")],
    rule: "none",
    record: "none",
  };
  const wild: Host = { host: `*.${ZONE}`, rule: "none" };
  const before = state([wild, named]);
  const after = withRules(before, { hostname: `*.${ZONE}`, service: SERVICE });
  expect(opened(before, after)).toEqual([
    `any-other-host-2.${ZONE}/`,
    `any-other-host-2.any-other-host-2.${ZONE}/`,
  ]);
});

test("names at any depth below a wildcard, which an application's wildcard does not cover", () => {
  const wild: Host = { host: `*.${ZONE}`, policies: [allow("a@b.c")] };
  const closed = state([{ ...wild, rule: "none" }]);
  const after = state([{ ...wild, checks: false }]);
  expect(opened(closed, after)).toEqual([
    `any-other-host.any-other-host.${ZONE}/`,
  ]);
});

/** The same account with one more record. */
function withRecord(from: AccountState, name: string, content: string) {
  const record = { id: name, name, type: "CNAME", content, proxied: true };
  return { ...from, records: [...from.records, record] };
}

test("a record of another zone leads to what the tunnel does with every other host", () => {
  const before: AccountState = {
    ...state([guarded]),
    zones: [ZONE, "other.example"],
  };
  const [tunnel] = before.tunnels;
  const caught: AccountState = {
    ...before,
    tunnels: [
      {
        ...tunnel!,
        rules: [...tunnel!.rules.slice(0, -1), { service: SERVICE }],
      },
    ],
  };
  const target = `${tunnel!.id}.cfargotunnel.com`;
  expect(opened(caught, withRecord(caught, "x.other.example", target))).toEqual(
    ["x.other.example/"],
  );
  expect(
    opened(caught, withRecord(caught, "alias.other.example", HOST)),
  ).toEqual(["alias.other.example/"]);
});

test("a record moves to a tunnel whose rule for the host demands no JWT", () => {
  const open: Host = { host: HOST, policies: [bypass], checks: true };
  const before = state([open]);
  const second = {
    id: "22222222-2222-4333-8444-555555555555",
    name: "second",
    source: "cloudflare" as const,
    rules: [
      { hostname: HOST, service: SERVICE },
      { service: "http_status:404" },
    ],
  };
  const both = { ...before, tunnels: [...before.tunnels, second] };
  const after = {
    ...both,
    records: both.records.map((record) => ({
      ...record,
      content: `${second.id}.cfargotunnel.com`,
    })),
  };
  expect(opened(both, after)).toEqual([`${HOST}/`]);
});

test("what depends on one group before and on another after is a change", () => {
  const github = (name: string): Host => ({
    host: HOST,
    policies: [
      {
        id: "github",
        name: "github",
        decision: "allow",
        include: [
          { "github-organization": { name, identity_provider_id: "google" } },
        ],
      },
    ],
  });
  const change: Change = {
    before: state([github("ours")]),
    after: state([github("theirs")]),
    plans: [],
  };
  const { matrix } = reviewOf(change, { now: NOW });
  expect(matrix.cells.map(({ turn }) => turn)).toContain("otherwise");
});

test("a path that can't be decided fails the review where it matters", () => {
  const closed = withOpenPath();
  const [behind, before] = [state([guarded]), closed];
  const pattern = "(a|b)*a(a|b){14}c";
  const harmless = { before: behind, after: withRules(behind, rule(pattern)) };
  expect(
    reviewOf({ ...harmless, plans: [] }, { now: NOW }).findings.map(
      ({ id }) => id,
    ),
  ).not.toContain("path-undecided");
  const after = withRules(before, rule(pattern));
  const { findings } = reviewOf({ before, after, plans: [] }, { now: NOW });
  expect(findings).toContainEqual(
    expect.objectContaining({ id: "path-undecided", severity: "error" }),
  );
  const same = reviewOf({ before: after, after, plans: [] }, { now: NOW });
  expect(same.findings.map(({ id }) => id)).not.toContain("path-undecided");
});

test("what a server answers and a tunnel's connector refuses is lost with the move", () => {
  const host: Host = { host: HOST, policies: [bypass], checks: false };
  const [through, past] = [state([host]), state([host])];
  const server = {
    ...past,
    records: past.records.map((record) => ({
      ...record,
      type: "A",
      content: "192.0.2.7",
    })),
  };
  const lost = (before: AccountState, after: AccountState) =>
    reviewOf({ before, after, plans: [] }, { now: NOW })
      .matrix.cells.filter(({ turn }) => turn === "loses" || turn === "gains")
      .map(
        ({ after, place, subject, turn }) =>
          `${subject.kind} ${turn} ${place.request.path}: ${after.reason}`,
      );
  expect(lost(server, through)).toContain(
    "nobody loses /%: the percent-encoding of the path is broken: the tunnel home answers 400",
  );
  expect(lost(through, server)).toContainEqual(
    expect.stringMatching(/^nobody gains \/%: /),
  );
  expect(lost(through, through)).toEqual([]);
});

test("facts that change nothing for anybody leave nothing in doubt", () => {
  const device: Policy = {
    ...allow(),
    include: [{ device_posture: { integration_uid: "d1" } }],
  };
  const host: Host = { host: HOST, policies: [device], checks: false };
  const before = state([host]);
  const after = withRules(before, rule("", "http_status:404"));
  const turns = (one: AccountState, other: AccountState) => [
    ...new Set(
      reviewOf(
        { before: one, after: other, plans: [] },
        { now: NOW },
      ).matrix.cells.map(
        ({ after, before, turn }) =>
          `${before.outcome} -> ${after.outcome}: ${turn}`,
      ),
    ),
  ];
  // Whoever gets in finds nothing there, and so does whoever does not.
  expect(turns(after, after).join()).not.toContain("depends");
  expect(turns(before, after).join()).toMatch(/depends -> \w+: otherwise/);
});
