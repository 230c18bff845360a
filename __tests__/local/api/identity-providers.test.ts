import { all, cloud, makeApp, refusal, type Cloud } from "./support";

const google = {
  name: "Google",
  type: "google" as const,
  config: { client_id: "id.apps.example", client_secret: "hush" },
};

function make({ client, at }: Cloud, settings: object = {}) {
  const { identityProviders } = client.zeroTrust;
  type Params = Parameters<typeof identityProviders.create>[0];
  return identityProviders.create({
    ...at,
    ...google,
    ...settings,
  } as Params);
}

test("never shows the client secret, and says where Google is to send people", async () => {
  const here = cloud();
  const made = await make(here);
  expect(made).toMatchObject({
    uid: made.id,
    name: "Google",
    type: "google",
    config: {
      client_id: "id.apps.example",
      redirect_url:
        "https://datacrew.cloudflareaccess.com/cdn-cgi/access/callback",
    },
  });
  const list = await all(here.client.zeroTrust.identityProviders.list(here.at));
  expect(JSON.stringify([made, list])).not.toContain("hush");
  expect(made).not.toHaveProperty("scim_config");
  expect(made.config).not.toHaveProperty("pkce_enabled");
  expect(here.account.identityProviders.get(made.id!)).toMatchObject({
    client_secret: "hush",
  });
});

test("shows pkce_enabled as it was set, and unset only where switched", async () => {
  const set = await make(cloud(), {
    config: { ...google.config, pkce_enabled: true },
  });
  expect(set.config).toMatchObject({ pkce_enabled: true });
  const unset = await make(cloud("guide", { showUnsetPkce: true }));
  expect(unset.config).toMatchObject({ pkce_enabled: false });
});

test("takes a new secret, and keeps the old one where an update has none", async () => {
  const here = cloud();
  const { id } = await make(here);
  const { identityProviders } = here.client.zeroTrust;
  const update = (config: object) =>
    identityProviders.update(id!, {
      ...here.at,
      ...google,
      config,
    } as Parameters<typeof identityProviders.update>[1]);
  const secret = () => here.account.identityProviders.get(id!)?.client_secret;
  await update({ client_id: "other", client_secret: null });
  expect(secret()).toBe("hush");
  await update({ client_id: "other", client_secret: "new" });
  expect(secret()).toBe("new");
});

test("allows the same name twice, but one-time PIN only once", async () => {
  const here = cloud();
  const [first, second] = [await make(here), await make(here)];
  expect(first.id).not.toBe(second.id);
  expect(await refusal(make(here, { type: "onetimepin", config: {} }))).toEqual(
    {
      status: 409,
      code: 12132,
      message:
        "access.api.error.conflict: a onetimepin connection already exists",
    },
  );
});

test("deletes a login method that applications name, which go on naming it", async () => {
  const here = cloud();
  const { id } = await make(here);
  await makeApp(here, { allowed_idps: [id] });
  const { identityProviders } = here.client.zeroTrust;

  await identityProviders.delete(id!, here.at);

  expect(await refusal(identityProviders.get(id!, here.at))).toMatchObject({
    status: 404,
    code: 12135,
  });
  expect([...here.account.applications.values()].at(-1)?.allowed_idps).toEqual([
    id,
  ]);
});

test.each([
  ["a type it does not know", { type: "gogle" }],
  ["no client id", { config: { client_secret: "hush" } }],
  ["no client secret", { config: { client_id: "id" } }],
])("fails on %s", async (_fault, settings) => {
  expect(await refusal(make(cloud(), settings))).toMatchObject({
    status: 400,
    code: 12130,
  });
});
