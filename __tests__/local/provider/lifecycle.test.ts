import type { JsonObject } from "../../../local/account-objects";
import { everything } from "./objects";
import { summary, TIMEOUT, Workspace } from "./workspace";

jest.setTimeout(TIMEOUT);

let workspace: Workspace;
let objects: ReturnType<typeof everything>;

beforeAll(async () => {
  workspace = await Workspace.open();
  objects = everything(workspace);
});
afterAll(() => workspace.close());

const app = "zero_trust_access_application.comfyui";
const token = "zero_trust_access_service_token.cli";
const id = async (address: string) => (await workspace.state(address))["id"];

test("creates one of each kind with the bodies that the provider sends", async () => {
  workspace.write(objects);

  const writes = await workspace.writes(() => workspace.applied());

  const body = (path: string) =>
    writes.filter((call) => call.path.endsWith(path)).map((call) => call.body);
  expect(writes.every(({ method }) => method === "POST")).toBe(true);
  expect(body("/identity_providers")).toEqual([
    {
      config: { client_id: "google-client", client_secret: "(secret)" },
      name: "Google",
      type: "google",
    },
  ]);
  expect(body("/service_tokens")).toEqual([
    { client_secret_version: 1, duration: "8760h", name: "cli" },
  ]);
  expect(body("/groups")).toEqual([
    {
      include: [
        { email_domain: { domain: "datacrew.space" } },
        { email: { email: "grace@example.org" } },
      ],
      name: "Staff",
    },
  ]);
  expect(body("/policies")).toContainEqual({
    decision: "non_identity",
    include: [{ service_token: { token_id: await id(token) } }],
    name: "Machines",
    session_duration: "24h",
  });
  expect(body("/apps")).toEqual([
    {
      allowed_idps: [await id("zero_trust_access_identity_provider.google")],
      app_launcher_visible: true,
      auto_redirect_to_identity: true,
      domain: "comfyui.datacrew.space",
      enable_binding_cookie: false,
      http_only_cookie_attribute: true,
      name: "ComfyUI",
      options_preflight_bypass: false,
      policies: [
        { id: await id("zero_trust_access_policy.machines"), precedence: 1 },
        { id: await id("zero_trust_access_policy.people"), precedence: 2 },
      ],
      session_duration: "12h",
      type: "self_hosted",
    },
  ]);
  expect(body("/dns_records")).toEqual([
    {
      content: `${workspace.tunnelId}.cfargotunnel.com`,
      name: "made.datacrew.space",
      proxied: true,
      ttl: 1,
      type: "CNAME",
    },
  ]);
});

test("fills the state with what Cloudflare gave", async () => {
  expect(await workspace.state(app)).toMatchObject({
    aud: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
    destinations: [{ type: "public", uri: "comfyui.datacrew.space" }],
    self_hosted_domains: ["comfyui.datacrew.space"],
    // Not the policies in full: they have resources of their own.
    policies: [
      { precedence: 1, name: null, decision: null, include: null },
      { precedence: 2, name: null, decision: null, include: null },
    ],
  });
  expect(await workspace.state(token)).toMatchObject({
    client_id: expect.stringMatching(/\.access$/) as unknown,
    client_secret: expect.stringMatching(/^cfast_/) as unknown,
  });
  const idp = await workspace.state(
    "zero_trust_access_identity_provider.google",
  );
  expect(idp["config"]).toMatchObject({
    client_secret: "google-s3cret",
    redirect_url:
      "https://datacrew.cloudflareaccess.com/cdn-cgi/access/callback",
  });
});

test("plans no change after", async () => {
  expect((await workspace.plan()).code).toBe(0);
});

test("sends null for what was taken out, and repeats what it read", async () => {
  const { allowed_idps, auto_redirect_to_identity, ...rest } =
    objects.zero_trust_access_application.comfyui;
  expect([allowed_idps.length, auto_redirect_to_identity]).toEqual([1, true]);
  workspace.write({
    ...objects,
    zero_trust_access_application: { comfyui: rest },
  });

  const writes = await workspace.writes(() => workspace.applied());

  expect(summary(writes)).toEqual(["PUT apps/:id 200"]);
  expect(writes[0]?.body).toMatchObject({
    allowed_idps: null,
    auto_redirect_to_identity: null,
    destinations: [{ type: "public", uri: "comfyui.datacrew.space" }],
    self_hosted_domains: ["comfyui.datacrew.space"],
  });
  expect((await workspace.plan()).code).toBe(0);
});

