import {
  all,
  cloud,
  makeApp,
  makePolicy,
  refusal,
  updateApp,
  type App,
} from "./support";

test("answers with what Cloudflare fills in", async () => {
  const app = await makeApp(cloud());
  expect(app).toMatchObject({
    uid: app.id,
    aud: expect.stringMatching(/^[0-9a-f]{64}$/),
    name: "ComfyUI",
    type: "self_hosted",
    domain: "comfyui.datacrew.space",
    destinations: [{ type: "public", uri: "comfyui.datacrew.space" }],
    self_hosted_domains: ["comfyui.datacrew.space"],
    session_duration: "24h",
    allowed_idps: [],
    policies: [],
    tags: [],
    auto_redirect_to_identity: false,
    enable_binding_cookie: false,
    options_preflight_bypass: false,
    http_only_cookie_attribute: true,
    app_launcher_visible: true,
  });
});

test("keeps id and aud over an update, and gives new ones after a delete", async () => {
  const here = cloud();
  const app = await makeApp(here);
  const changed = await updateApp(here, app.id, {
    name: "Renamed",
    domain: "comfy.datacrew.space",
  });
  expect(changed).toMatchObject({
    id: app.id,
    aud: app.aud,
    name: "Renamed",
    destinations: [{ type: "public", uri: "comfy.datacrew.space" }],
  });
  await here.client.zeroTrust.access.applications.delete(app.id, here.at);
  const again = await makeApp(here);
  expect(again.id).not.toBe(app.id);
  expect(again.aud).not.toBe(app.aud);
});

test("shows its policies in full and in the order of their precedence", async () => {
  const here = cloud();
  const [first, second] = [
    await makePolicy(here, "A"),
    await makePolicy(here, "B"),
  ];
  const app = await makeApp(here, {
    policies: [
      { id: first, precedence: 7 },
      { id: second, precedence: 2 },
    ],
  });
  expect(app.policies).toMatchObject([
    { id: second, name: "B", precedence: 2, decision: "allow", reusable: true },
    { id: first, name: "A", precedence: 7, include: [{ everyone: {} }] },
  ]);
});

test("numbers policies that come without a precedence", async () => {
  const here = cloud();
  const ids = [await makePolicy(here, "A"), await makePolicy(here, "B")];
  const app = await makeApp(here, { policies: ids });
  expect(app.policies.map(({ id, precedence }) => [id, precedence])).toEqual([
    [ids[0], 1],
    [ids[1], 2],
  ]);
});

test("makes and drops policies that are written inside an application", async () => {
  const here = cloud();
  const before = here.account.policies.size;
  const app = await makeApp(here, {
    policies: [
      { name: "Inside", decision: "allow", include: [{ everyone: {} }] },
    ],
  });
  expect(app.policies).toMatchObject([{ name: "Inside", reusable: false }]);
  await updateApp(here, app.id, { domain: app.domain, policies: app.policies });
  expect(here.account.policies.size).toBe(before + 1);
  await here.client.zeroTrust.access.applications.delete(app.id, here.at);
  expect(here.account.policies.size).toBe(before);
});

test("forgets settings that an update leaves out or sets to null", async () => {
  const here = cloud();
  const app = await makeApp(here, {
    service_auth_401_redirect: true,
    custom_deny_url: "https://datacrew.space/no",
  });
  expect(app).toMatchObject({ service_auth_401_redirect: true });
  const changed = await updateApp(here, app.id, {
    domain: app.domain,
    service_auth_401_redirect: null,
  });
  expect(changed).not.toHaveProperty("service_auth_401_redirect");
  expect(changed).not.toHaveProperty("custom_deny_url");
});

