import { cloud, DEPLOY_TOKEN, refusal, type Cloud } from "./support";

const catchAll = { service: "http_status:404" };

async function get(here: Cloud) {
  const { body } = await here.raw("GET", path(here));
  return body.result as { version: number; config: unknown; source: string };
}

/** As JSON: the SDK's types know none of the keys that Cloudflare adds. */
function put(here: Cloud, body: unknown) {
  return here.raw("PUT", path(here), {
    headers: { authorization: `Bearer ${DEPLOY_TOKEN}` },
    body: JSON.stringify(body),
  });
}

function path({ account, tunnelId }: Cloud): string {
  return `/accounts/${account.id}/cfd_tunnel/${tunnelId}/configurations`;
}

test("keeps a document exactly as it was written, unknown keys and all", async () => {
  const here = cloud();
  const config = {
    ingress: [
      { hostname: "a.datacrew.space", service: "http://a:80" },
      {
        hostname: "b.datacrew.space",
        path: "^/ü",
        service: "http://b:80",
        originRequest: { connectTimeout: 10, caPool: null },
        somethingNew: [1, null, { deep: true }],
      },
      catchAll,
    ],
    originRequest: {},
    "warp-routing": { enabled: true },
    topLevel: "unknown too",
  };
  await put(here, { config });
  expect((await get(here)).config).toEqual(config);
});

test("replaces the whole document: what is not in a write is gone", async () => {
  const here = cloud();
  await put(here, { config: { ingress: [catchAll] } });
  expect((await get(here)).config).toEqual({ ingress: [catchAll] });
});

test("raises the version with every write, be it the same again", async () => {
  const here = cloud();
  const { version, config } = await get(here);
  await put(here, { config });
  await put(here, { config });
  expect((await get(here)).version).toBe(version + 2);
});

test("has no configuration before the first write", async () => {
  const here = cloud("empty");
  expect(await get(here)).toMatchObject({ version: 0, config: null });
  await put(here, { config: { ingress: [catchAll] } });
  expect(await get(here)).toMatchObject({ version: 1, source: "cloudflare" });
});

test("fails to read a tunnel that was never configured, where switched", async () => {
  const here = cloud("empty", { unconfiguredTunnel: "not-found" });
  const { configurations } = here.client.zeroTrust.tunnels.cloudflared;
  expect(
    await refusal(configurations.get(here.tunnelId, here.at)),
  ).toMatchObject({ status: 404, code: 1055 });
  await configurations.update(here.tunnelId, {
    ...here.at,
    config: { ingress: [catchAll] as never },
  });
  expect(await configurations.get(here.tunnelId, here.at)).toMatchObject({
    version: 1,
  });
});

test("adds an empty originRequest to bare rules where switched", async () => {
  const here = cloud("empty", { emptyOriginRequest: true });
  await put(here, { config: { ingress: [catchAll] } });
  expect((await get(here)).config).toEqual({
    ingress: [{ ...catchAll, originRequest: {} }],
  });
});

test("takes over a tunnel that was configured on its host", async () => {
  const here = cloud();
  here.account.tunnels.get(here.tunnelId)!.configuration.source = "local";
  expect(await get(here)).toMatchObject({ source: "local" });
  await put(here, { config: { ingress: [catchAll] } });
  expect(await get(here)).toMatchObject({ source: "cloudflare" });
});

test.each([
  [
    "a last rule with a hostname",
    [{ hostname: "a.datacrew.space", service: "http://a:80" }],
    "The last ingress rule must match all URLs",
  ],
  [
    "a last rule with a path",
    [{ path: "^/a", service: "http://a:80" }],
    "The last ingress rule must match all URLs",
  ],
  [
    "a rule for everything before the last",
    [catchAll, catchAll],
    "Rule #1 is matching the hostname ''",
  ],
  ["a rule without a service", [{}], 'service "" needs a scheme and a host'],
  [
    "a wildcard in the middle",
    [{ hostname: "a.*.space", service: "http://a:80" }, catchAll],
    'hostname "a.*.space" may have one "*" only',
  ],
  [
    "a hostname with a port",
    [{ hostname: "a.space:80", service: "http://a:80" }, catchAll],
    'hostname "a.space:80" must not have a port',
  ],
  [
    "a path that is no regular expression",
    [{ path: "(", service: "http://a:80" }, catchAll],
    'path "(" is no Go regular expression',
  ],
])("fails on %s and keeps what was there", async (_fault, ingress, reason) => {
  const here = cloud();
  const before = await get(here);
  const { status, body } = await put(here, { config: { ingress } });
  expect(status).toBe(400);
  expect(body.errors[0]).toMatchObject({
    code: 1056,
    message: expect.stringContaining(
      `Bad Configuration: Validation failed: ${reason}`,
    ),
  });
  expect(await get(here)).toEqual(before);
});
