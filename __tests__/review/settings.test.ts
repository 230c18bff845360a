import type {
  AnyPlannedResource,
  Application,
  Plan,
  Policy,
} from "../../review/change";
import { origins } from "../../review/findings/origins";
import { settings } from "../../review/findings/settings";
import { weakened } from "../../review/findings/all";
import { waysIn } from "../../review/findings/ways-in";
import { tokenHeader } from "../../review/findings/token-header";
import type { Material } from "../../review/findings/finding";
import { readPlan } from "../../review/plan";
import { change, planJson } from "./plans";

function materialOf(
  resource: object,
  tunnels: readonly object[] = [],
): Material {
  const one = {
    stack: "web",
    address: "x.y",
    unknown: [],
    ...resource,
  } as unknown as AnyPlannedResource;
  const plan: Plan = {
    stack: "web",
    unread: [],
    outputs: {},
    resources: [one],
  };
  const before = { tunnels };
  return { change: { plans: [plan], before } } as unknown as Material;
}

const APP: Application = { id: "a", name: "App", domain: "app.example.com" };

const ofApp = (before: Partial<Application> | undefined, after: object) =>
  settings(
    materialOf({
      kind: "application",
      action: before ? "update" : "create",
      ...(before && { before: { ...APP, ...before } }),
      after: { ...APP, ...after },
    }),
  ).map(({ id }) => id);

const cors = (more: object) => ({
  cors_headers: {
    allowed_origins: ["https://a.example"],
    allowed_methods: ["GET"],
    ...more,
  },
});

test.each<[string, Partial<Application>, object]>([
  ["http-only-lost", {}, { http_only_cookie_attribute: false }],
  ["binding-cookie-lost", { enable_binding_cookie: true }, {}],
  ["path-cookie-lost", { path_cookie_attribute: true }, {}],
  ["same-site-lowered", {}, { same_site_cookie_attribute: "none" }],
  ["same-site-lowered", { same_site_cookie_attribute: "strict" }, {}],
  ["iframe-allowed", {}, { allow_iframe: true }],
  ["interstitial-skipped", {}, { skip_interstitial: true }],
  [
    "cors-origins",
    cors({}),
    cors({ allowed_origins: ["https://a.example", "https://b.example"] }),
  ],
  ["cors-origins", cors({}), cors({ allow_all_origins: true })],
  ["cors-methods", cors({}), cors({ allowed_methods: ["GET", "DELETE"] })],
  ["cors-headers", cors({}), cors({ allow_all_headers: true })],
  ["cors-credentials", cors({}), cors({ allow_credentials: true })],
  ["deny-page", {}, { custom_deny_url: "https://evil.example/login" }],
  ["deny-page", {}, { custom_non_identity_deny_url: "https://evil.example" }],
  ["session-longer", { session_duration: "1h" }, { session_duration: "24h" }],
])(
  "finds %s of an application, and nothing on the way back",
  (id, before, after) => {
    expect(ofApp(before, after)).toEqual([id]);
    expect(ofApp(after, before)).toEqual([]);
  },
);

test("finds nothing of a new application that has Cloudflare's defaults", () => {
  expect(
    ofApp(undefined, { enable_binding_cookie: false, session_duration: "24h" }),
  ).toEqual([]);
  expect(ofApp(undefined, cors({ allow_credentials: true }))).toEqual([
    "cors-origins",
    "cors-methods",
    "cors-credentials",
  ]);
});

const POLICY: Policy = { id: "p", name: "People", decision: "allow" };
const APPROVAL = {
  approval_required: true,
  approval_groups: [{ approvals_needed: 2 }],
};

test.each<[string, Partial<Policy>, Partial<Policy>]>([
  ["approval-lowered", APPROVAL, {}],
  [
    "approval-lowered",
    APPROVAL,
    { ...APPROVAL, approval_groups: [{ approvals_needed: 1 }] },
  ],
  ["isolation-lost", { isolation_required: true }, {}],
  ["justification-lost", { purpose_justification_required: true }, {}],
  ["session-longer", { session_duration: "1h" }, { session_duration: "2h" }],
])("finds %s of a policy, and nothing on the way back", (id, before, after) => {
  const of = (was: object, is: object) =>
    settings(
      materialOf({
        kind: "policy",
        action: "update",
        before: { ...POLICY, ...was },
        after: { ...POLICY, ...is },
      }),
    ).map((one) => one.id);
  expect(of(before, after)).toEqual([id]);
  expect(of(after, before)).toEqual([]);
});

