import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AccessRule } from "../../constructs/access-rule";
import { comfyui } from "../../services/comfyui";
import { AccessStacks } from "../../stacks/app";
import {
  IdentityStack,
  type IdentityStackProps,
} from "../../stacks/identity-stack";
import {
  ServiceStack,
  type ServiceStackProps,
} from "../../stacks/service-stack";

const dir = mkdtempSync(join(tmpdir(), "open-stacks-"));
const previous = process.env.CDKTF_OUTDIR;
beforeAll(() => (process.env.CDKTF_OUTDIR = join(dir, "out")));
afterAll(() => {
  if (previous === undefined) delete process.env.CDKTF_OUTDIR;
  else process.env.CDKTF_OUTDIR = previous;
  rmSync(dir, { recursive: true });
});

const ACCOUNT = {
  accountId: "0123456789abcdef0123456789abcdef",
  stateDir: join(dir, "state"),
};
const PROPS: ServiceStackProps = {
  ...ACCOUNT,
  zone: "example.com",
  tunnel: "home",
  loginMethod: "Google",
  service: comfyui,
  hostname: "comfyui.example.com",
  serviceUrl: "https://nas:5001",
  allowedEmails: ["ann@example.com"],
};

type Blocks = Record<string, Record<string, Record<string, unknown>>>;
interface Written {
  readonly data: Blocks;
  readonly resource: Blocks;
  readonly variable: Record<string, object>;
  readonly removed: readonly { from: string }[];
  readonly output?: Record<string, { value: unknown }>;
}

function written(app: AccessStacks, stack: string): Written {
  app.synth();
  return JSON.parse(
    readFileSync(join(dir, "out/stacks", stack, "cdk.tf.json"), "utf8"),
  ) as Written;
}

function service(
  props: Partial<ServiceStackProps>,
  more: (stack: ServiceStack) => void = () => {},
) {
  const app = new AccessStacks();
  more(new ServiceStack(app, "comfyui", { ...PROPS, ...props }));
  return written(app, "comfyui");
}

function identity(props: Partial<IdentityStackProps>) {
  const app = new AccessStacks();
  new IdentityStack(app, "identity", {
    ...ACCOUNT,
    loginMethod: { name: "One-time PIN" },
    ...props,
  });
  return written(app, "identity");
}

const APP = "cloudflare_zero_trust_access_application";
const IDP = "cloudflare_zero_trust_access_identity_provider";
const PIN = "tunnel_one_time_pin";

test("hands props to the application, the tokens' paths and the way to the service", () => {
  const { resource } = service({
    tokens: [{ name: "bot", paths: ["/api"] }],
    application: { sameSiteCookieAttribute: "none", sessionDuration: "12h" },
    origin: { noTLSVerify: true, originServerName: "nas" },
    openPaths: ["/webhook"],
  });
  const apps = resource[APP] ?? {};
  for (const id of ["comfyui_example_com", "comfyui_example_com__api"])
    expect(apps[id]).toMatchObject({
      same_site_cookie_attribute: "none",
      session_duration: "12h",
    });
  expect(apps["comfyui_example_com__webhook"]).not.toHaveProperty(
    "same_site_cookie_attribute",
  );
  for (const route of Object.values(resource["tunnel_route"] ?? {}))
    expect(route).toMatchObject({
      origin_request: { no_tls_verify: true, origin_server_name: "nas" },
    });
});

test("takes managed OAuth for the whole host, also where tokens have paths", () => {
  const { resource } = service({
    cloudflareProviderVersion: "5.19.0",
    tokens: [{ name: "bot", paths: ["/api"] }],
    application: { oauthConfiguration: { enabled: true } },
  });
  const apps = resource[APP] ?? {};
  expect(apps["comfyui_example_com"]).toHaveProperty("oauth_configuration");
  expect(apps["comfyui_example_com__api"]).not.toHaveProperty(
    "oauth_configuration",
  );
});

