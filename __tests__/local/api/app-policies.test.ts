import { all, cloud, makeApp, refusal, type Cloud } from "./support";

const everyone = [{ everyone: {} }];

const policiesOf = ({ client }: Cloud) =>
  client.zeroTrust.access.applications.policies;

test("makes, changes and deletes a policy of one application", async () => {
  const here = cloud();
  const app = await makeApp(here);
  const policies = policiesOf(here);
  const made = await policies.create(app.id!, {
    ...here.at,
    name: "Staff",
    decision: "allow",
    include: everyone,
  } as never);
  expect(made).toMatchObject({ name: "Staff", reusable: false, precedence: 1 });

  const inApp = {
    ...here.at,
    app_id: app.id!,
    name: "Crew",
    decision: "allow",
    include: everyone,
  };
  await policies.update(made.id!, inApp as never);
  expect(await all(policies.list(app.id!, here.at))).toMatchObject([
    { id: made.id, name: "Crew", precedence: 1 },
  ]);
  const seen = await here.client.zeroTrust.access.applications.get(
    app.id!,
    here.at,
  );
  expect(seen).toMatchObject({ policies: [{ id: made.id, name: "Crew" }] });

  await policies.delete(made.id!, { ...here.at, app_id: app.id! });
  expect(await all(policies.list(app.id!, here.at))).toEqual([]);
  expect(here.account.policies.has(made.id!)).toBe(false);
});

test("lists reusable policies of the application, and leaves them to their own place", async () => {
  const here = cloud();
  const { id } = await here.client.zeroTrust.access.policies.create({
    ...here.at,
    name: "Shared",
    decision: "allow",
    include: everyone as never,
  });
  const app = await makeApp(here, { policies: [id!] });
  const policies = policiesOf(here);
  expect(await all(policies.list(app.id!, here.at))).toMatchObject([
    { id, reusable: true },
  ]);
  expect(
    await refusal(policies.delete(id!, { ...here.at, app_id: app.id! })),
  ).toMatchObject({
    message: expect.stringContaining("/access/policies"),
  });
  expect(here.account.policies.has(id!)).toBe(true);
});

test("gives each policy a precedence of its own", async () => {
  const here = cloud();
  const app = await makeApp(here);
  const policies = policiesOf(here);
  const make = (name: string, precedence?: number) =>
    policies.create(app.id!, {
      ...here.at,
      name,
      decision: "allow",
      include: everyone,
      precedence,
    } as never);
  await make("second", 5);
  await make("third");
  await make("first", 2);
  const listed: object[] = await all(policies.list(app.id!, here.at));
  expect(listed).toMatchObject([
    { name: "first", precedence: 2 },
    { name: "second", precedence: 5 },
    { name: "third", precedence: 6 },
  ]);
  expect(await refusal(make("other", 5))).toMatchObject({
    message: expect.stringContaining("precedences must be unique"),
  });
});
