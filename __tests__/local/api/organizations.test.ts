import { cloud, DEPLOY_TOKEN, refusal } from "./support";

test("tells the team's domain", async () => {
  const { client, at } = cloud();
  expect(await client.zeroTrust.organizations.list(at)).toMatchObject({
    name: "datacrew",
    auth_domain: "datacrew.cloudflareaccess.com",
    session_duration: "24h",
    strict_service_token_auth: false,
  });
});

test("changes only what a write names", async () => {
  const { client, at } = cloud();
  const { organizations } = client.zeroTrust;
  type Params = Parameters<typeof organizations.update>[0];
  await organizations.update({
    ...at,
    auth_domain: "datacrew.cloudflareaccess.com",
    strict_service_token_auth: true,
  } as Params);
  expect(await organizations.list(at)).toMatchObject({
    name: "datacrew",
    strict_service_token_auth: true,
  });
});

test("a PUT clears what it names as null, a PATCH of the dashboard does not", async () => {
  const here = cloud();
  const path = `/accounts/${here.account.id}/access/organizations`;
  const auth_domain = "datacrew.cloudflareaccess.com";
  const write = (method: string, body: object) =>
    here.raw(method, path, {
      headers: {
        authorization: `Bearer ${DEPLOY_TOKEN}`,
        "content-type": "application/json",
      },
      body: JSON.stringify(body),
    });
  await write("PUT", {
    auth_domain,
    session_duration: "8h",
    strict_service_token_auth: true,
    ui_read_only_toggle_reason: "by code",
  });
  await write("PATCH", { strict_service_token_auth: null });
  expect(here.account.organization?.strict_service_token_auth).toBe(true);
  await write("PUT", {
    auth_domain,
    name: null,
    session_duration: null,
    strict_service_token_auth: null,
    ui_read_only_toggle_reason: null,
  });
  const { organization } = here.account;
  expect(organization).toMatchObject({
    name: "datacrew",
    session_duration: "24h",
    strict_service_token_auth: false,
  });
  expect(organization).not.toHaveProperty("ui_read_only_toggle_reason");
});

test("fails on a write without the team's domain", async () => {
  const { client, at } = cloud();
  expect(
    await refusal(client.zeroTrust.organizations.update({ ...at, name: "x" })),
  ).toMatchObject({ status: 400, code: 11004 });
});

test("fails to make a second one", async () => {
  const { client, at } = cloud();
  expect(
    await refusal(
      client.zeroTrust.organizations.create({
        ...at,
        name: "x",
        auth_domain: "x.cloudflareaccess.com",
      }),
    ),
  ).toMatchObject({ status: 409, code: 11002 });
});

test("ends a person's sessions on request", async () => {
  const { client, at, account } = cloud();
  await client.zeroTrust.organizations.revokeUsers({
    ...at,
    email: "Ada@datacrew.space",
  });
  expect(account.revocations).toEqual([
    { email: "ada@datacrew.space", at: "2026-11-24T12:00:00Z" },
  ]);
});

test("fails on everything of Access while Zero Trust is not switched on", async () => {
  const { client, at, account } = cloud();
  account.organization = null;
  const { access, organizations, identityProviders } = client.zeroTrust;
  for (const call of [
    organizations.list(at),
    identityProviders.list(at),
    access.applications.list(at),
    access.policies.list(at),
    access.groups.list(at),
    access.serviceTokens.list(at),
  ]) {
    expect(await refusal(call)).toMatchObject({
      status: 403,
      code: 9999,
      message: expect.stringContaining("access.api.error.not_enabled"),
    });
  }
  await client.zeroTrust.tunnels.cloudflared.list(at);
});