test("lets all that it made be read and added to", () => {
  const { resource } = service({ openPaths: ["/webhook"] }, (stack) => {
    stack.app.deny("gone", {
      name: "Gone",
      include: [AccessRule.email("eve@example.com")],
    });
    stack.app.resource.addOverride("logo_url", "https://example.com/l.png");
    stack.people.addRequire(AccessRule.country("DE"));
    stack.route.resource.addOverride("on_destroy", "remove");
    expect(stack.tokens.map(({ name }) => name)).toEqual(["comfyui-api"]);
    expect(stack.openApps).toHaveLength(1);
    expect(stack.openRoutes).toHaveLength(1);
    expect(stack.record.resource.friendlyUniqueId).toBe(
      "comfyui_example_com_record",
    );
  });
  expect(resource[APP]?.["comfyui_example_com"]).toMatchObject({
    logo_url: "https://example.com/l.png",
    policies: [
      { id: expect.stringContaining("api") as unknown },
      { id: expect.stringContaining("gone") as unknown },
      { id: expect.stringContaining("people") as unknown },
    ],
  });
  expect(
    Object.values(resource["cloudflare_zero_trust_access_policy"] ?? {}),
  ).toContainEqual(
    expect.objectContaining({ require: [{ geo: { country_code: "DE" } }] }),
  );
  expect(resource["tunnel_route"]?.["comfyui_example_com_route"]).toMatchObject(
    { on_destroy: "remove" },
  );
});

test("takes several login methods, and then shows the choice", () => {
  const { resource } = service({ loginMethod: ["Google", "One-time PIN"] });
  const app = resource[APP]?.["comfyui_example_com"];
  expect(app?.allowed_idps).toEqual([
    expect.stringContaining('it.name == "Google"'),
    expect.stringContaining('it.type == "onetimepin"'),
  ]);
  expect(app?.auto_redirect_to_identity).toBe(false);
});

test("asks of people and machines what it is told to", () => {
  const { resource } = service({
    denied: [AccessRule.country("KP")],
    policy: {
      purposeJustificationPrompt: "Why?",
      approvalGroups: [
        { approvalsNeeded: 1, emailAddresses: ["bob@example.com"] },
      ],
      isolationRequired: true,
      sessionDuration: "30m",
    },
    tokens: [
      {
        name: "bot",
        exclude: [AccessRule.country("KP")],
        sessionDuration: "15m",
      },
    ],
  });
  expect(
    Object.values(resource["cloudflare_zero_trust_access_policy"] ?? {}),
  ).toEqual([
    expect.objectContaining({
      decision: "non_identity",
      exclude: [{ geo: { country_code: "KP" } }],
      session_duration: "15m",
    }),
    expect.objectContaining({
      decision: "allow",
      exclude: [{ geo: { country_code: "KP" } }],
      purpose_justification_required: true,
      approval_required: true,
      isolation_required: true,
      session_duration: "30m",
    }),
  ]);
});

test("hands out login methods for rules of people and groups", () => {
  const { resource } = service(
    { allowedEmails: [], loginMethod: ["Google", "GitHub"] },
    (stack) => {
      const loginMethod = stack.loginMethod("GitHub");
      stack.people.addInclude(
        AccessRule.githubOrganization({ loginMethod, name: "acme" }),
      );
      expect(() => stack.loginMethod("Gitlab")).toThrow(
        'no login method of this stack is named "Gitlab": there are Google, GitHub',
      );
    },
  );
  expect(
    JSON.stringify(resource["cloudflare_zero_trust_access_policy"]),
  ).toMatch(/github_organization.*GitHub/);

  const app = new AccessStacks();
  const stack = new IdentityStack(app, "identity", {
    ...ACCOUNT,
    loginMethod: { name: "One-time PIN" },
    loginMethods: { GitHub: { type: "github", clientId: "gh" } },
  });
  const loginMethod = stack.loginMethod("GitHub");
  stack.addGroup("acme", {
    include: [AccessRule.githubOrganization({ loginMethod, name: "acme" })],
  });
  expect([...stack.groups.keys()]).toEqual(["acme"]);
  loginMethod.resource.addOverride("config.claims", ["groups"]);
  expect(
    written(app, "identity").resource["cloudflare_zero_trust_access_group"],
  ).toMatchObject({
    group_acme: {
      include: [
        {
          github_organization: {
            name: "acme",
            identity_provider_id: expect.stringContaining(
              `${IDP}.login_github.id`,
            ) as unknown,
          },
        },
      ],
    },
  });
});

