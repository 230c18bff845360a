import type { Policy } from "../../access/model";
import type { Plan } from "../../review/change";
import { openPathPattern } from "../../ingress/open-path";
import { reviewOf } from "../../review/review";
import {
  allow,
  changeOf,
  NOW,
  routePlan,
  serviceAuth,
  state,
  type Host,
} from "./states";

const HOST = "app.example.com";
const TOKEN = { id: "t1", name: "machine", client_id: "c1" };
const by = (policies: readonly Policy[], more: Partial<Host> = {}): Host => ({
  host: HOST,
  policies,
  ...more,
});

const machines = [serviceAuth("t1")];

/** What is found of tokens where a stack takes the host over. */
function found(
  before: readonly Host[],
  after: readonly Host[],
  plan: Plan = routePlan(HOST),
) {
  const change = changeOf(before, after, [plan]);
  const tokens = { tokens: [TOKEN] };
  return reviewOf(
    {
      ...change,
      before: state(before, tokens),
      after: state(after, tokens),
    },
    { now: NOW },
  )
    .findings.filter(({ id }) => id === "token-cut-off")
    .map(({ remedy, severity, text }) => ({ severity, text, remedy }));
}

/** The plan with the host's application in it, as one that is made. */
function making(): Plan {
  const plan = routePlan(HOST);
  return {
    ...plan,
    resources: plan.resources.map((one) =>
      one.kind === "application" ? { ...one, action: "create" } : one,
    ),
  };
}

test("a token that works before a take-over and not after it is an error", () => {
  const lost = found([by(machines)], [by([serviceAuth("t2")])]);
  expect(lost).toMatchObject([
    {
      severity: "error",
      text: expect.stringMatching(
        /the token machine, which the application "App app\.example\.com" admits today, stops working: /,
      ),
      remedy: expect.stringMatching(
        /^run: npm run adopt -- web\. .* take it out of the policy of "App app\.example\.com" before$/,
      ),
    },
  ]);
});

test("a token that gets in by its address alone is told of, and is no error", () => {
  const ip = { ip: { ip: "203.0.113.0/24" } };
  const office = { ...serviceAuth("t2"), name: "Office", include: [ip] };
  expect(found([by([office])], [by([serviceAuth("t2")])])).toMatchObject([
    {
      severity: "warning",
      text: expect.stringMatching(/which gets in there without its token by/),
      remedy: expect.stringMatching(
        /npm run adopt -- web\. It says what to write into tokens$/,
      ),
    },
  ]);
});

test("a token that a Bypass leaves without the JWT that the rule then demands is an error, as its own policy is there", () => {
  const office = {
    id: "office",
    name: "Office",
    decision: "bypass",
    include: [{ ip: { ip: "203.0.113.0/24" } }],
  };
  const policies = [office, ...machines];
  const lost = (after: readonly Policy[], before = policies) =>
    found([by(before, { checks: false })], [by(after)]);
  expect(lost(policies)).toMatchObject([
    {
      severity: "error",
      text: expect.stringMatching(
        /the token machine from 203\.0\.113\.0\/24, which the application .* lets in today, stops working: .* the request has none$/,
      ),
      remedy: expect.stringMatching(
        /^run: npm run adopt -- web\. It says how the token goes on working$/,
      ),
    },
  ]);
  expect(lost(machines)).toEqual([]);
  // One that has no policy of its own is nobody's.
  const others = [office, serviceAuth("t2")];
  expect(lost(others, others)).toEqual([]);
});

test("nothing is said of a token that goes on working, nor of one on a host that is deployed", () => {
  expect(found([by(machines)], [by(machines)])).toEqual([]);
  expect(
    found([by(machines)], [by([serviceAuth("t2")])], {
      ...routePlan(HOST, { action: "no-op" }),
    }),
  ).toEqual([]);
});

