import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { readPlan } from "../../review/plan";
import { KINDS } from "../../review/resources";
import { change, planJson } from "./plans";

const APP = "cloudflare_zero_trust_access_application.app";
const METHOD = "cloudflare_zero_trust_access_identity_provider.company";

/** What is not read of one changed resource. */
function unreadOf(
  address: string,
  values: Parameters<typeof change>[2],
  actions: readonly string[] = ["create"],
  written: object = {},
): string[] {
  const json = planJson([change(address, actions, values)], {
    [address]: written,
  });
  return readPlan("web", json).unread.map(
    ({ address, what }) => `${address}: ${what}`,
  );
}

test.each([
  ["terraform_data.run", {}],
  ["null_resource.run", {}],
  ["cloudflare_load_balancer.lb", { name: "app.example.com" }],
  ["cloudflare_spectrum_application.s", {}],
  ["cloudflare_custom_hostname.h", {}],
  ["cloudflare_workers_script.w", {}],
  ["cloudflare_pages_domain.p", {}],
  ["cloudflare_snippet.s", {}],
  ["cloudflare_account_member.m", {}],
  ["cloudflare_api_token.t", {}],
  ["cloudflare_zero_trust_tunnel_cloudflared.t", {}],
  ["cloudflare_zero_trust_tunnel_cloudflared_route.r", {}],
  ["google_project_iam_member.m", {}],
  ["random_password.p", {}],
])("does not pass over a changed %s", (address, after) => {
  for (const actions of [["create"], ["update"], ["delete"], ["forget"]])
    expect(unreadOf(address, { before: { id: "1" }, after }, actions)).toEqual([
      expect.stringContaining(address),
    ]);
  expect(unreadOf(address, { before: {}, after }, ["no-op"])).toEqual([]);
});

test("does not pass over any other resource of Cloudflare's provider", () => {
  const lib = dirname(
    require.resolve("@cdktf/provider-cloudflare/package.json"),
  );
  const types = readdirSync(join(lib, "lib"))
    .filter((name) => /^(?!data-)[a-z0-9-]+$/.test(name) && name !== "provider")
    .map((name) => `cloudflare_${name.replaceAll("-", "_")}`);
  expect(types.length).toBeGreaterThan(150);
  const silent = types.filter(
    (type) => unreadOf(`${type}.x`, { after: {} }).length === 0,
  );
  // A record without a name and content is none that is known either.
  const others = ["cloudflare_dns_record"];
  expect(silent.sort()).toEqual(
    [...KINDS.keys()]
      .filter((type) => type.startsWith("cloudflare_"))
      .filter((type) => !others.includes(type))
      .sort(),
  );
});

test.each(["google_secret_manager_secret.s", "google_project_service.s"])(
  "has nothing to say of %s",
  (address) => expect(unreadOf(address, { after: {} })).toEqual([]),
);

const CONFIGURATIONS: Record<string, [object, string]> = {
  "a provisioner": [
    {
      root_module: {
        resources: [
          {
            address: APP,
            mode: "managed",
            type: "cloudflare_zero_trust_access_application",
            provisioners: [{ type: "local-exec" }],
          },
        ],
      },
    },
    APP,
  ],
  "a data source of another provider": [
    {
      root_module: {
        resources: [
          { address: "data.external.x", mode: "data", type: "external" },
        ],
      },
    },
    "data.external.x",
  ],
  "an ephemeral resource": [
    {
      root_module: {
        resources: [{ address: "ephemeral.a.b", mode: "ephemeral", type: "a" }],
      },
    },
    "ephemeral.a.b",
  ],
  "a module": [
    { root_module: { module_calls: { other: { source: "./m" } } } },
    "module.other",
  ],
  "another provider": [
    {
      provider_config: {
        external: { full_name: "registry.terraform.io/hashicorp/external" },
      },
    },
    "provider.external",
  ],
  "a provider of the same name elsewhere": [
    {
      provider_config: {
        cloudflare: { full_name: "example.com/cloudflare/cloudflare" },
      },
    },
    "provider.cloudflare",
  ],
  "a provider led elsewhere": [
    {
      provider_config: {
        cloudflare: {
          full_name: "registry.terraform.io/cloudflare/cloudflare",
          expressions: { base_url: { constant_value: "https://elsewhere" } },
        },
      },
    },
    "provider.cloudflare",
  ],
};

test.each(Object.keys(CONFIGURATIONS))(
  "does not pass over %s, whether or not it changes",
  (name) => {
    const [configuration, address] = CONFIGURATIONS[name]!;
    const { unread } = readPlan("web", planJson([], {}, { configuration }));
    expect(unread.map((one) => one.address)).toEqual([address]);
  },
);

test.each([
  ["a plan of some targets", { complete: false }],
  ["what is deferred", { deferred_changes: [{ reason: "unknown" }] }],
  ["an action", { action_invocations: [{ address: "action.a.b" }] }],
])("does not pass over %s", (_, more) => {
  expect(readPlan("web", planJson([], {}, more)).unread).toHaveLength(1);
});

const APPLICATION = { name: "App", type: "self_hosted", policies: [] };