test("finds applications by part of a name or, with exact, by all of it", async () => {
  const here = cloud();
  await makeApp(here);
  const list = async (query: object): Promise<unknown[]> => {
    const found = await all(
      here.client.zeroTrust.access.applications.list({ ...here.at, ...query }),
    );
    return found.map((app) => (app as App).name);
  };
  expect(await list({})).toEqual(["Grafana", "ComfyUI"]);
  expect(await list({ name: "comfy" })).toEqual(["ComfyUI"]);
  expect(await list({ name: "comfy", exact: true })).toEqual([]);
  expect(await list({ domain: "comfyui.datacrew.space", exact: true })).toEqual(
    ["ComfyUI"],
  );
  expect(await list({ search: "grafana" })).toEqual(["Grafana"]);
});

test("ends the sessions of an application on request", async () => {
  const here = cloud();
  const app = await makeApp(here);
  await here.client.zeroTrust.access.applications.revokeTokens(app.id, here.at);
  expect(here.account.revocations).toEqual([
    { app_id: app.id, at: "2026-11-24T12:00:00Z" },
  ]);
});

test("fails on a body that says nothing, and creates nothing", async () => {
  const here = cloud();
  const { status, body } = await here.raw(
    "POST",
    `/accounts/${here.account.id}/access/apps`,
    {
      headers: {
        authorization: "Bearer rehearsal-only-cloudflare-deploy-token-00001",
      },
      body: "{}",
    },
  );
  expect(status).toBe(400);
  expect(body.errors[0]).toMatchObject({
    code: 12130,
    message: "access.api.error.invalid_request: app type is missing or invalid",
  });
  expect(here.account.applications.size).toBe(1);
});

test.each([
  [
    "a host of no zone of the account",
    { domain: "comfyui.example.org" },
    "domain does not belong to zone",
  ],
  [
    "a host that only ends like the zone",
    { domain: "notdatacrew.space" },
    "domain does not belong to zone",
  ],
  [
    "a tag that does not exist",
    { tags: ["ai"] },
    "tags contain a tag that does not exist",
  ],
  [
    "a policy that does not exist",
    { policies: ["11111111-1111-4111-8111-111111111111"] },
    "policy 11111111-1111-4111-8111-111111111111 not found",
  ],
  [
    "a login method that does not exist",
    { allowed_idps: ["11111111-1111-4111-8111-111111111111"] },
    "identity provider 11111111-1111-4111-8111-111111111111 not found",
  ],
  ["no host", { domain: "" }, "domain is missing or invalid"],
])("fails on %s", async (_fault, settings, reason) => {
  expect(await refusal(makeApp(cloud(), settings))).toEqual({
    status: 400,
    code: 12130,
    message: `access.api.error.invalid_request: ${reason}`,
  });
});

test("fails on a zone that is not active yet", async () => {
  const here = cloud();
  here.account.zones.get(here.zoneId)!.status = "pending";
  expect(await refusal(makeApp(here))).toMatchObject({
    code: 12130,
    message: expect.stringContaining("domain does not belong to zone"),
  });
});

test("fails where two policies have the same precedence", async () => {
  const here = cloud();
  const policies = [
    { id: await makePolicy(here), precedence: 1 },
    { id: await makePolicy(here), precedence: 1 },
  ];
  expect(await refusal(makeApp(here, { policies }))).toEqual({
    status: 400,
    code: 12130,
    message:
      "access.api.error.invalid_request: policy precedences must be unique",
  });
});

test("fails on a host that another application has", async () => {
  const here = cloud();
  const app = await makeApp(here);
  expect(await refusal(makeApp(here))).toEqual({
    status: 409,
    code: 11010,
    message: "access.api.error.application_already_exists",
  });
  const other = await makeApp(here, { domain: "other.datacrew.space" });
  expect(
    await refusal(updateApp(here, other.id, { domain: app.domain })),
  ).toMatchObject({ status: 409, code: 11010 });
  const destinations = [
    { type: "public", uri: "second.datacrew.space" },
    { type: "public", uri: app.domain },
  ];
  expect(
    await refusal(makeApp(here, { domain: undefined, destinations })),
  ).toMatchObject({ status: 409, code: 12132 });
});

