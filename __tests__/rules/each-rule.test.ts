import { AccessRule } from "../../constructs/access-rule";
import { openPathPattern } from "../../ingress/open-path";
import type {
  AccountState,
  Change,
  PlannedResource,
  Route,
} from "../../review/change";
import { RULE_IDS, type RuleId } from "../../contract/rule-ids";
import { brokenIn, changeWith, HOST, inAccount, override } from "./house";

const APP = "cloudflare_zero_trust_access_application";
const POLICY = "cloudflare_zero_trust_access_policy";

/** One policy of the stack, with other values. */
const policyWith = (id: string, values: Record<string, unknown>) =>
  changeWith({}, (stack) =>
    override(stack, POLICY, values, ({ node }) =>
      node.path.split("/").includes(id),
    ),
  );
const people = (values: Record<string, unknown>) =>
  policyWith("people", values);
const machines = (values: Record<string, unknown>) =>
  policyWith("comfyui-api", values);
const appWith = (values: Record<string, unknown>) =>
  changeWith({}, (stack) => override(stack, APP, values));

const onHost = (domain: string) => ({
  domain,
  destinations: [{ type: "public", uri: domain }],
});

/** What another server says of people. */
const EVALUATION = AccessRule.raw({
  external_evaluation: {
    evaluate_url: "https://elsewhere.example",
    keys_url: "https://elsewhere.example/keys",
  },
});

/** A change that breaks the rule, and where it says so. */
const BROKEN: Record<RuleId, () => readonly [Change, string]> = {
  "public-host": () => [appWith(onHost("other.example.com")), HOST],
  "wildcard-host": () => [
    changeWith({}, (stack) => {
      override(stack, APP, onHost("*.example.com"));
      override(stack, "tunnel_route", { hostname: "*.example.com" });
      override(stack, "tunnel_dns_record", { name: "*.example.com" });
    }),
    "*.example.com",
  ],
  "allow-everyone": () => [people({ include: [{ everyone: {} }] }), HOST],
  "any-account": () => [
    inAccount(
      changeWith({
        allowed: [AccessRule.loginMethod({ identityProviderId: "idp" })],
      }),
      withLoginMethod("google"),
    ),
    HOST,
  ],
  "allow-by-place": () => [
    changeWith({ allowed: [AccessRule.country("de")] }),
    HOST,
  ],
  "public-mail-domain": () => [
    changeWith({ allowedEmailDomains: ["gmail.com"] }),
    HOST,
  ],
  "bypass-wider-than-paths": () => [
    people({ decision: "bypass", include: [{ ip: { ip: "192.0.2.0/24" } }] }),
    HOST,
  ],
  "service-auth-without-token": () => [
    machines({ include: [{ ip: { ip: "192.0.2.0/24" } }] }),
    HOST,
  ],
  "any-service-token": () => [
    machines({ include: [{ any_valid_service_token: {} }] }),
    HOST,
  ],
  "service-token-in-allow-policy": () => [
    changeWith({ allowed: [AccessRule.serviceToken({ serviceTokenId: "t" })] }),
    HOST,
  ],
  "no-login-method-pinned": () => [appWith({ allowed_idps: undefined }), HOST],
  "session-too-long": () => [changeWith({ sessionDuration: "169h" }), HOST],
  "preflight-bypass": () => [appWith({ options_preflight_bypass: true }), HOST],
  "token-without-expiry": () => [
    changeWith({ tokens: [{ name: "ci", duration: "forever" }] }),
    "ci",
  ],
  "token-too-long": () => [
    changeWith({ tokens: [{ name: "ci", duration: "8761h" }] }),
    "ci",
  ],
  "route-without-jwt-check": () => [
    changeWith({}, (stack) =>
      override(stack, "tunnel_route", {
        "origin_request.access": undefined,
      }),
    ),
    HOST,
  ],
  "dns-not-proxied": () => [
    inAccount(changeWith({ dnsRecord: "existing" }), withRecord(false)),
    HOST,
  ],
  "mail-or-proof-record": () => {
    const change = changeWith();
    const mail: PlannedResource<"dns_record"> = {
      stack: "comfyui",
      address: "cloudflare_dns_record.mail",
      kind: "dns_record",
      action: "create",
      after: {
        id: "mx",
        name: "example.com",
        type: "MX",
        content: "mail.example.net",
        proxied: false,
      },
      unknown: [],
      changed: [],
    };
    const plans = change.plans.map((plan) =>
      plan.stack === "comfyui"
        ? { ...plan, resources: [...plan.resources, mail] }
        : plan,
    );
    return [{ ...change, plans }, "example.com"];
  },
  "destroy-restores-public": () => [renamed({}), "old.example.com"],
  "login-method-trust": () => {
    const change = changeWith();
    const moved: PlannedResource<"login_method"> = {
      stack: "comfyui",
      address: "cloudflare_zero_trust_access_identity_provider.company",
      kind: "login_method",
      action: "update",
      after: { id: "idp", name: "Company", type: "oidc" },
      unknown: [],
      changed: ["config.certs_url"],
    };
    const plans = change.plans.map((plan) =>
      plan.stack === "comfyui"
        ? { ...plan, resources: [...plan.resources, moved] }
        : plan,
    );
    return [{ ...change, plans }, "Company"];
  },
  "secret-store": () => {
    const change = changeWith();
    const secretPlaces = [
      {
        address: "google_secret_manager_secret.key",
        project: "somebody-elses",
      },
    ];
    const plans = change.plans.map((plan) =>
      plan.stack === "comfyui" ? { ...plan, secretPlaces } : plan,
    );
    return [{ ...change, plans }, "somebody-elses"];
  },
  "access-undecided": () => [
    inAccount(throughIdp(EVALUATION), (state) =>
      withLoginMethod("okta")(withRecord(true)(state)),
    ),
    HOST,
  ],
  "unread-change": () => {
    const change = changeWith();
    const unread = [{ address: "a_type.name", what: "not known" }];
    const plans = change.plans.map((plan) => ({
      ...plan,
      unread: plan.stack === "comfyui" ? unread : [],
    }));
    return [{ ...change, plans }, "a_type.name"];
  },
};

