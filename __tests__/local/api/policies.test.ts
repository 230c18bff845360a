import { all, cloud, makeApp, refusal, type Cloud } from "./support";

const everyone = [{ everyone: {} }];

function make(
  { client, at }: Cloud,
  settings: Partial<
    Parameters<Cloud["client"]["zeroTrust"]["access"]["policies"]["create"]>[0]
  > = {},
) {
  return client.zeroTrust.access.policies.create({
    ...at,
    name: "Staff",
    decision: "allow",
    include: [{ email_domain: { domain: "datacrew.space" } }],
    ...settings,
  });
}

test("keeps a policy as it was written and shows who uses it", async () => {
  const here = cloud();
  const { client, at } = here;
  const made = await make(here, { session_duration: "24h" });
  const seen = await client.zeroTrust.access.policies.get(made.id!, at);
  expect(seen).toMatchObject({
    id: made.id,
    uid: made.id,
    name: "Staff",
    decision: "allow",
    include: [{ email_domain: { domain: "datacrew.space" } }],
    exclude: [],
    require: [],
    session_duration: "24h",
    reusable: true,
    app_count: 0,
  });
});

test("leaves out switches that are off", async () => {
  const made = await make(cloud(), {
    approval_required: false,
    isolation_required: true,
  });
  expect(made).not.toHaveProperty("approval_required");
  expect(made).toMatchObject({ isolation_required: true });
});

test("turns bare addresses into networks of one", async () => {
  const made = await make(cloud(), {
    include: [
      { ip: { ip: "192.0.2.7" } },
      { ip: { ip: "2001:db8::7" } },
      { ip: { ip: "192.0.2.0/24" } },
    ],
  });
  expect(made.include).toEqual([
    { ip: { ip: "192.0.2.7/32" } },
    { ip: { ip: "2001:db8::7/128" } },
    { ip: { ip: "192.0.2.0/24" } },
  ]);
});

test("replaces all of a policy on update, but not its id and birth", async () => {
  const here = cloud();
  const { client, at } = here;
  const made = await make(here, { session_duration: "24h" });
  here.pass(5000);
  const changed = await client.zeroTrust.access.policies.update(made.id!, {
    ...at,
    name: "Everyone",
    decision: "bypass",
    include: everyone,
  });
  expect(changed).toMatchObject({
    id: made.id,
    name: "Everyone",
    decision: "bypass",
    include: everyone,
    created_at: made.created_at,
  });
  expect(changed.updated_at).not.toBe(made.updated_at);
  expect(changed).not.toHaveProperty("session_duration");
});

test("lists reusable policies only, a hundred a page", async () => {
  const here = cloud();
  const { client, at } = here;
  for (let number = 0; number < 99; number++) {
    await make(here, { name: `Policy ${number}` });
  }
  await makeApp(here, {
    policies: [{ name: "Inside", decision: "allow", include: everyone }],
  });
  const first = await client.zeroTrust.access.policies.list(at);
  expect(first.result).toHaveLength(100);
  const names = (await all(client.zeroTrust.access.policies.list(at))).map(
    ({ name }) => name,
  );
  expect(names).toHaveLength(101);
  expect(names).not.toContain("Inside");
});

test("fails to delete a policy that an application uses", async () => {
  const here = cloud();
  const { client, at } = here;
  const { id } = await make(here);
  const app = await makeApp(here, { policies: [id!] });
  expect(await client.zeroTrust.access.policies.get(id!, at)).toMatchObject({
    app_count: 1,
  });
  expect(
    await refusal(client.zeroTrust.access.policies.delete(id!, at)),
  ).toMatchObject({ status: 409, code: 12132 });

  await client.zeroTrust.access.applications.delete(app.id, at);
  await client.zeroTrust.access.policies.delete(id!, at);
  expect(
    await refusal(client.zeroTrust.access.policies.get(id!, at)),
  ).toMatchObject({ status: 404, code: 12135 });
});

test.each([
  ["a decision it does not know", { decision: "block" as never }],
  ["nobody to include", { include: [] }],
  [
    "two selectors in one rule",
    { include: [{ everyone: {}, ip: { ip: "::1" } }] },
  ],
  ["no name", { name: "" }],
  ["a session that is no duration", { session_duration: "a day" }],
])("fails on %s", async (_fault, settings) => {
  expect(await refusal(make(cloud(), settings))).toMatchObject({
    status: 400,
    code: 12130,
    message: expect.stringContaining("access.api.error.invalid_request: "),
  });
});
