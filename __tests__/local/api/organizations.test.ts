import { cloud, refusal } from "./support";

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
