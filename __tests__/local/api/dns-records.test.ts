import { all, cloud, refusal, type Cloud } from "./support";

type Params = Parameters<Cloud["client"]["dns"]["records"]["create"]>[0];

function make({ client, zoneId, tunnelId }: Cloud, settings: object = {}) {
  return client.dns.records.create({
    zone_id: zoneId,
    type: "CNAME",
    name: "new.datacrew.space",
    content: `${tunnelId}.cfargotunnel.com`,
    proxied: true,
    ttl: 1,
    ...settings,
  } as Params);
}

test("answers with what Cloudflare fills in", async () => {
  const here = cloud();
  const made = await make(here);
  expect(made).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{32}$/),
    name: "new.datacrew.space",
    type: "CNAME",
    content: `${here.tunnelId}.cfargotunnel.com`,
    proxiable: true,
    proxied: true,
    ttl: 1,
    settings: {},
    meta: {},
    comment: null,
    tags: [],
    created_on: "2026-11-24T12:00:00Z",
    modified_on: "2026-11-24T12:00:00Z",
  });
});

test.each([
  ["new", "new.datacrew.space"],
  ["A.B", "a.b.datacrew.space"],
  ["new.datacrew.space", "new.datacrew.space"],
])("gives %s its whole name", async (name, whole) => {
  expect(await make(cloud(), { name })).toMatchObject({ name: whole });
});

test("replaces, changes and deletes", async () => {
  const here = cloud();
  const { records } = here.client.dns;
  const { id, created_on } = await make(here, { comment: "first" });
  const at = { zone_id: here.zoneId };
  const replaced = await records.update(id!, {
    ...at,
    type: "CNAME",
    name: "new.datacrew.space",
    content: "elsewhere.example",
    ttl: 300,
  } as Parameters<typeof records.update>[1]);
  expect(replaced).toMatchObject({
    content: "elsewhere.example",
    proxied: false,
    ttl: 300,
    comment: null,
    created_on,
  });
  await records.edit(id!, {
    ...at,
    comment: "second",
  } as Parameters<typeof records.edit>[1]);
  expect(await records.get(id!, at)).toMatchObject({
    content: "elsewhere.example",
    comment: "second",
  });
  await records.delete(id!, at);
  for (const call of [records.get(id!, at), records.delete(id!, at)]) {
    expect(await refusal(call)).toEqual({
      status: 404,
      code: 81044,
      message: "Record does not exist.",
    });
  }
});

test("says when a comment and tags were changed, where there are any", async () => {
  const here = cloud();
  const { records } = here.client.dns;
  const at = { zone_id: here.zoneId };
  const made = await make(here, { comment: "first", tags: ["a:b"] });
  expect(made).toMatchObject({
    comment_modified_on: made.created_on,
    tags_modified_on: made.created_on,
  });
  const edit = (change: object) =>
    records.edit(made.id, { ...at, ...change } as Parameters<
      typeof records.edit
    >[1]);
  const bare = await edit({ comment: "", tags: [] });
  expect(bare).not.toHaveProperty("comment_modified_on");
  expect(bare).not.toHaveProperty("tags_modified_on");
});

test("makes the content of a record from its data, whatever their order", async () => {
  const data = { target: "sip.example", port: 5060, weight: 5, priority: 10 };
  expect(
    await make(cloud(), {
      type: "SRV",
      name: "_sip._tcp",
      data,
      content: undefined,
      proxied: false,
    }),
  ).toMatchObject({ content: "5 5060 sip.example" });
});

test("says of a type that Cloudflare has that it is not here", async () => {
  const call = make(cloud(), { type: "LOC", proxied: false });
  expect(await refusal(call)).toMatchObject({
    status: 501,
    message: "the local Cloudflare has no LOC records",
  });
});