test("nothing is said of a host that everyone reaches today", () => {
  expect(found([{ host: HOST }], [by([serviceAuth("t2")])])).toEqual([]);
});

test("a token of a path is told of where only its odd spellings stop working, and is an error where more does", () => {
  const said = (path: string) => {
    const sides = [[], [allow("ada@example.com")]].map((policies) => {
      const one = state(
        [
          policies.length > 0 ? by(policies) : { host: HOST },
          {
            host: `${HOST}/api`,
            policies: machines,
            rule: "none",
            record: "none",
          },
        ],
        { tokens: [TOKEN] },
      );
      const [tunnel] = one.tunnels;
      const access = {
        required: true,
        teamName: "team",
        audTag: [`aud ${HOST}/api`],
      };
      const rule = {
        ...tunnel!.rules[0]!,
        path,
        originRequest: { access },
      };
      return {
        ...one,
        tunnels: [{ ...tunnel!, rules: [rule, ...tunnel!.rules] }],
      };
    });
    const [before, after] = sides;
    return reviewOf(
      { before: before!, after: after!, plans: [routePlan(HOST)] },
      { now: NOW },
    )
      .findings.filter(({ id }) => id === "token-cut-off")
      .map(({ severity, subject, text }) =>
        [severity, subject, text].join(": "),
      );
  };
  expect(said(openPathPattern("/api"))).toEqual([
    expect.stringMatching(
      /^warning: .*\/api\b.* stops working in such spellings of the path/,
    ),
  ]);
  expect(said("^/api/v1(/|$)")).toEqual([
    expect.stringMatching(/^error: .* stops working: /),
  ]);
});

describe("where a wildcard's application gives way to the stack's", () => {
  const wide: Host = {
    host: "*.example.com",
    policies: machines,
    rule: "none",
    record: "none",
  };

  test("a token is refused meanwhile if the rule checks the JWT, which is an error", () => {
    const before = state([wide, { host: HOST }], { tokens: [TOKEN] });
    const after = state([wide, by(machines)], { tokens: [TOKEN] });
    const [tunnel] = before.tunnels;
    const checked = {
      ...before,
      tunnels: [
        {
          ...tunnel!,
          rules: tunnel!.rules.map((rule) =>
            rule.hostname === HOST
              ? {
                  ...rule,
                  originRequest: {
                    access: {
                      required: true,
                      teamName: "team",
                      audTag: ["aud *.example.com"],
                    },
                  },
                }
              : rule,
          ),
        },
      ],
    };
    const reviewed = (from: typeof before) =>
      reviewOf(
        { before: from, after, plans: [making()] },
        { now: NOW },
      ).findings.filter(({ id }) => id === "token-cut-off");
    expect(reviewed(checked)).toMatchObject([
      {
        severity: "error",
        text: expect.stringMatching(
          /is refused from the moment the stack's application exists until the tunnel's rule requires its JWT/,
        ),
      },
    ]);
    expect(reviewed(before)).toEqual([]);
  });
});

test("an application for a place that another has is refused before Cloudflare does it", () => {
  const crew = [allow("ada@example.com")];
  const change = changeOf([by(crew)], [by(crew)], [making()]);
  const other = {
    ...change.before.access.applications[0]!,
    id: "by-hand",
    name: "By hand",
  };
  const withOther = (one: typeof change.after) => ({
    ...one,
    access: {
      ...one.access,
      applications: [...one.access.applications, other],
    },
  });
  const said = (after: typeof change.after) =>
    reviewOf({ ...change, after }, { now: NOW })
      .findings.filter(({ id }) => id === "second-application")
      .map(({ remedy, severity, text }) => [severity, text, remedy].join(": "));
  expect(said(change.after)).toEqual([]);
  expect(said(withOther(change.after))).toEqual([
    expect.stringMatching(
      /^error: Cloudflare refuses a second .*"By hand" \(by-hand\) .*: run: npm run adopt -- web\./,
    ),
  ]);
});