test.each(RULE_IDS)(
  "%s is found where it is broken, and nothing else is",
  (id) => {
    const [change, about] = BROKEN[id]();
    expect(brokenIn(change)).toEqual([`${id} comfyui: ${about}`]);
  },
);

/** What is near to breaking a rule and does not. */
const KEPT: Record<string, () => Change> = {
  "everyone, who must fit an ending as well": () =>
    people({
      include: [{ everyone: {} }],
      require: [{ email_domain: { domain: "example.com" } }],
    }),
  "a place that is required of people": () =>
    changeWith({ required: [AccessRule.country("de")] }),
  "any account of a login method of the company": () =>
    inAccount(
      changeWith({
        allowed: [AccessRule.loginMethod({ identityProviderId: "idp" })],
      }),
      withLoginMethod("google-apps"),
    ),
  "a way to log in, where only the company's accounts do": () =>
    inAccount(
      throughIdp(AccessRule.authMethod("mfa")),
      withLoginMethod("okta"),
    ),
  "an address with a provider of mailboxes": () =>
    changeWith({ allowedEmails: ["ann@gmail.com"] }),
  "a group of which only the login method knows the members": () =>
    inAccount(
      throughIdp(
        AccessRule.raw({
          okta: { name: "staff", identity_provider_id: "idp" },
        }),
      ),
      (state) => withLoginMethod("okta")(withRecord(true)(state)),
    ),
  "members of the account, as only Cloudflare knows them": () =>
    inAccount(throughIdp(AccessRule.cloudflareAccountMember()), (state) =>
      withLoginMethod("cloudflare")(withRecord(true)(state)),
    ),
  "a week": () => changeWith({ sessionDuration: "168h" }),
  "a route that leads nowhere": () =>
    changeWith({}, (stack) =>
      override(stack, "tunnel_route", {
        service: "http_status:404",
        "origin_request.access": undefined,
      }),
    ),
  "a record that is proxied": () =>
    inAccount(changeWith({ dnsRecord: "existing" }), withRecord(true)),
  "a rule that does not come back": () => renamed({ on_destroy: "remove" }),
  "a rule that comes back and checks the JWT": () =>
    renamed({
      replaced: {
        hostname: "old.example.com",
        service: "http://caddy:80",
        originRequest: {
          access: { required: true, teamName: "t", audTag: ["a"] },
        },
      },
    }),
};

test.each(Object.keys(KEPT))("%s breaks none", (name) => {
  const change = KEPT[name]?.();
  expect(change && brokenIn(change)).toEqual([]);
});

test.each(["gmail.com", "@GMail.com", "Yahoo.co.uk", "mailinator.com"])(
  "anyone has a mailbox at %s",
  (domain) => {
    const change = people({ include: [{ email_domain: { domain } }] });
    expect(brokenIn(change)).toEqual([`public-mail-domain comfyui: ${HOST}`]);
  },
);

