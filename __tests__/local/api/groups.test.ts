import { all, cloud, refusal } from "./support";

const settings = {
  name: "Artists",
  include: [{ email: { email: "Ada@datacrew.space" } }],
};

test("keeps a group and its rules exactly as they were written", async () => {
  const { client, at } = cloud();
  const { groups } = client.zeroTrust.access;
  const made = await groups.create({ ...at, ...settings });
  expect(await groups.get(made.id!, at)).toMatchObject({
    uid: made.id,
    ...settings,
    exclude: [],
    require: [],
  });
  const include = [{ email_domain: { domain: "datacrew.space" } }];
  await groups.update(made.id!, { ...at, name: "All", include });
  expect(await groups.get(made.id!, at)).toMatchObject({
    name: "All",
    include,
    created_at: "2026-11-24T12:00:00Z",
  });
  expect((await all(groups.list({ ...at, name: "al" }))).length).toBe(1);
  await groups.delete(made.id!, at);
  expect(await refusal(groups.get(made.id!, at))).toMatchObject({
    status: 404,
    code: 12152,
  });
});

test("fails to delete a group that a policy uses, unless switched", async () => {
  const strict = cloud();
  const [operators] = [...strict.account.groups.keys()];
  expect(
    await refusal(
      strict.client.zeroTrust.access.groups.delete(operators!, strict.at),
    ),
  ).toMatchObject({ status: 409, code: 12132 });

  const lenient = cloud("guide", { deleteUsedReference: "allow" });
  await lenient.client.zeroTrust.access.groups.delete(operators!, lenient.at);
  expect(lenient.account.groups.size).toBe(0);
});

test("fails on a group without a rule", async () => {
  const { client, at } = cloud();
  const { groups } = client.zeroTrust.access;
  expect(
    await refusal(groups.create({ ...at, name: "Nobody", include: [] })),
  ).toMatchObject({ status: 400, code: 12130 });
});
