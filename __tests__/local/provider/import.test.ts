import { everything } from "./objects";
import { TIMEOUT, Workspace } from "./workspace";

jest.setTimeout(TIMEOUT);

let workspace: Workspace;
let objects: ReturnType<typeof everything>;

beforeAll(async () => {
  workspace = await Workspace.open();
  objects = everything(workspace);
  workspace.write(objects);
  await workspace.applied();
});
afterAll(() => workspace.close());

/** Forgets an object and imports it; the plan that follows is about it alone. */
async function reimport(address: string, owner: string) {
  const { id } = await workspace.state(address);
  await workspace.run("state", "rm", `cloudflare_${address}`);
  const imported = await workspace.import(address, `${owner}/${String(id)}`);
  expect(imported.text).toContain("Import successful!");
  return { id, plan: await workspace.plan() };
}

test.each([
  ["a group", "zero_trust_access_group.staff", "accounts/ACCOUNT"],
  ["a policy", "zero_trust_access_policy.people", "ACCOUNT"],
  ["a DNS record", "dns_record.made", "ZONE"],
  [
    "an application with its toggles stated",
    "zero_trust_access_application.comfyui",
    "accounts/ACCOUNT",
  ],
])("%s shows no change", async (_what, address, owner) => {
  const { plan } = await reimport(
    address,
    owner
      .replace("ACCOUNT", workspace.accountId)
      .replace("ZONE", workspace.zoneId),
  );

  expect(plan.code).toBe(0);
});

test("a login method is told its secret again", async () => {
  const { plan } = await reimport(
    "zero_trust_access_identity_provider.google",
    `accounts/${workspace.accountId}`,
  );

  expect(plan.text).toContain(
    "~ config = { + client_secret = (sensitive value)",
  );
  expect(plan.text).toContain("0 to add, 1 to change, 0 to destroy");
  await workspace.applied();
  expect((await workspace.plan()).code).toBe(0);
});

test("a login method without SCIM has an empty one once it was read", async () => {
  const { scim_config } = await workspace.state(
    "zero_trust_access_identity_provider.google",
  );

  expect(scim_config).toMatchObject({ enabled: null, secret: null });
});

test("a service token is told its version, and its secret is never known", async () => {
  const address = "zero_trust_access_service_token.cli";
  const { id, plan } = await reimport(
    address,
    `accounts/${workspace.accountId}`,
  );

  expect(plan.text).toContain("+ client_secret_version = 1");
  expect(plan.text).toMatch(/~ expires_at = .* -> \(known after apply\)/);
  await workspace.applied();
  expect((await workspace.plan()).code).toBe(0);
  expect(await workspace.state(address)).toMatchObject({
    id,
    client_secret: null,
  });
});

test("an application with toggles left out shows them going from false to null", async () => {
  const { account_id, name, type, domain, session_duration, policies } =
    objects.zero_trust_access_application.comfyui;
  workspace.write({
    ...objects,
    zero_trust_access_application: {
      comfyui: { account_id, name, type, domain, session_duration, policies },
    },
  });
  await workspace.applied();
  expect((await workspace.plan()).code).toBe(0);

  const { plan } = await reimport(
    "zero_trust_access_application.comfyui",
    `accounts/${account_id}`,
  );

  for (const toggle of [
    "auto_redirect_to_identity",
    "enable_binding_cookie",
    "options_preflight_bypass",
  ])
    expect(plan.text).toContain(`- ${toggle} = false -> null`);
  expect(plan.text).toContain("0 to add, 1 to change, 0 to destroy");
});

test.each([
  [
    "zero_trust_access_group.new",
    "ID",
    'expected urlencoded segments "<{accounts|zones}/{account_id|zone_id}>/<group_id>", got "ID"',
  ],
  [
    "zero_trust_access_group.new",
    "teams/x/ID",
    "expected discriminator to be one of {accounts|zones}",
  ],
  [
    "zero_trust_access_policy.new",
    "accounts/x/ID",
    'expected urlencoded segments "<account_id>/<policy_id>", got "accounts/x/ID"',
  ],
  [
    "dns_record.new",
    "ID",
    'expected urlencoded segments "<zone_id>/<dns_record_id>", got "ID"',
  ],
])("fails to import %s from %s", async (address, id, message) => {
  const [type = ""] = address.split(".");
  const [first] = Object.values(objects[type as keyof typeof objects]);
  workspace.write({ [type]: { new: first as object } });

  const { code, text } = await workspace.import(address, id);

  expect(code).toBe(1);
  expect(text).toContain(message);
});

test("fails to import what is not there", async () => {
  const { code, text } = await workspace.import(
    "dns_record.new",
    `${workspace.zoneId}/${"0".repeat(32)}`,
  );

  expect(code).toBe(1);
  expect(text).toContain("failed to make http request");
  expect(text).toContain("404 Not Found");
});
