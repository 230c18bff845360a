import { TIMEOUT, Workspace } from "./workspace";

jest.setTimeout(TIMEOUT);

let workspace: Workspace;

beforeEach(async () => {
  workspace = await Workspace.open();
});
afterEach(() => workspace.close());

const account = () => ({ account_id: workspace.accountId });

test("applications by destinations, by hosts and with policies written out", async () => {
  const app = { ...account(), type: "self_hosted" };
  const apps = {
    places: {
      ...app,
      name: "Places",
      destinations: [
        { uri: "one.datacrew.space" },
        { type: "public", uri: "two.datacrew.space/path" },
      ],
      http_only_cookie_attribute: false,
      app_launcher_visible: false,
    },
    hosts: {
      ...app,
      name: "Hosts",
      self_hosted_domains: ["three.datacrew.space", "four.datacrew.space"],
      policies: [],
      allowed_idps: [],
    },
    full: {
      ...app,
      name: "Full",
      domain: "five.datacrew.space",
      cors_headers: {
        allowed_origins: ["https://example.com"],
        allowed_methods: ["GET"],
        allow_credentials: false,
        max_age: 10,
      },
      policies: [
        {
          name: "Inside",
          decision: "allow",
          precedence: 5,
          include: [{ everyone: {} }],
        },
        {
          name: "Next",
          decision: "deny",
          include: [{ email: { email: "a@example.com" } }],
        },
      ],
    },
  };
  workspace.write({ zero_trust_access_application: apps });

  const { text } = await workspace.applied();

  expect(text).toContain("Warning: Attribute Deprecated");
  expect((await workspace.plan()).code).toBe(0);
  expect(
    await workspace.state("zero_trust_access_application.places"),
  ).toMatchObject({
    domain: "one.datacrew.space",
    http_only_cookie_attribute: false,
    session_duration: "24h",
  });
  const full = await workspace.state("zero_trust_access_application.full");
  expect(full["policies"]).toMatchObject([
    { id: null, name: "Inside", precedence: 5 },
    { id: null, name: "Next", precedence: 6 },
  ]);

  workspace.write({
    zero_trust_access_application: {
      ...apps,
      places: {
        ...apps.places,
        destinations: [{ uri: "two.datacrew.space/path" }],
      },
    },
  });
  const [write] = await workspace.writes(() => workspace.applied());
  expect(write?.body).not.toHaveProperty("domain");
  expect(
    await workspace.state("zero_trust_access_application.places"),
  ).toMatchObject({ domain: "two.datacrew.space/path" });
  expect((await workspace.plan()).code).toBe(0);
});

test("a login method with SCIM, and SCIM taken back", async () => {
  const idp = (enabled: boolean) => ({
    zero_trust_access_identity_provider: {
      it: {
        ...account(),
        name: "Google",
        type: "google",
        config: { client_id: "id", client_secret: "secret" },
        scim_config: { enabled, user_deprovision: true },
      },
    },
  });
  workspace.write(idp(true));
  const [create] = await workspace.writes(() => workspace.applied());
  expect(create?.body).toMatchObject({
    scim_config: {
      enabled: true,
      identity_update_behavior: "no_action",
      seat_deprovision: false,
      user_deprovision: true,
    },
  });
  expect((await workspace.plan()).code).toBe(0);

  workspace.write(idp(false));
  const { text } = await workspace.plan();

  expect(text).toContain("~ enabled = true -> false");
  // Cloudflare has told none so far: it might now.
  expect(text).toContain("+ scim_base_url = (known after apply)");
  await workspace.applied();
  expect((await workspace.plan()).code).toBe(0);
});

test("rules of every spelling, in groups and policies", async () => {
  workspace.write({
    zero_trust_access_group: {
      it: {
        ...account(),
        name: "Group",
        is_default: false,
        include: [{ ip: { ip: "192.0.2.0/24" } }],
        exclude: [],
        require: [
          { azure_ad: { id: "a", identity_provider_id: "b" } },
          {
            github_organization: {
              name: "o",
              identity_provider_id: "b",
              team: "t",
            },
          },
        ],
      },
    },
    zero_trust_access_policy: {
      it: {
        ...account(),
        name: "Policy",
        decision: "allow",
        include: [
          { any_valid_service_token: {} },
          { geo: { country_code: "DE" } },
        ],
        exclude: [],
        approval_required: true,
        approval_groups: [
          { approvals_needed: 1, email_addresses: ["a@example.com"] },
        ],
        purpose_justification_required: false,
      },
    },
  });

  const writes = await workspace.writes(() => workspace.applied());

  const group = writes.find(({ path }) => path.endsWith("/groups"));
  expect(group?.body).toMatchObject({
    exclude: [],
    require: [
      { azureAD: { id: "a", identity_provider_id: "b" } },
      { "github-organization": { name: "o", team: "t" } },
    ],
  });
  expect((await workspace.plan()).code).toBe(0);
});
