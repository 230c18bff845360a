import { all, cloud, refusal } from "./support";

function withPeople() {
  const here = cloud();
  const google = { id: "11111111-1111-4111-8111-111111111111", type: "google" };
  for (const [index, email] of [
    "ada@datacrew.space",
    "mallory@example.net",
  ].entries()) {
    here.account.users.set(email, {
      id: `22222222-2222-4222-8222-22222222222${index}`,
      email,
      name: email,
      created_at: "2026-11-24T11:00:00Z",
      last_successful_login: "2026-11-24T11:00:00Z",
      idp: google,
    });
  }
  return here;
}

const staff = {
  name: "Staff",
  decision: "allow" as const,
  include: [{ email_domain: { domain: "datacrew.space" } }],
};

test("tells whom policies would let in", async () => {
  const { client, at } = withPeople();
  const { policyTests } = client.zeroTrust.access.applications;
  const { id } = await policyTests.create({ ...at, policies: [staff] });
  expect(await policyTests.get(id!, at)).toMatchObject({
    status: "complete",
    total_users: 2,
    users_approved: 1,
    users_blocked: 1,
    users_errored: 0,
    percent_approved: 50,
  });
  const users = await all(policyTests.users.list(id!, at));
  expect(users.map(({ email, status }) => [email, status])).toEqual([
    ["ada@datacrew.space", "approved"],
    ["mallory@example.net", "blocked"],
  ]);
  const refused = policyTests.users.list(id!, { ...at, status: "fail" });
  expect(await all(refused)).toMatchObject([{ email: "mallory@example.net" }]);
});

test("takes policies by id, with their groups", async () => {
  const { client, at, account } = withPeople();
  const { policyTests } = client.zeroTrust.access.applications;
  const { id: operators } = [...account.policies.values()].find(
    ({ name }) => name === "Grafana operators",
  )!;
  const { id } = await policyTests.create({ ...at, policies: [operators] });
  expect(await policyTests.get(id!, at)).toMatchObject({
    users_approved: 1,
    users_blocked: 1,
  });
});

test("cannot say what hangs on more than the person", async () => {
  const { client, at } = withPeople();
  const { policyTests } = client.zeroTrust.access.applications;
  const policies = [{ ...staff, require: [{ ip: { ip: "192.0.2.0/24" } }] }];
  const { id } = await policyTests.create({ ...at, policies });
  expect(await policyTests.get(id!, at)).toMatchObject({
    users_approved: 0,
    users_errored: 1,
  });
});

test("fails on a policy or test that does not exist", async () => {
  const { client, at } = withPeople();
  const { policyTests } = client.zeroTrust.access.applications;
  const missing = "11111111-1111-4111-8111-111111111111";
  expect(
    await refusal(policyTests.create({ ...at, policies: [missing] })),
  ).toMatchObject({ status: 400, code: 12130 });
  expect(await refusal(policyTests.get(missing, at))).toMatchObject({
    status: 404,
    code: 12135,
  });
});