test("fails on an application that is gone", async () => {
  const here = cloud();
  const id = "11111111-1111-4111-8111-111111111111";
  const { applications } = here.client.zeroTrust.access;
  for (const call of [
    applications.get(id, here.at),
    applications.delete(id, here.at),
    updateApp(here, id, { domain: "x.datacrew.space" }),
  ]) {
    expect(await refusal(call)).toMatchObject({ status: 404, code: 12135 });
  }
});

describe("private destinations", () => {
  const made = (...destinations: object[]) =>
    makeApp(cloud(), {
      domain: undefined,
      destinations,
    });

  test("are kept, and stand on no domain", async () => {
    const app = await made(
      { type: "private", cidr: "10.5.0.2", port_range: "443" },
      { type: "PRIVATE", hostname: "wiki.internal", l4_protocol: "tcp" },
    );
    expect(app.destinations).toEqual([
      { type: "private", cidr: "10.5.0.2/32", port_range: "443" },
      { type: "private", hostname: "wiki.internal", l4_protocol: "tcp" },
    ]);
    expect(app).not.toHaveProperty("domain");
  });

  test("stand beside public ones, the first of which is the domain", async () => {
    const app = await made(
      { type: "private", cidr: "10.0.0.0/8" },
      { uri: "private.datacrew.space" },
    );
    expect(app.domain).toBe("private.datacrew.space");
  });

  test.each([
    ["a uri of its own", { type: "private", uri: "a.datacrew.space" }],
    ["neither network nor host", { type: "private" }],
    ["both", { type: "private", cidr: "10.0.0.0/8", hostname: "a.internal" }],
    ["a wrong network", { type: "private", cidr: "10.0.0.0/33" }],
    [
      "another protocol",
      { type: "private", cidr: "10.0.0.1", l4_protocol: "icmp" },
    ],
    [
      "ports that are none",
      { type: "private", cidr: "10.0.0.1", port_range: "99999" },
    ],
    [
      "ports in the wrong order",
      { type: "private", cidr: "10.0.0.1", port_range: "90-80" },
    ],
    [
      "a network in a public one",
      { uri: "a.datacrew.space", cidr: "10.0.0.1" },
    ],
    ["another type", { type: "worker", worker_id: "x" }],
  ])("fail with %s", async (_, destination) => {
    expect(await refusal(made(destination))).toMatchObject({
      status: 400,
      code: 12130,
    });
  });
});

describe("scim_config", () => {
  const here = cloud();
  const [idp_uid] = [...here.account.identityProviders.keys()];
  const config = {
    idp_uid,
    remote_uri: "https://scim.datacrew.space/v2",
    enabled: true,
    authentication: {
      scheme: "httpbasic",
      user: "scim",
      password: "a-password",
    },
    mappings: [{ schema: "urn:ietf:params:scim:schemas:core:2.0:User" }],
  };
  const made = (scim_config: object) => makeApp(cloud(), { scim_config });

  test("is kept and answered, without its secret", async () => {
    const app = await made(config);
    expect(app).toMatchObject({
      scim_config: {
        ...config,
        authentication: {
          scheme: "httpbasic",
          user: "scim",
          password: "********",
        },
      },
    });
  });

  test.each([
    ["an unknown login method", { idp_uid: "nobody" }],
    ["no address", { remote_uri: "scim" }],
    ["an unknown scheme", { authentication: { scheme: "digest" } }],
    ["no token", { authentication: { scheme: "oauthbearertoken" } }],
    ["a mapping without a schema", { mappings: [{ enabled: true }] }],
    ["a switch that is text", { enabled: "yes" }],
  ])("fails with %s", async (_, change) => {
    expect(await refusal(made({ ...config, ...change }))).toMatchObject({
      status: 400,
      code: 12130,
    });
  });
});
