import { decide } from "../../access/decide";
import type { Decision } from "../../access/decision";
import type { Policy, Rule } from "../../access/model";
import type { AccessRequest } from "../../access/request";
import {
  app,
  country,
  email,
  everyone,
  ip,
  person,
  policy,
  request,
} from "./examples";

const ANA = person("ana@example.com");
const posture = (id: string): Rule => ({
  device_posture: { integration_uid: id },
});

function decideFor(
  policies: Policy[],
  more: Partial<AccessRequest> = {},
): Decision {
  return decide(
    { applications: [app(policies)] },
    request({ identity: ANA, ...more }),
  );
}

const ids = (decision: Decision) => decision.dependsOn.map(({ id }) => id);

test("says what it depends on and everything that is possible", () => {
  const decision = decideFor([
    policy("deny", [posture("d1")]),
    policy("allow", [email("ana@example.com")]),
  ]);
  expect(decision).toMatchObject({
    outcome: "depends",
    dependsOn: [{ id: "device_posture:d1", text: "device posture check d1" }],
    possible: [
      { outcome: "identity_denied", policy: { name: "deny" } },
      { outcome: "pass", policy: { name: "allow" } },
    ],
  });
  expect(decision.reason).toMatch(/^depends on device posture check d1: /);
});

describe("an unknown that cannot change the outcome is left out", () => {
  test.each<[string, Policy[], Partial<AccessRequest>, Decision["outcome"]]>([
    [
      "beside an include rule that holds",
      [policy("allow", [posture("d1"), everyone])],
      {},
      "pass",
    ],
    [
      "beside a require rule that fails",
      [
        policy("allow", [everyone], {
          require: [posture("d1"), country("US")],
        }),
      ],
      {},
      "identity_denied",
    ],
    [
      "beside an exclude rule that holds",
      [policy("allow", [posture("d1")], { exclude: [everyone] })],
      {},
      "identity_denied",
    ],
    [
      "after a policy that decides",
      [policy("allow", [everyone]), policy("deny", [posture("d1")])],
      {},
      "pass",
    ],
    [
      "in a policy that only repeats the default",
      [policy("deny", [posture("d1")])],
      {},
      "identity_denied",
    ],
    [
      "for someone who has not logged in",
      [policy("allow", [posture("d1")])],
      { identity: null },
      "login",
    ],
    [
      "where include and exclude contradict each other",
      [policy("allow", [country("PT")], { exclude: [country("PT")] })],
      { country: undefined },
      "identity_denied",
    ],
    [
      "where no request is in two countries",
      [
        policy("allow", [everyone], {
          require: [country("PT"), country("US")],
        }),
      ],
      { country: undefined },
      "identity_denied",
    ],
    [
      "where one of two ranges holds the other",
      [
        policy("deny", [ip("10.0.0.0/8")]),
        policy("allow", [ip("10.1.0.0/16")]),
      ],
      { ip: undefined },
      "identity_denied",
    ],
    [
      "where two ranges hold every address",
      [policy("allow", [ip("0.0.0.0/0"), ip("::/0")])],
      { ip: undefined },
      "pass",
    ],
  ])("%s", (_, policies, more, outcome) => {
    expect(decideFor(policies, more).outcome).toBe(outcome);
  });
});

test("names only the facts that matter", () => {
  const decision = decideFor([
    policy("allow", [posture("d1"), posture("d2")], {
      require: [posture("d3"), country("US")],
    }),
    policy("allow", [posture("d4")], { name: "second" }),
  ]);
  expect(ids(decision)).toEqual(["device_posture:d4"]);
});

test("names a fact whose every answer leaves the same to happen", () => {
  const decision = decideFor([
    policy("allow", [posture("d1"), posture("d2")], {
      exclude: [posture("d3")],
    }),
  ]);
  expect(ids(decision).sort()).toEqual(
    ["d1", "d2", "d3"].map((id) => `device_posture:${id}`),
  );
});

test("is certain of the outcome where only the policy is open", () => {
  const decision = decideFor([
    policy("allow", [posture("d1")], { session_duration: "1h" }),
    policy("allow", [everyone], { name: "second", session_duration: "8h" }),
  ]);
  expect(decision).toMatchObject({ outcome: "pass", how: "identity" });
  expect(decision.policy).toBeUndefined();
  expect(decision.outcome === "pass" && decision.session).toBeUndefined();
  expect(ids(decision)).toEqual(["device_posture:d1"]);
});

test("keeps the session where every possible policy has the same", () => {
  const decision = decideFor([
    policy("allow", [posture("d1")]),
    policy("allow", [everyone], { name: "second" }),
  ]);
  expect(decision).toMatchObject({ session: { seconds: 86_400 } });
});

test("an approval that is not known lets in or not", () => {
  const decision = decideFor([
    policy("allow", [posture("d1")], { approval_required: true }),
  ]);
  expect(decision.outcome).toBe("depends");
  expect(ids(decision).sort()).toEqual([
    "approval:id-allow",
    "device_posture:d1",
  ]);
});

test("with more unknowns than can be tried, still leaves out nothing that is possible", () => {
  const either = (n: number) => ({
    id: `g${n}`,
    include: [posture(`a${n}`), posture(`b${n}`)],
  });
  const groups = Array.from({ length: 24 }, (_, n) => either(n));
  const require = groups.map(({ id }): Rule => ({ group: { id } }));
  const decision = decide(
    {
      applications: [
        app([
          policy("allow", [everyone], { require, approval_required: true }),
          policy("deny", [everyone]),
        ]),
      ],
      groups,
    },
    request({ identity: ANA }),
  );
  const possible = decision.outcome === "depends" ? decision.possible : [];
  expect(
    possible.map(({ outcome, policy: by }) => [outcome, by?.name]).sort(),
  ).toEqual([
    ["identity_denied", "allow"],
    ["identity_denied", "deny"],
    ["pass", "allow"],
  ]);
});