const ofRoute = (
  was: object | undefined,
  is: object,
  more: object = { action: "update" },
) =>
  origins(
    materialOf({
      kind: "route",
      ...(was && { before: { rule: { originRequest: was }, replaced: null } }),
      after: {
        hostname: "app.example.com",
        rule: { originRequest: is },
        replaced: null,
      },
      ...more,
    }),
  ).map(({ id }) => id);

test.each([
  ["origin-unverified", {}, { noTLSVerify: true }],
  ["origin-name", {}, { originServerName: "evil" }],
  ["origin-name", { originServerName: "nas" }, { matchSNItoHost: true }],
  ["origin-authority", { caPool: "/etc/ca.pem" }, {}],
  ["origin-chosen-by-visitor", {}, { bastionMode: true }],
  ["origin-proxy", {}, { proxyType: "socks" }],
  ["origin-networks", {}, { ipRules: [{ prefix: "10.0.0.0/8", allow: true }] }],
  ["origin-host-header", {}, { httpHostHeader: "admin.internal" }],
])("finds %s of a route", (id, was, is) => {
  expect(ofRoute(was, is)).toEqual([id]);
  expect(ofRoute(is, is)).toEqual([]);
});

test.each([
  [
    "the expected name, which is the visitor's before and after",
    { matchSNItoHost: true, originServerName: "nas" },
    { matchSNItoHost: true, originServerName: "" },
  ],
  [
    "networks, of which none can be reached any more",
    { ipRules: [{ prefix: "10.0.0.0/8", allow: true }] },
    { ipRules: [{ prefix: "10.0.0.0/8", allow: false }] },
  ],
])("finds nothing in a change of %s", (_, was, is) => {
  expect(ofRoute(was, is)).toEqual([]);
});

test("finds of a new route what is unsafe in itself", () => {
  const is = { noTLSVerify: true, originServerName: "nas", connectTimeout: 5 };
  expect(ofRoute(undefined, is, { action: "create" })).toEqual([
    "origin-unverified",
  ]);
});

test("goes on from the rule that a route takes over", () => {
  const is = { noTLSVerify: true, httpHostHeader: "nas" };
  const after = {
    hostname: "app.example.com",
    rule: { originRequest: is },
    replaced: { originRequest: is },
  };
  expect(ofRoute(undefined, is, { action: "create", after })).toEqual([]);
});

test.each<[string, object | undefined, string[], object?]>([
  [
    "a wildcard's rule",
    { hostname: "*.example.com" },
    ["origin-settings-left"],
  ],
  ["the last rule", {}, ["origin-settings-left"]],
  ["a rule to no service", { service: "http_status:404" }, []],
  ["no rule", undefined, []],
  [
    "a wildcard's rule with the same",
    { hostname: "*.example.com" },
    [],
    { httpHostHeader: "nas", noTLSVerify: true },
  ],
])(
  "finds what a new route leaves of the settings that answer today: %s",
  (_, rule, ids, is = {}) => {
    const originRequest = { httpHostHeader: "nas", noTLSVerify: true };
    const rules = rule
      ? [{ service: "https://nas:443", originRequest, ...rule }]
      : [];
    const found = origins(
      materialOf(
        {
          kind: "route",
          action: "create",
          after: {
            tunnel_id: "t",
            hostname: "app.example.com",
            rule: { originRequest: is },
            replaced: null,
          },
        },
        [{ id: "t", rules }],
      ),
    );
    expect(found.map(({ id }) => id)).toEqual(ids);
    for (const { text } of found)
      expect(text).toMatch(/: httpHostHeader "nas", noTLSVerify true$/);
  },
);

