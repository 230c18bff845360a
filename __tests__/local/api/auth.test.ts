import {
  ACCOUNT_TOKEN,
  all,
  cloud,
  DEPLOY_TOKEN,
  makeApp,
  refusal,
  REVIEW_TOKEN,
} from "./support";

const unknownToken = "x".repeat(40);

test("verifies a user's token", async () => {
  const here = cloud();
  const { status, body } = await here.raw("GET", "/user/tokens/verify");
  expect(status).toBe(200);
  expect(body).toMatchObject({
    success: true,
    result: { id: expect.any(String), status: "active" },
    messages: [{ code: 10000, message: "This API Token is valid and active" }],
  });
});

test("verifies an account's token at the account's endpoint only", async () => {
  const here = cloud();
  const client = here.clientWith(ACCOUNT_TOKEN);
  expect(await client.accounts.tokens.verify(here.at)).toMatchObject({
    status: "active",
  });
  expect(await refusal(client.user.tokens.verify())).toEqual({
    status: 401,
    code: 1000,
    message: "Invalid API Token",
  });
  expect(
    await refusal(here.client.accounts.tokens.verify(here.at)),
  ).toMatchObject({ code: 1000 });
});

test("tells a token's status, and refuses one that is over everywhere else", async () => {
  const here = cloud();
  const [token] = here.account.apiTokens;
  token!.expires_on = "2026-11-24T13:00:00Z";
  const status = async () => (await here.client.user.tokens.verify())?.status;
  expect(await status()).toBe("active");
  here.pass(3_600_000);
  expect(await status()).toBe("expired");
  expect(await refusal(makeApp(here))).toMatchObject({
    status: 403,
    code: 10000,
  });
  token!.status = "disabled";
  expect(await status()).toBe("disabled");
});

test.each([
  ["/user/tokens/verify", 401, 1000, "Invalid API Token"],
  ["/zones", 403, 9109, "Invalid access token"],
  ["/accounts/:account/access/apps", 403, 10000, "Authentication error"],
])("fails at %s with an unknown token", async (path, status, code, message) => {
  const here = cloud();
  const answer = await here.raw(
    "GET",
    path.replace(":account", here.account.id),
    { headers: { authorization: `Bearer ${unknownToken}` } },
  );
  expect(answer.status).toBe(status);
  expect(answer.body.errors[0]).toMatchObject({ code, message });
});

test("answers an unknown token with 400 where switched", async () => {
  const here = cloud("guide", { invalidTokenStatus: 400 });
  const client = here.clientWith(unknownToken);
  expect(await refusal(client.user.tokens.verify())).toMatchObject({
    status: 400,
    code: 1000,
  });
});

test.each(["short", "Bearer short", "Token " + DEPLOY_TOKEN, "Bearer a b"])(
  "fails on the header %j",
  async (authorization) => {
    const { status, body } = await cloud().raw("GET", "/zones", {
      headers: { authorization },
    });
    expect(status).toBe(400);
    expect(body.errors[0]).toMatchObject({
      code: 6003,
      message: "Invalid request headers",
      error_chain: [
        { code: 6111, message: "Invalid format for Authorization header" },
      ],
    });
  },
);

test("fails without a token", async () => {
  const here = cloud();
  const code = async (path: string, headers: Record<string, string> = {}) =>
    (await here.raw("GET", path, { headers })).body.errors[0]!.code;
  expect(await code("/user/tokens/verify")).toBe(1001);
  expect(await code("/zones")).toBe(9106);
  expect(await code("/zones", { "x-auth-key": "k" })).toBe(9103);
});

test("lets a token read where it may not write", async () => {
  const here = cloud();
  const client = here.clientWith(REVIEW_TOKEN);
  const { access, tunnels } = client.zeroTrust;
  expect(await all(access.applications.list(here.at))).toHaveLength(1);
  expect(await all(client.zones.list())).toHaveLength(1);
  await tunnels.cloudflared.configurations.get(here.tunnelId, here.at);

  const { status, body } = await here.raw(
    "POST",
    `/accounts/${here.account.id}/access/apps`,
    { headers: { authorization: `Bearer ${REVIEW_TOKEN}` }, body: "{}" },
  );
  expect(status).toBe(403);
  expect(body.errors[0]).toEqual({
    code: 10000,
    message: "Forbidden",
    documentation_url:
      "https://developers.cloudflare.com/fundamentals/api/reference/permissions/",
  });
});

test("words a refused write as each part of Cloudflare does", async () => {
  const here = cloud();
  const client = here.clientWith(REVIEW_TOKEN);
  const { configurations, token } = client.zeroTrust.tunnels.cloudflared;
  const put = configurations.update(here.tunnelId, { ...here.at, config: {} });
  expect(await refusal(put)).toMatchObject({
    status: 403,
    code: 10000,
    message: "PUT method not allowed for the api_token authentication scheme",
  });
  expect(await refusal(token.get(here.tunnelId, here.at))).toMatchObject({
    status: 403,
    code: 10000,
  });
  const [record] = [...here.account.dnsRecords.keys()];
  const deletion = client.dns.records.delete(record!, {
    zone_id: here.zoneId,
  });
  expect(await refusal(deletion)).toMatchObject({ status: 403, code: 9109 });
});

test("lists permission groups only to who may read tokens", async () => {
  const here = cloud();
  const list = () =>
    all(here.client.accounts.tokens.permissionGroups.list(here.at));
  expect(await refusal(list())).toMatchObject({ status: 403, code: 9109 });
  here.account.apiTokens[0]!.permissions.push("Account API Tokens Read");
  expect(await list()).toContainEqual({
    id: "c07321b023e944ff818fec44d8203567",
    name: "Cloudflare Tunnel Write",
    scopes: ["com.cloudflare.api.account"],
  });
});

test("lists accounts to users, not to tokens of an account", async () => {
  const here = cloud();
  expect(await all(here.client.accounts.list())).toMatchObject([
    { id: here.account.id, name: "Datacrew" },
  ]);
  const client = here.clientWith(ACCOUNT_TOKEN);
  expect(await refusal(all(client.accounts.list()))).toMatchObject({
    status: 403,
  });
  expect(await client.accounts.get(here.at)).toMatchObject({
    name: "Datacrew",
  });
});

test("fails on another account", async () => {
  const { client } = cloud();
  expect(
    await refusal(
      client.zeroTrust.access.applications.list({
        account_id: "0".repeat(32),
      }),
    ),
  ).toMatchObject({ status: 403, code: 10000 });
});
