import { why } from "../../review/why";
import type { Subject } from "../../review/subjects";
import { newAccess } from "../../review/new-access";
import { reviewOf } from "../../review/review";
import {
  allow,
  bypass,
  NOW,
  serviceAuth,
  state,
  ZONE,
  type Host,
} from "./states";

const HOST = `app.${ZONE}`;
const whole: Host = {
  host: HOST,
  policies: [serviceAuth("t1"), allow("ann@example.com")],
};
const open: Host = {
  host: HOST,
  path: "/webhook",
  policies: [bypass],
  rule: "none",
  record: "none",
};
const ann: Subject = {
  id: "ann",
  label: "ann",
  kind: "named",
  email: "ann@example.com",
};
const nobody: Subject = { id: "nobody", label: "nobody", kind: "nobody" };

const looked = (subject: Subject, path: string, hosts = [whole, open]) =>
  why(state(hosts), subject, { host: HOST, path }, NOW).map(
    ({ looked, verdict }) => [
      verdict.outcome,
      ...looked.map(({ fits, name, what }) => `${what} ${name}: ${fits}`),
    ],
  );

test("names each record, application, policy and rule that a request meets", () => {
  expect(looked(ann, "/prompt")).toEqual([
    [
      "login",
      `record ${HOST} CNAME 11111111-2222-4333-8444-555555555555.cfargotunnel.com: hit`,
      `application App ${HOST} (${HOST}): hit`,
      `application App ${HOST}/webhook (${HOST}/webhook): missed`,
      "policy machines: missed",
      "policy people: hit",
      `rule ${HOST} -> http://service:80: hit`,
    ],
  ]);
});

const TUNNEL = "11111111-2222-4333-8444-555555555555.cfargotunnel.com";

/** What is said of each of some records, `name type content`, for a host. */
function recordsOf(host: string, ...lines: string[]) {
  const records = lines.map((line, at) => {
    const [name = "", type = "", content = "", grey] = line.split(" ");
    return { id: `${at}`, name, type, content, proxied: grey === undefined };
  });
  const own = state([whole], { records });
  const [found] = why(own, nobody, { host, path: "/" }, NOW);
  return found?.looked
    .filter(({ what }) => what === "record")
    .map(({ detail, fits, name }) => `${name}: ${fits}: ${detail}`);
}

test("follows a host through every name that it is an alias of", () => {
  expect(
    recordsOf(
      HOST,
      `c.other.test CNAME ${TUNNEL}`,
      `${HOST} CNAME b.${ZONE}`,
      `*.${ZONE} CNAME C.other.test.`,
      `unrelated.${ZONE} A 192.0.2.1`,
    ),
  ).toEqual([
    `${HOST} CNAME b.${ZONE}: hit: an alias of b.${ZONE}`,
    `*.${ZONE} CNAME C.other.test.: missed: ${HOST} is closer`,
    `*.${ZONE} CNAME C.other.test.: hit: an alias of c.other.test`,
    `c.other.test CNAME ${TUNNEL}: hit: leads to the tunnel home`,
  ]);
});

test.each<[string, string[], string]>([
  [
    "a name that exists without records keeps wildcards from what lies below it",
    [`*.${ZONE} CNAME ${TUNNEL}`, `deep.a.${ZONE} A 192.0.2.1`],
    `*.${ZONE} CNAME ${TUNNEL}: missed: a name above b.a.${ZONE} exists, so the wildcard does not apply below it`,
  ],
  [
    "a closer wildcard goes before another",
    [`*.${ZONE} CNAME ${TUNNEL}`, `*.a.${ZONE} A 192.0.2.1`],
    `*.${ZONE} CNAME ${TUNNEL}: missed: *.a.${ZONE} is closer`,
  ],
  [
    "a text says nothing",
    [`b.a.${ZONE} TXT hello grey`],
    `b.a.${ZONE} TXT hello (not proxied): missed: it is not an address record`,
  ],
  [
    "an alias may lead out of the account",
    [`b.a.${ZONE} CNAME elsewhere.test grey`],
    "elsewhere.test: missed: no record of the account: leads to elsewhere.test, past Cloudflare",
  ],
  [
    "aliases may lead in circles",
    [`b.a.${ZONE} CNAME c.a.${ZONE}`, `c.a.${ZONE} CNAME b.a.${ZONE}`],
    `c.a.${ZONE} CNAME b.a.${ZONE}: hit: the record of b.a.${ZONE} leads in circles`,
  ],
])("of records, %s", (_, lines, said) => {
  expect(recordsOf(`b.a.${ZONE}`, ...lines)).toContain(said);
});