test("tells that an application becomes one of another type", () => {
  const [page, terminal] = [{ type: "self_hosted" }, { type: "ssh" }];
  expect(ofApp(page, terminal)).toEqual(["application-type"]);
  expect(ofApp(terminal, page)).toEqual(["application-type"]);
});

test("reads these settings of a plan", () => {
  const address = "cloudflare_zero_trust_access_application.app";
  const values = { id: "a", name: "App", domain: "app.example.com" };
  const plan = readPlan(
    "web",
    planJson([
      change(address, ["update"], {
        before: { ...values, http_only_cookie_attribute: true },
        after: {
          ...values,
          http_only_cookie_attribute: false,
          allow_iframe: true,
          cors_headers: { allow_all_origins: true, allow_all_methods: true },
        },
      }),
    ]),
  );
  const material = { change: { plans: [plan] } } as unknown as Material;
  expect(settings(material).map(({ id }) => id)).toEqual([
    "http-only-lost",
    "iframe-allowed",
    "cors-origins",
    "cors-methods",
  ]);
});

test.each([
  [
    "Authorization",
    "",
    /no longer accepted in the header "Authorization".*refused$/,
  ],
  ["", "X-Token", /also accepted in the header "X-Token"$/],
  [
    "authorization",
    "X-Token",
    /no longer .* and now also accepted in the header "X-Token"/,
  ],
  ["authorization", "Authorization", undefined],
])("a token's header, %j, becomes %j", (was, is, said) => {
  const [finding] = tokenHeader(
    materialOf({
      kind: "application",
      action: "update",
      before: { ...APP, read_service_tokens_from_header: was },
      after: { ...APP, read_service_tokens_from_header: is },
    }),
  );
  if (said) expect(finding?.text).toMatch(said);
  else expect(finding).toBeUndefined();
});

test("policies inside an application are policies, renamed ones too", () => {
  const inside = (more: object) => ({
    ...APP,
    policies: [
      { name: "people", decision: "allow", include: [], ...more },
      { name: "others", decision: "allow", include: [] },
    ],
  });
  const found = [settings, waysIn].flatMap((look) =>
    look(
      materialOf({
        kind: "application",
        action: "update",
        before: inside({
          isolation_required: true,
          purpose_justification_required: true,
          session_duration: "30m",
          mfa_config: { allowed_authenticators: ["security_key"] },
        }),
        after: inside({
          name: "",
          session_duration: "720h",
          mfa_config: { mfa_disabled: true },
        }),
      }),
    ),
  );
  expect(found.map(({ id }) => id)).toEqual([
    "isolation-lost",
    "justification-lost",
    "session-longer",
    "second-factor-lost",
  ]);
});

test("compares a policy inside an application with what it was itself, wherever it stands", () => {
  const all = { id: "1", name: "all", decision: "allow" };
  const none = { id: "2", name: "none", decision: "deny" };
  const found = (before: object[], after: object[]) =>
    settings(
      materialOf({
        kind: "application",
        action: "update",
        before: { ...APP, policies: before },
        after: { ...APP, policies: after },
      }),
    ).map(({ subject, text }) => `${subject}: ${text}`);
  const two = { session_duration: "2h" };
  expect(
    found(
      [{ ...all, ...two }, { id: "3" }],
      [none, { ...all, ...two }, { id: "4", name: "all", decision: "allow" }],
    ),
  ).toEqual([]);
  expect(
    found(
      [{ ...all, ...two }, none],
      [none, { ...all, name: "everyone", session_duration: "3h" }],
    ),
  ).toEqual([
    "policy everyone in App: session duration changes from 2 h to 3 h",
  ]);
});

test("what weakens a login is told apart for a deploy, as a review's errors are", () => {
  const plan = (same_site_cookie_attribute: string) =>
    materialOf({
      kind: "application",
      action: "update",
      before: APP,
      after: { ...APP, same_site_cookie_attribute },
    }).change;
  expect(weakened(plan("lax"))).toEqual([]);
  expect(weakened(plan("none"))).toEqual([
    expect.stringMatching(/^same-site-lowered App: /),
  ]);
});
