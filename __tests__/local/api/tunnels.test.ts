import { all, cloud, refusal, type Cloud } from "./support";

const tunnelsOf = ({ client }: Cloud) => client.zeroTrust.tunnels.cloudflared;

test("finds a tunnel by its name and tells how it is", async () => {
  const here = cloud();
  const list = (query: object) =>
    all(tunnelsOf(here).list({ ...here.at, ...query }));
  const [found, ...more] = await list({
    name: "datacrew-services",
    is_deleted: false,
  });
  expect(more).toEqual([]);
  expect(found).toMatchObject({
    id: here.tunnelId,
    account_tag: here.account.id,
    name: "datacrew-services",
    status: "healthy",
    tun_type: "cfd_tunnel",
    remote_config: true,
    config_src: "cloudflare",
    deleted_at: null,
  });
  expect(found).not.toHaveProperty("connections");
  expect(await list({ name: "datacrew" })).toEqual([]);
  expect(await list({ include_prefix: "datacrew" })).toHaveLength(1);
  expect(await list({ status: "down" })).toEqual([]);
  expect(await list({ uuid: here.tunnelId })).toHaveLength(1);
});

test("keeps deleted tunnels readable, and in lists that do not exclude them", async () => {
  const here = cloud();
  const tunnels = tunnelsOf(here);
  const made = await tunnels.create({
    ...here.at,
    name: "old",
    config_src: "cloudflare",
  });
  await tunnels.delete(made.id!, here.at);
  expect(await tunnels.get(made.id!, here.at)).toMatchObject({
    deleted_at: "2026-11-24T12:00:00Z",
  });
  const names = async (query: object) =>
    (await all(tunnels.list({ ...here.at, ...query }))).map(({ name }) => name);
  expect(await names({})).toEqual(["datacrew-services", "old"]);
  expect(await names({ is_deleted: false })).toEqual(["datacrew-services"]);
  expect(await names({ is_deleted: true })).toEqual(["old"]);
  expect(
    await refusal(tunnels.configurations.get(made.id!, here.at)),
  ).toMatchObject({ status: 404, code: 1002 });
});

test("hands out what a connector needs to run", async () => {
  const here = cloud();
  const tunnels = tunnelsOf(here);
  const made = (await tunnels.create({
    ...here.at,
    name: "new",
  })) as { id?: string; token?: string; credentials_file?: object };
  const token = await tunnels.token.get(made.id!, here.at);
  expect(token).toBe(made.token);
  const { a, t, s } = JSON.parse(Buffer.from(token, "base64").toString());
  expect({ a, t }).toEqual({ a: here.account.id, t: made.id });
  expect(made.credentials_file).toMatchObject({ TunnelSecret: s });
});

test("tells which connectors run, and lets them go", async () => {
  const here = cloud();
  const { connections } = tunnelsOf(here);
  const [running] = await all(connections.get(here.tunnelId, here.at));
  expect(running).toMatchObject({
    version: "2026.8.2",
    config_version: 14,
    conns: [{}, {}, {}, {}],
  });
  await connections.delete(here.tunnelId, here.at);
  expect(await tunnelsOf(here).get(here.tunnelId, here.at)).toMatchObject({
    status: "down",
  });
});

test("fails to delete a tunnel with a running connector", async () => {
  const here = cloud();
  expect(
    await refusal(tunnelsOf(here).delete(here.tunnelId, here.at)),
  ).toMatchObject({ status: 400, code: 1022 });
});

test("fails on a name that a tunnel has, but not on one that had it", async () => {
  const here = cloud();
  const tunnels = tunnelsOf(here);
  const make = (name: string) => tunnels.create({ ...here.at, name });
  expect(await refusal(make("datacrew-services"))).toMatchObject({
    status: 409,
    code: 1013,
    message: expect.stringContaining("You already have a tunnel"),
  });
  const { id } = await make("again");
  await tunnels.delete(id!, here.at);
  expect(await make("again")).toMatchObject({ name: "again" });
});

test("fails on a tunnel that never was", async () => {
  const here = cloud();
  const id = "11111111-1111-4111-8111-111111111111";
  for (const call of [
    tunnelsOf(here).get(id, here.at),
    tunnelsOf(here).configurations.get(id, here.at),
    tunnelsOf(here).token.get(id, here.at),
  ]) {
    expect(await refusal(call)).toMatchObject({ status: 404, code: 1002 });
  }
});