test("takes the path in the spelling that is asked for", () => {
  const application = (path: string) =>
    looked(nobody, path)[0]?.find((line) => line.endsWith("): hit"));
  expect(application("/webhook/x")).toContain("/webhook");
  expect(application("/webhook/../x")).toContain(`(${HOST})`);
  expect(application("/%77ebhook")).toContain("/webhook");
});

test("says what it would depend on", () => {
  const posture = {
    ...allow(),
    name: "devices",
    include: [{ device_posture: { integration_uid: "d1" } }],
  };
  const [lines] = looked(ann, "/", [{ host: HOST, policies: [posture] }]);
  expect(lines).toContain("policy devices: depends");
  expect(lines?.[0]).toBe("depends");
});

const by = (rules: object) => ({ ...allow("ann@example.com"), ...rules });
const email = { email: { email: "ann@example.com" } };
const pin = { allowed_idps: ["another"] };

test.each<[string, Subject, Partial<Host>]>([
  ["nobody has logged in", nobody, { policies: [by({})] }],
  [
    "none of its include rules fits",
    ann,
    { policies: [by({ include: [{ email: { email: "ben@b.c" } }] })] },
  ],
  [
    "not all of its require rules fit",
    ann,
    { policies: [by({ require: [{ email_domain: { domain: "b.c" } }] })] },
  ],
  [
    "one of its exclude rules fits",
    ann,
    { policies: [by({ exclude: [email] })] },
  ],
  [
    "the application does not accept this login method",
    ann,
    { policies: [by({})], ...pin },
  ],
])("says of a policy that is missed: %s", (reason, subject, more) => {
  const own = state([{ host: HOST, ...more }]);
  const applications = own.access.applications.map((one) => ({
    ...one,
    ...("allowed_idps" in more && pin),
  }));
  const account = { ...own, access: { ...own.access, applications } };
  const [found] = why(account, subject, { host: HOST, path: "/" }, NOW);
  expect(found?.looked.find(({ what }) => what === "policy")).toMatchObject({
    fits: "missed",
    detail: `allows, ${reason}`,
  });
});

test("names the application of a host that is written with a dot at the end", () => {
  const dotted = { host: `${HOST}.`, path: "/webhook" };
  const [found] = why(state([whole, open]), nobody, dotted, NOW);
  expect(
    found?.looked
      .filter(({ what }) => what === "application")
      .map(({ fits }) => fits),
  ).toEqual(["missed", "hit"]);
});

const answerOf = (before: readonly Host[], after: readonly Host[]) =>
  newAccess(
    reviewOf(
      { before: state(before), after: state(after), plans: [] },
      { now: NOW },
    ),
  ).answer;

test("new access is yes, no or undecided", () => {
  const more = { ...whole, policies: [allow("ann@example.com", "ben@b.c")] };
  const less = { ...whole, policies: [allow("ann@example.com")] };
  expect(answerOf([less], [more])).toBe("yes");
  expect(answerOf([more], [less])).toBe("no");
  expect(answerOf([whole], [whole])).toBe("no");
  const same = reviewOf(
    { before: state([whole]), after: state([whole]), plans: [] },
    { now: NOW },
  );
  // Waived, too.
  for (const id of ["unread-change", "login-method-trust", "hosts-undecided"])
    expect(
      newAccess({
        ...same,
        findings: [{ id, severity: "note", subject: "x", text: "y" }],
      }).answer,
    ).toBe("undecided");
  const list = {
    ...allow(),
    include: [{ external_evaluation: { evaluate_url: "https://e" } }],
  };
  expect(
    answerOf([less], [{ ...whole, policies: [...less.policies, list] }]),
  ).toBe("undecided");
});

test("says of each way that is possible what the connector makes of it", () => {
  const near = { ...bypass, include: [{ ip: { ip: "192.0.2.0/24" } }] };
  const mtls = { common_name: { common_name: "robot" } };
  const robots = { ...serviceAuth("t1"), name: "robots", include: [mtls] };
  const host = { ...whole, policies: [near, robots, allow("ann@example.com")] };
  const [found] = why(state([host]), nobody, { host: HOST, path: "/" }, NOW);
  expect(found?.verdict.outcome).toBe("depends");
  expect(found?.verdict.reason).toMatch(
    /lets the request through without Access, but the route requires an Access JWT and the request has none/,
  );
  expect(found?.verdict.reason).toMatch(/"robots" admits the request(;|$)/);
});