test("says how to name people where there are none", () => {
  expect(() => service({ allowedEmails: [] })).toThrow(
    /nobody is named who may log in: .*ACCESS_ALLOWED_EMAILS/,
  );
});

test("needs no Google: a code by mail is made, or used where it is there", () => {
  const { resource, variable } = identity({});
  expect(resource[IDP]).toBeUndefined();
  expect(resource[PIN]).toMatchObject({
    one_time_pin: { account_id: ACCOUNT.accountId, name: "Code by mail" },
  });
  expect(Object.keys(variable)).toEqual(["google_client_secret"]);
});

test("makes several login methods, each secret a variable of its own", () => {
  const { output, removed, resource, variable } = identity({
    loginMethod: { name: "Google", googleClientId: "1.apps.example" },
    loginMethods: {
      GitHub: { type: "github", clientId: "gh" },
      "Company SSO": {
        type: "saml",
        issuerUrl: "urn:example",
        ssoTargetUrl: "https://id.example/sso",
        idpPublicCerts: ["MII"],
      },
      "One-time PIN": { type: "onetimepin" },
    },
  });
  expect(Object.keys(resource[IDP] ?? {}).sort()).toEqual([
    "google",
    "login_company_sso",
    "login_github",
  ]);
  expect(Object.keys(resource[PIN] ?? {})).toEqual(["one_time_pin"]);
  expect(Object.keys(variable).sort()).toEqual([
    "github_client_secret",
    "google_client_secret",
  ]);
  expect(Object.values(variable)).toEqual(
    Object.values(variable).map(() =>
      expect.objectContaining({ sensitive: true, default: "" }),
    ),
  );
  expect(JSON.stringify(resource[IDP]?.["login_github"])).toContain(
    "TF_VAR_github_client_secret",
  );
  expect(Object.keys(output?.redirect_uris?.value ?? {}).sort()).toEqual([
    "Company SSO",
    "GitHub",
  ]);
  expect(removed.map(({ from }) => from)).toEqual([`${IDP}.one_time_pin`]);
});

test("holds the names of all that it makes against the account's, of groups that come later as well", () => {
  const app = new AccessStacks();
  const stack = new IdentityStack(app, "identity", {
    ...ACCOUNT,
    loginMethod: { name: "Google", googleClientId: "1.apps.example" },
    loginMethods: { "One-time PIN": { type: "onetimepin" } },
  });
  stack.addGroup("acme", { emails: ["ann@example.com"] });
  expect(
    written(app, "identity").resource["tunnel_unique_names"],
  ).toMatchObject({
    names: {
      account_id: ACCOUNT.accountId,
      login_methods: { Google: `\${${IDP}.google.id}` },
      groups: {
        acme: "${cloudflare_zero_trust_access_group.group_acme.id}",
      },
    },
  });
});

test("refuses two login methods of one name", () => {
  expect(() =>
    identity({
      loginMethod: { name: "Google", googleClientId: "1.apps.example" },
      loginMethods: { Google: { type: "github", clientId: "gh" } },
    }),
  ).toThrow(/two login methods are named "Google"/);
});

test("leaves a login method in place that it no longer makes", () => {
  const { removed } = identity({});
  expect(removed.map(({ from }) => from)).toEqual([
    `${IDP}.google`,
    "tunnel_unique_names.names",
    `${IDP}.one_time_pin`,
  ]);
});

