import { cloud, DEPLOY_TOKEN, type Cloud } from "./support";

let here: Cloud;
beforeEach(() => {
  here = cloud();
  const { account } = here;
  const common = {
    app_id: "app",
    ip_address: "198.51.100.7",
    country: "NL",
  };
  account.nonIdentityLogins.push(
    {
      ...common,
      at: "2026-11-24T11:00:00Z",
      policy_id: "policy",
      service_token_id: "token",
      success: true,
      ray_id: "ray1",
    },
    {
      ...common,
      at: "2026-11-24T11:02:00Z",
      policy_id: "",
      service_token_id: "",
      success: false,
      ray_id: "ray3",
    },
  );
  account.accessLog.push({
    user_email: "ada@datacrew.space",
    user_id: "ada",
    ip_address: "198.51.100.8",
    app_uid: "app",
    app_domain: "comfyui.datacrew.space",
    action: "login",
    connection: "google",
    allowed: true,
    created_at: "2026-11-24T11:01:00Z",
    ray_id: "ray2",
  });
});

async function ask(
  args: string,
  { fields = "cfRayId", tag = here.account.id } = {},
) {
  const query = `{ viewer { accounts(filter: {accountTag: "${tag}"}) {
    accessLoginRequestsAdaptiveGroups(${args}) { dimensions { ${fields} } }
  } } }`;
  const { body, status } = await here.raw("POST", "/graphql", {
    headers: { authorization: `Bearer ${DEPLOY_TOKEN}` },
    body: JSON.stringify({ query }),
  });
  return { status, ...(body as unknown as Answer) };
}

interface Answer {
  data: {
    viewer: {
      accounts: {
        accessLoginRequestsAdaptiveGroups: { dimensions: object }[];
      }[];
    };
  } | null;
  errors: { message: string }[] | null;
}

const rows = ({ data }: Answer) =>
  data?.viewer.accounts[0]?.accessLoginRequestsAdaptiveGroups.map(
    ({ dimensions }) => dimensions,
  );

test.each([
  ["limit: 9", ["ray1", "ray2", "ray3"]],
  ["limit: 2", ["ray1", "ray2"]],
  ["limit: 9, orderBy: [datetime_DESC]", ["ray3", "ray2", "ray1"]],
  ['limit: 9, filter: {identityProvider: "nonidentity"}', ["ray1", "ray3"]],
  ["limit: 9, filter: {isSuccessfulLogin: 0}", ["ray3"]],
  [
    'limit: 9, filter: {datetime_geq: "2026-11-24T11:01:00Z", datetime_lt: "2026-11-24T11:02:00Z"}',
    ["ray2"],
  ],
  [
    'limit: 9, filter: {datetime_gt: "2026-11-24T11:01:00Z", datetime_leq: "2026-11-24T11:02:00Z"}',
    ["ray3"],
  ],
])("logins by (%s) are %j", async (args, rays) => {
  expect(rows(await ask(args))).toEqual(rays.map((cfRayId) => ({ cfRayId })));
});

test("tells of a machine what Cloudflare does", async () => {
  const fields =
    "appId approvingPolicyId country datetime identityProvider ipAddress isSuccessfulLogin serviceTokenId userUuid";
  expect(rows(await ask("limit: 1", { fields }))).toEqual([
    {
      appId: "app",
      approvingPolicyId: "policy",
      country: "NL",
      datetime: "2026-11-24T11:00:00Z",
      identityProvider: "nonidentity",
      ipAddress: "198.51.100.7",
      isSuccessfulLogin: 1,
      serviceTokenId: "token",
      userUuid: "",
    },
  ]);
});

test.each([
  ["without a limit", "", {}],
  ["for a field that there is not", "limit: 1", { fields: "email" }],
])("fails %s, with 200", async (_name, args, options) => {
  const { data, errors, status } = await ask(args || "orderBy: []", options);
  expect(status).toBe(200);
  expect(data ?? null).toBeNull();
  expect(errors).toHaveLength(1);
});

test("fails for another account, and without the permission", async () => {
  const other = await ask("limit: 1", { tag: "0".repeat(32) });
  expect(other.errors?.[0]?.message).toBe("not authorized for that account");

  here.account.apiTokens[0]!.permissions = ["Access: Audit Logs Read"];
  const { errors, status } = await ask("limit: 1");
  expect(errors?.[0]?.message).toBe("not authorized for that account");
  expect(status).toBe(200);
});

test("fails without a query", async () => {
  const { status } = await here.raw("POST", "/graphql", {
    headers: { authorization: `Bearer ${DEPLOY_TOKEN}` },
    body: "{}",
  });
  expect(status).toBe(400);
});
