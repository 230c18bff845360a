import { all, cloud, HOUR, refusal, type Cloud } from "./support";

function make({ client, at }: Cloud, settings: object = {}) {
  const { serviceTokens } = client.zeroTrust.access;
  return serviceTokens.create({ ...at, name: "comfyui-api", ...settings });
}

test("shows the secret once, at creation", async () => {
  const here = cloud();
  const { serviceTokens } = here.client.zeroTrust.access;
  const made = await make(here);
  expect(made).toMatchObject({
    name: "comfyui-api",
    client_id: expect.stringMatching(/^[0-9a-f]{32}\.access$/),
    client_secret: expect.stringMatching(/^cfast_[A-Za-z0-9]{40}[0-9a-f]{8}$/),
    duration: "8760h",
  });
  const seen = await serviceTokens.get(made.id!, here.at);
  expect(seen).not.toHaveProperty("client_secret");
  expect(seen).not.toHaveProperty("client_secret_version");
  expect(seen.expires_at).toBe("2027-11-24T12:00:00Z");
  for (const token of await all(serviceTokens.list(here.at))) {
    expect(token).not.toHaveProperty("client_secret");
  }
});

test("makes secrets in the older format where switched", async () => {
  const made = await make(cloud("guide", { clientSecretFormat: "hex" }));
  expect(made.client_secret).toMatch(/^[0-9a-f]{64}$/);
});

test("a token that lasts forever has an end, and outlives it", async () => {
  const here = cloud();
  const made = await make(here, { duration: "forever" });
  expect(
    Date.parse(here.account.serviceTokens.get(made.id!)!.expires_at),
  ).toBeGreaterThan(Date.parse("2999-01-01"));
  here.pass(20 * 8760 * HOUR);
  expect(
    here.account.checkServiceToken(made.client_id!, made.client_secret!)
      .outcome,
  ).toBe("valid");
});

describe("the pair at the edge", () => {
  test("is good until the token expires", async () => {
    const here = cloud();
    const made = await make(here, { duration: "2h" });
    const check = (secret = made.client_secret!) =>
      here.account.checkServiceToken(made.client_id!, secret).outcome;
    expect(check()).toBe("valid");
    expect(check("wrong")).toBe("wrong-secret");
    here.pass(2 * HOUR);
    expect(check()).toBe("expired");
    expect(here.account.checkServiceToken("nobody.access", "").outcome).toBe(
      "unknown",
    );
  });

  test("is bad while the token is disabled", async () => {
    const here = cloud();
    const made = await make(here);
    await here.client.zeroTrust.access.serviceTokens.update(made.id!, {
      ...here.at,
      enabled: false,
    });
    expect(
      here.account.checkServiceToken(made.client_id!, made.client_secret!),
    ).toMatchObject({ outcome: "disabled" });
  });
});

describe("rotation by a higher version", () => {
  async function rotated(previous?: string) {
    const here = cloud();
    const made = await make(here);
    const changed = (await here.client.zeroTrust.access.serviceTokens.update(
      made.id!,
      {
        ...here.at,
        client_secret_version: 2,
        previous_client_secret_expires_at: previous,
      },
    )) as { client_secret?: string; client_id?: string };
    const check = (secret: string) =>
      here.account.checkServiceToken(made.client_id!, secret).outcome;
    return { here, made, changed, check };
  }

  test("answers with the new secret and keeps the client id", async () => {
    const { made, changed } = await rotated();
    expect(changed.client_id).toBe(made.client_id);
    expect(changed.client_secret).toMatch(/^cfast_/);
    expect(changed.client_secret).not.toBe(made.client_secret);
  });

  test("lets the old secret live as long as was said", async () => {
    const { here, made, changed, check } = await rotated(
      "2026-11-24T13:00:00Z",
    );
    expect(check(made.client_secret!)).toBe("valid");
    expect(check(changed.client_secret!)).toBe("valid");
    here.pass(HOUR);
    expect(check(made.client_secret!)).toBe("wrong-secret");
    expect(check(changed.client_secret!)).toBe("valid");
  });

  test("ends the old secret at once where nothing was said", async () => {
    const { made, check } = await rotated();
    expect(check(made.client_secret!)).toBe("wrong-secret");
  });

  test.each([1, 2])("does nothing at version %d again", async (version) => {
    const { here, made, changed, check } = await rotated();
    const again = await here.client.zeroTrust.access.serviceTokens.update(
      made.id!,
      { ...here.at, client_secret_version: version },
    );
    expect(again).not.toHaveProperty("client_secret");
    expect(check(changed.client_secret!)).toBe("valid");
  });
});

test("rotates on request", async () => {
  const here = cloud();
  const made = await make(here);
  const changed = await here.client.zeroTrust.access.serviceTokens.rotate(
    made.id!,
    { ...here.at, previous_client_secret_expires_at: "2026-11-24T12:10:00Z" },
  );
  expect(changed.client_secret).not.toBe(made.client_secret);
  for (const secret of [made.client_secret!, changed.client_secret!]) {
    expect(
      here.account.checkServiceToken(made.client_id!, secret),
    ).toMatchObject({ outcome: "valid" });
  }
});

test("refreshes by a year", async () => {
  const here = cloud();
  const made = await make(here);
  const { serviceTokens } = here.client.zeroTrust.access;
  const refreshed = await serviceTokens.refresh(made.id!, here.at);
  expect(refreshed.expires_at).toBe("2028-11-23T12:00:00Z");
});

test("fails to delete a token that a policy names, unless switched", async () => {
  const strict = cloud();
  const [used] = [...strict.account.serviceTokens.keys()];
  expect(
    await refusal(
      strict.client.zeroTrust.access.serviceTokens.delete(used!, strict.at),
    ),
  ).toMatchObject({ status: 409, code: 12139 });

  const lenient = cloud("guide", { deleteUsedServiceToken: "allow" });
  const { serviceTokens } = lenient.client.zeroTrust.access;
  await serviceTokens.delete(used!, lenient.at);
  expect(await refusal(serviceTokens.get(used!, lenient.at))).toMatchObject({
    status: 404,
    code: 12135,
  });
});

test.each([
  ["a duration that is none", { duration: "a year" }],
  ["no name", { name: "" }],
  ["a version below one", { client_secret_version: 0 }],
])("fails on %s", async (_fault, settings) => {
  expect(await refusal(make(cloud(), settings))).toMatchObject({
    status: 400,
    code: 12130,
  });
});