describe("names", () => {
  const refused = (build: () => unknown) => {
    try {
      build();
    } catch (error) {
      return String(error);
    }
    return "";
  };
  const github = { type: "github", clientId: "gh" } as const;

  test("Google can be one of several without the settings' client", () => {
    const { resource, variable } = identity({
      loginMethods: { Google: { clientId: "1.apps.example" } },
    });
    expect(Object.keys(resource[IDP] ?? {})).toEqual(["login_google"]);
    expect(Object.keys(variable)).toEqual(["google_client_secret"]);
  });

  test("of login methods can't lead to the secret of the settings' client", () => {
    const said = refused(() =>
      identity({
        loginMethod: { name: "Entry", googleClientId: "1.apps.example" },
        loginMethods: { Google: github },
      }),
    );
    expect(said).toContain(
      '"Entry" and "Google" would have one secret, google_client_secret',
    );
  });

  test.each(["One-time PIN", "one-time pin"])(
    "Google can't be named %s",
    (name) => {
      const loginMethod = { name, googleClientId: "1.apps.example" };
      expect(refused(() => identity({ loginMethod }))).toContain(
        `"${name}" is the name of the code by mail, and this is of the type google`,
      );
    },
  );

  test.each([
    ["Müller SSO", "muller_sso"],
    ["ACME (new)", "acme_new_"],
    ["365 Login", "_365_login"],
    ["日本", "u65e5u672c"],
  ])("of a login method may be %s", (name, slug) => {
    const { resource, variable } = identity({
      loginMethod: { name: "One-time PIN" },
      loginMethods: { [name]: github },
    });
    expect(Object.values(resource[IDP] ?? {})).toMatchObject([{ name }]);
    expect(variable).toHaveProperty(`${slug}_client_secret`);
  });

  test.each([
    ["people", {}],
    ["Default", {}],
    ["service", {}],
    ["comfyui_example_com_route", {}],
    ["guests", { guests: [{ email: "bo@example.com", until: "2099-01-01" }] }],
  ])("of a token can't be %s, of another part", (name, props) => {
    const said = refused(() => service({ ...props, tokens: [{ name }] }));
    expect(said).toContain(
      `the name of the token "${name}" is that of another part of this stack`,
    );
  });

  test("of login methods are refused all at once where they clash", () => {
    const said = refused(() =>
      identity({
        loginMethods: {
          "Company SSO": github,
          "company-sso": github,
          "Mail code": { type: "onetimepin" },
          "one-time pin": github,
          "GitHub ": github,
        },
      }),
    );
    expect(said).toMatch(
      /"Company SSO" and "company-sso" would have one secret/,
    );
    expect(said).toMatch(/"One-time PIN" wherever .*got "Mail code"/);
    expect(said).toMatch(/"one-time pin" is the name of the code by mail/);
    expect(said).toMatch(
      /without a space at its beginning or end, got "GitHub "/,
    );
    expect(said).not.toContain("Construct");
  });

  test.each(["methods", "existing"])("of a login method may be %s", (name) => {
    const { resource } = identity({
      loginMethod: { name: "Google" },
      loginMethods: { [name]: github },
    });
    expect(Object.keys(resource[IDP] ?? {})).toEqual([`login_${name}`]);
  });

  test("of the code by mail are one in any case of letters", () => {
    const app = new AccessStacks();
    const stack = new IdentityStack(app, "identity", {
      ...ACCOUNT,
      loginMethod: { name: "one-time pin" },
    });
    expect(stack.loginMethod("One-time pin")).toBe(
      stack.loginMethod("One-time PIN"),
    );
    const own = new ServiceStack(app, "comfyui", {
      ...PROPS,
      loginMethod: ["One-time pin"],
    });
    expect(own.loginMethod("one-time PIN")).toBeDefined();
  });

  test("of groups, tokens, paths and login methods of a service are refused where they clash", () => {
    const include = { emails: ["ann@example.com"] };
    expect(
      refused(() => identity({ groups: { "a b": include, a_b: include } })),
    ).toMatch(/"a b" and "a_b" would be one/);

    const said = refused(() =>
      service({
        loginMethod: ["GitHub", "One-time PIN", "one-time pin"],
        openPaths: ["/a.b", "/a_b", "/c", "/c"],
        tokens: [
          { name: "ci bot" },
          { name: "cibot" },
          { name: "tunnel" },
          { name: "two", paths: ["/t.x", "/t_x"] },
        ],
      }),
    );
    expect(said).toMatch(/loginMethod names "one-time pin" twice/);
    expect(said).toMatch(/"ci bot" and "cibot" would be one/);
    expect(said).toMatch(/token "tunnel" is that of another part/);
    expect(said).toMatch(/paths \/a.b and \/a_b would be one/);
    expect(said).toMatch(/path \/c is named twice/);
    expect(said).toMatch(/paths \/t.x and \/t_x would be one/);
  });

  test("of two stacks that are equal end with one clear message", () => {
    const error = jest.spyOn(console, "error").mockImplementation(() => {});
    AccessStacks.synthesize((app) => {
      new IdentityStack(app, "identity", {
        ...ACCOUNT,
        loginMethod: { name: "Google" },
      });
      new IdentityStack(app, "identity", {
        ...ACCOUNT,
        loginMethod: { name: "Google" },
      });
    });
    expect(error.mock.calls).toEqual([
      [expect.stringMatching(/would have the id "identity"/)],
    ]);
    expect(process.exitCode).toBe(2);
    process.exitCode = 0;
    error.mockRestore();
  });
});