describe("lists", () => {
  const here = cloud();
  const list = async (query: object): Promise<string[]> => {
    const found = await all(
      here.client.dns.records.list({ zone_id: here.zoneId, ...query }),
    );
    return found.map(({ name, type }) => `${type} ${name}`);
  };

  test.each([
    [{}, 11],
    [{ name: { exact: "comfyui.datacrew.space" } }, 1],
    [{ name: { startswith: "n8n" } }, 1],
    [{ name: { contains: "grafana" } }, 1],
    [{ name: { exact: "datacrew.space" }, type: "MX" }, 1],
    [{ name: { exact: "datacrew.space" }, type: "MX", match: "any" }, 3],
    [{ content: { endswith: ".cfargotunnel.com" } }, 6],
    [{ comment: { present: "true" } }, 2],
    [{ proxied: true }, 8],
    [{ search: "blog" }, 1],
  ])("%j finds %d", async (query, count) => {
    expect(await list(query)).toHaveLength(count);
  });

  test("plain name=… means the whole name", async () => {
    const { body } = await here.raw(
      "GET",
      `/zones/${here.zoneId}/dns_records?name=comfyui.datacrew.space&type=CNAME`,
    );
    expect(body.result).toHaveLength(1);
  });

  test("sort as asked", async () => {
    const names = await list({
      type: "CNAME",
      order: "name",
      direction: "desc",
    });
    expect(names).toEqual([...names].sort().reverse());
  });
});

test.each([
  ["a CNAME beside a CNAME", { name: "comfyui" }, 81053],
  ["a CNAME beside an address", { name: "datacrew.space" }, 81053],
  [
    "an address beside a CNAME",
    { name: "comfyui", type: "A", content: "192.0.2.1" },
    81054,
  ],
  [
    "the same record twice",
    { name: "datacrew.space", type: "A", content: "203.0.113.10" },
    81058,
  ],
  ["a proxied TXT record", { type: "TXT", content: "x" }, 9004],
  ["an address that is none", { type: "A", content: "here" }, 9005],
  ["a TTL below a minute", { proxied: false, ttl: 30 }, 9021],
  ["a comment beyond the Free plan", { comment: "x".repeat(101) }, 9300],
  ["an unknown type", { type: "CNAM" }, 9000],
])("fails on %s", async (_fault, settings, code) => {
  const here = cloud();
  const before = here.account.dnsRecords.size;
  expect(await refusal(make(here, settings))).toMatchObject({
    status: 400,
    code,
  });
  expect(here.account.dnsRecords.size).toBe(before);
});

test("allows several addresses for a name", async () => {
  const here = cloud();
  const address = { name: "multi", type: "A" };
  await make(here, { ...address, content: "192.0.2.1" });
  await make(here, { ...address, content: "192.0.2.2" });
  expect(
    (await all(here.client.dns.records.list({ zone_id: here.zoneId }))).filter(
      ({ name }) => name === "multi.datacrew.space",
    ),
  ).toHaveLength(2);
});

describe("a batch", () => {
  const HOST = "new.datacrew.space";
  const cname = { type: "CNAME", name: HOST, content: "x.example", ttl: 1 };
  const address = { ...cname, type: "A", content: "192.0.2.1" };

  function batch({ client, zoneId }: Cloud, body: object) {
    return client.dns.records.batch({ zone_id: zoneId, ...body } as never);
  }

  async function refused(code: number, call: Promise<unknown>) {
    expect((await refusal(call)).code).toBe(code);
  }

  test("puts another type in the place of a record, which no update does", async () => {
    const here = cloud();
    const { id } = await make(here, address);
    await refused(
      9000,
      here.client.dns.records.update(id!, {
        zone_id: here.zoneId,
        ...cname,
      } as Parameters<typeof here.client.dns.records.update>[1]),
    );
    const done = await batch(here, { deletes: [{ id }], posts: [cname] });
    expect(done).toMatchObject({
      deletes: [{ id }],
      patches: [],
      puts: [],
      posts: [{ ...cname, id: expect.any(String) as string }],
    });
    expect(here.account.dnsRecords.has(id!)).toBe(false);
  });

  test("does all of it or nothing, and a put keeps the id", async () => {
    const here = cloud();
    const { id } = await make(here, { comment: "first" });
    const before = here.account.snapshot();
    const both = { puts: [{ ...cname, id }], posts: [address] };
    await refused(81054, batch(here, both));
    await refused(81044, batch(here, { deletes: [{ id }, { id }] }));
    expect(here.account.snapshot()).toEqual(before);
    await batch(here, { puts: [{ ...cname, id }] });
    expect(here.account.dnsRecords.get(id!)).toMatchObject({
      content: "x.example",
      comment: null,
    });
  });

  test("leaves a name to its other name servers", async () => {
    const here = cloud();
    await make(here, { type: "NS", content: "ns.example", proxied: false });
    await refused(81056, make(here));
    const { id } = await make(here, { name: "other.datacrew.space" });
    expect(id).toBeDefined();
    const ns = { ...cname, type: "NS", name: "other.datacrew.space" };
    await refused(81055, batch(here, { posts: [ns] }));
  });
});