test.each([
  "domain",
  "destinations",
  "self_hosted_domains",
  "policies",
  "allowed_idps",
  "type",
])("does not pass over %s of an application that is hidden", (name) => {
  const value = { ...APPLICATION, [name]: "x" };
  expect(
    unreadOf(APP, { after: value, sensitive: { [name]: true } }),
  ).toContainEqual(expect.stringContaining(name));
  const rest = Object.fromEntries(
    Object.entries(value).filter(([key]) => key !== name),
  );
  expect(
    unreadOf(
      APP,
      { after: rest, unknown: { id: true, [name]: true } },
      ["create"],
      { [name]: "${terraform_data.x.output}" },
    ),
  ).toContainEqual(expect.stringContaining(name));
});

test.each([
  "name",
  "logo_url",
  "custom_deny_message",
  "custom_deny_url",
  "same_site_cookie_attribute",
  "session_duration",
  "read_service_tokens_from_header",
])(
  "does not pass over %s of an application that is hidden: it shows a secret, or weakens a login",
  (name) => {
    const value = { ...APPLICATION, [name]: "x" };
    const written = { [name]: "${terraform_data.x.output}" };
    const said = expect.stringContaining(`${name}: sensitive, or not known`);
    expect(
      unreadOf(
        APP,
        { after: value, sensitive: { [name]: true } },
        ["create"],
        written,
      ),
    ).toContainEqual(said);
    expect(
      unreadOf(
        APP,
        { after: APPLICATION, unknown: { id: true, [name]: true } },
        ["create"],
        written,
      ),
    ).toContainEqual(said);
  },
);

test.each([
  METHOD,
  "cloudflare_zero_trust_access_service_token.t",
  "cloudflare_zero_trust_access_group.g",
])("does not pass over a hidden name of %s: everybody sees it", (address) => {
  const type = address === METHOD ? { type: "google", config: {} } : {};
  expect(
    unreadOf(
      address,
      {
        after: { id: "1", name: "x", client_secret: "s", ...type },
        sensitive: { name: true, client_secret: true },
      },
      ["update"],
      { name: "${x.y.client_secret}" },
    ),
  ).toContainEqual(expect.stringMatching(/: name: sensitive, or not known/));
});

test("takes what the code leaves to Cloudflare as read", () => {
  expect(
    unreadOf(
      APP,
      {
        after: { ...APPLICATION, domain: "a.example.com" },
        unknown: {
          ...{ id: true, aud: true, destinations: true },
          ...{ self_hosted_domains: true, saas_app: true },
        },
      },
      ["create"],
      { domain: "a.example.com" },
    ),
  ).toEqual([]);
});

test.each([
  [APP, { saas_app: { type: "saml" } }],
  [APP, { type: "dash_sso" }],
  [APP, { destinations: [{ type: "private", cidr: "10.0.0.0/8" }] }],
  [
    "cloudflare_zero_trust_access_policy.p",
    { connection_rules: { rdp: { allowed: true } } },
  ],
  [METHOD, { scim_config: { enabled: true } }],
  ["cloudflare_dns_record.r", { never_heard_of: 1 }],
])("does not pass over what it can't judge: %s %j", (address, more) => {
  const name = Object.keys(more)[0]!;
  expect(
    unreadOf(address, {
      after: { name: "x", ...(address === APP && APPLICATION), ...more },
    }),
  ).toContainEqual(expect.stringContaining(name.replace(/s$/, "")));
});

test("does not pass over an object whose id is hidden", () => {
  expect(
    unreadOf(
      "cloudflare_zero_trust_access_policy.p",
      { before: { id: "p1", decision: "allow" }, sensitive: { id: true } },
      ["delete"],
    ),
  ).toEqual([expect.stringContaining("id is hidden")]);
});

test("reads a login method whole, and keeps its secret", () => {
  const values = { id: "m", name: "Company", type: "oidc" };
  const plan = readPlan(
    "web",
    planJson([
      change(METHOD, ["update"], {
        before: {
          ...values,
          config: { client_secret: "old-secret", certs_url: "https://a" },
        },
        after: {
          ...values,
          config: { client_secret: "new-secret", certs_url: "https://b" },
        },
        sensitive: { config: { client_secret: true } },
      }),
    ]),
  );
  expect(plan.unread).toEqual([]);
  expect(plan.resources).toMatchObject([
    { changed: ["config.client_secret", "config.certs_url"] },
  ]);
  expect(JSON.stringify(plan)).not.toContain('-secret"');
});

test("does not pass over a hidden URL of a login method", () => {
  const after = {
    ...{ id: "m", name: "Company", type: "oidc" },
    config: { client_secret: "s", certs_url: "https://a" },
  };
  expect(
    unreadOf(METHOD, {
      after,
      sensitive: { config: { client_secret: true, certs_url: true } },
    }),
  ).toEqual([expect.stringMatching(/: config\.certs_url:/)]);
});

test("what Terraform lets go of for its successor stays", () => {
  const values = { id: "g1", name: "Group", include: [] };
  const { resources } = readPlan(
    "web",
    planJson([
      change("cloudflare_zero_trust_access_group.g", ["create", "forget"], {
        before: values,
        after: values,
      }),
    ]),
  );
  expect(resources).toMatchObject([{ action: "create" }]);
});