test("binds the login's cookie to the paths of tokens", () => {
  const application = { pathCookieAttribute: true };
  const { resource } = service({
    application,
    tokens: [{ name: "bot", paths: ["/api"] }],
  });
  const apps = resource[APP] ?? {};
  expect(apps["comfyui_example_com__api"]).toHaveProperty(
    "path_cookie_attribute",
    true,
  );
  expect(apps["comfyui_example_com"]).not.toHaveProperty(
    "path_cookie_attribute",
  );
  expect(() => service({ application })).toThrow(/pathCookieAttribute needs/);
});

test.each(["path", "hostname", "destinations", "loginMethods"])(
  "refuses %s among the settings of the application: it would protect less",
  (name) => {
    const application = { [name]: "/x" } as object;
    expect(() => service({ application })).toThrow(
      `there is no application.${name}`,
    );
  },
);

test("whom the application of a host denies, those of its tokens' paths deny", () => {
  const deny = (stack: ServiceStack) =>
    stack.app.deny("gone", {
      name: "gone",
      include: [AccessRule.email("bo@example.com")],
    });
  const { resource } = service(
    { tokens: [{ name: "ci", paths: ["/api"] }], openPaths: ["/hook"] },
    deny,
  );
  const policies = Object.values(
    resource["cloudflare_zero_trust_access_application"] ?? {},
  ).map(({ domain, policies: listed }) => [
    domain,
    JSON.stringify(listed).includes("gone"),
  ]);
  expect(Object.fromEntries(policies)).toEqual({
    "comfyui.example.com": true,
    "comfyui.example.com/api": true,
    // Everybody's, without a login.
    "comfyui.example.com/hook": false,
  });
});

test("a session that is none is refused once, also where tokens have paths", () => {
  const app = new AccessStacks();
  new ServiceStack(app, "comfyui", {
    ...PROPS,
    sessionDuration: "5m",
    tokens: [{ name: "ci", paths: ["/api"] }],
  });
  const faults = app.node.findAll().flatMap((one) => one.node.validate());
  expect(faults).toEqual([expect.stringMatching(/^sessionDuration .*"5m"$/)]);
});

test("no name in Terraform begins with a digit", () => {
  const app = new AccessStacks();
  new ServiceStack(app, "printer", {
    ...PROPS,
    hostname: "3d-printer.example.com",
    openPaths: ["/2fa"],
    tokens: [
      { name: "3d-api" },
      { name: "2nd", paths: ["/1st"] },
      { existing: "0a1b2c3d-1111-4222-8333-444455556666" },
    ],
  });
  const { data, output, resource, variable } = written(app, "printer");
  const names = [data, resource].flatMap((blocks) =>
    Object.values(blocks).flatMap((block) => Object.keys(block)),
  );
  const all = [
    ...names,
    ...Object.keys(output ?? {}),
    ...Object.keys(variable ?? {}),
  ];
  expect(all.filter((name) => !/^[a-z_]/i.test(name))).toEqual([]);
});