test("keeps aud and leaves the places that follow out of a changed domain", async () => {
  const { aud } = await workspace.state(app);
  const changed = structuredClone(objects);
  changed.zero_trust_access_application.comfyui.domain = "art.datacrew.space";
  workspace.write(changed);
  const { text } = await workspace.plan();
  expect(text).toMatch(
    /~ self_hosted_domains = \[.*\] -> \(known after apply\)/,
  );
  expect(text).not.toMatch(/aud = .* -> /);

  const [write] = await workspace.writes(() => workspace.applied());

  expect(write?.body).not.toHaveProperty("destinations");
  expect(write?.body).not.toHaveProperty("self_hosted_domains");
  expect(await workspace.state(app)).toMatchObject({
    aud,
    destinations: [{ uri: "art.datacrew.space" }],
    self_hosted_domains: ["art.datacrew.space"],
  });
  expect((await workspace.plan()).code).toBe(0);
});

test("an application without policies sends an empty list", async () => {
  const changed: { [type: string]: { [name: string]: object } } =
    structuredClone(objects);
  delete (changed["zero_trust_access_application"]?.["comfyui"] as JsonObject)[
    "policies"
  ];
  workspace.write(changed);

  const [write] = await workspace.writes(() => workspace.applied());

  expect(write?.body).toMatchObject({ policies: [] });
  expect((await workspace.plan()).code).toBe(0);
});

test("rotates a token's secret by a higher version, and keeps its id", async () => {
  workspace.write(objects);
  await workspace.applied();
  const before = await workspace.state(token);
  const changed = structuredClone(objects);
  Object.assign(changed.zero_trust_access_service_token.cli, {
    client_secret_version: 2,
    previous_client_secret_expires_at: "2999-01-01T00:00:00Z",
  });
  workspace.write(changed);

  const [write] = await workspace.writes(() => workspace.applied());

  expect(write?.body).toEqual({
    client_secret_version: 2,
    duration: "8760h",
    name: "cli",
    previous_client_secret_expires_at: "2999-01-01T00:00:00Z",
  });
  const after = await workspace.state(token);
  expect(after["client_secret"]).not.toBe(before["client_secret"]);
  expect(after).toMatchObject({
    id: before["id"],
    client_id: before["client_id"],
  });
  expect((await workspace.plan()).code).toBe(0);
});

test("keeps the secret over an update that does not rotate it", async () => {
  const { client_secret } = await workspace.state(token);
  const changed = structuredClone(objects);
  Object.assign(changed.zero_trust_access_service_token.cli, {
    name: "renamed",
    client_secret_version: 2,
    previous_client_secret_expires_at: "2999-01-01T00:00:00Z",
  });
  workspace.write(changed);

  const { text } = await workspace.applied();

  // Its expiry may have changed with it.
  expect(text).toMatch(/expires_at = .* -> \(known after apply\)/);
  expect(await workspace.state(token)).toMatchObject({ client_secret });
});

test.each([
  ["the type of a login method", "identity_provider.google", "type", "github"],
  ["the account of a policy", "policy.people", "account_id", "f".repeat(32)],
])("replaces an object for %s", async (_what, address, name, value) => {
  const [type = "", key = ""] = `zero_trust_access_${address}`.split(".");
  const changed: { [type: string]: { [name: string]: object } } =
    structuredClone(objects);
  Object.assign(changed[type]?.[key] ?? {}, { [name]: value });
  workspace.write(changed);

  expect((await workspace.plan()).text).toMatch(
    new RegExp(`${name} = .*# forces replacement`),
  );
});

test("destroys everything it made", async () => {
  workspace.write(objects);
  await workspace.applied();

  const writes = await workspace.writes(() => workspace.destroy());

  expect(writes.every(({ method }) => method === "DELETE")).toBe(true);
  expect(writes).toHaveLength(7);
  const names = [...workspace.account.applications.values()].map((a) => a.name);
  expect(names).toEqual(["Grafana"]);
});