test.each([AccessRule.authMethod("mfa"), AccessRule.userRiskScore("low")])(
  "a rule that any account can fulfil admits any account: %j",
  (rule) => {
    const change = inAccount(throughIdp(rule), withLoginMethod("onetimepin"));
    expect(brokenIn(change)).toEqual([`any-account comfyui: ${HOST}`]);
  },
);

test.each([
  [{}, [`any-account comfyui: ${HOST}`]],
  [{ restrict_to_account_members: true }, []],
])(
  "any login at Cloudflare, set up with %j, is any account or a member's",
  (config, broken) => {
    const change = inAccount(
      throughIdp(AccessRule.loginMethod({ identityProviderId: "idp" })),
      withLoginMethod("cloudflare", config),
    );
    expect(brokenIn(change)).toEqual(broken);
  },
);

test("a group is looked into, however deep it lies", () => {
  const inGroup = (id: string, include: object[]) => ({
    id,
    name: id,
    include: include as Record<string, object>[],
  });
  const change = changeWith({
    allowed: [AccessRule.group({ accessGroupId: "outer" })],
  });
  const withGroups = inAccount(change, (state) => ({
    ...state,
    access: {
      ...state.access,
      groups: [
        // Each names the other: Cloudflare lets them.
        inGroup("outer", [{ group: { id: "inner" } }]),
        inGroup("inner", [{ group: { id: "outer" } }, { everyone: {} }]),
      ],
    },
  }));
  expect(brokenIn(withGroups)).toEqual([`allow-everyone comfyui: ${HOST}`]);
});

test.each([
  ["^/hooked", true],
  ["^/hook/.*", true],
  ["^/hook(/.*)?$", true],
  ["^/hook", true],
  [openPathPattern("/hook"), false],
  ["^/hook/order\\.created$", false],
])(
  "a route for %s needs a check where only /hook is to be open: %j",
  (path, needed) => {
    const change = changeWith({ openPaths: ["/hook"] }, (stack) =>
      override(stack, "tunnel_route", { path }, ({ node }) =>
        node.path.includes("hook"),
      ),
    );
    expect(brokenIn(change)).toEqual(
      needed ? [`route-without-jwt-check comfyui: ${HOST} ${path}`] : [],
    );
  },
);

/** A service that lets in whoever fits the rule, by the login method "idp". */
function throughIdp(rule: AccessRule): Change {
  const change = changeWith({
    allowed: [rule],
    cloudflareProviderVersion: "5.22.0",
  });
  const plans = change.plans.map((plan) => ({
    ...plan,
    resources: plan.resources.map((one) =>
      one.kind === "application" && one.after
        ? { ...one, after: { ...one.after, allowed_idps: ["idp"] } }
        : one,
    ),
  }));
  return { ...change, plans };
}

function withLoginMethod(type: string, config: Record<string, unknown> = {}) {
  return (state: AccountState): AccountState => ({
    ...state,
    access: {
      ...state.access,
      identity_providers: [{ id: "idp", name: "Company", type, config }],
    },
  });
}

function withRecord(proxied: boolean) {
  const record = {
    id: "1",
    name: HOST,
    type: "A",
    content: "192.0.2.1",
    proxied,
  };
  return (state: AccountState): AccountState => ({
    ...state,
    records: [record],
  });
}

/** A host that was another before, with a rule to put back there. */
function renamed(more: Partial<Route>): Change {
  const hostname = "old.example.com";
  const before: Route = {
    id: `a/t/${hostname}`,
    tunnel_id: "t",
    hostname,
    rule: { hostname, service: "http://caddy:80" },
    on_destroy: "restore",
    replaced: { hostname, service: "http://open:80" },
    ...more,
  };
  const change = changeWith();
  const gone = {
    stack: "comfyui",
    address: "tunnel_route.old",
    kind: "route" as const,
    action: "delete" as const,
    before,
    unknown: [],
  };
  const plans = change.plans.map((plan) =>
    plan.stack === "comfyui"
      ? { ...plan, resources: [...plan.resources, gone] }
      : plan,
  );
  const tunnel = {
    id: "t",
    name: "home",
    source: "cloudflare" as const,
    rules: [before.rule, { service: "http_status:404" }],
  };
  return inAccount({ ...change, plans }, (state) => ({
    ...state,
    tunnels: [tunnel],
  }));
}

test.each([
  { certificate: {} },
  { common_name: { common_name: "robot" } },
  { device_posture: { integration_uid: "d1" } },
  { linked_app_token: { app_uid: "a1" } },
])("nobody can tell whom a Service Auth policy lets in by %j", (rule) => {
  const change = inAccount(machines({ include: [rule] }), withRecord(true));
  expect(brokenIn(change)).toContain(`access-undecided comfyui: ${HOST}`);
});
