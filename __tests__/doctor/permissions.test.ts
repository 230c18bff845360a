import { Patient } from "./patient";

let patient: Patient;
beforeEach(async () => {
  patient = await Patient.admit();
});
afterEach(() => patient.close());

async function permissions(): Promise<Record<string, string>> {
  const findings = await patient.examine();
  return Object.fromEntries(
    findings
      .filter(({ id }) => id === "permission")
      .map(({ about, status }) => [String(about), status]),
  );
}

/** Each permission of the dashboard, and what it is called by the API. */
const NAMES = {
  "Access: Apps and Policies Edit": "Access: Apps and Policies Write",
  "Access: Organizations, Identity Providers, and Groups Edit":
    "Access: Organizations, Identity Providers, and Groups Write",
  "Access: Service Tokens Edit": "Access: Service Tokens Write",
  "Cloudflare Tunnel Edit": "Cloudflare Tunnel Write",
  "DNS Edit": "DNS Write",
  "Zone Read": "Zone Read",
};

test("finds all of them in the guide's token", async () => {
  const all = Object.keys(NAMES).map((name) => [name, "ok"]);
  expect(await permissions()).toEqual(Object.fromEntries(all));
});

test.each(Object.entries(NAMES))(
  "misses %s, and no other, where only reading is allowed",
  async (name, write) => {
    const token = patient.account.apiTokens[0]!;
    const read = write.replace(/ Write$/, " Read");
    token.permissions = [
      ...token.permissions.filter((held) => held !== write),
      ...(read === write ? [] : [read]),
    ];
    const found = await permissions();
    const missing = Object.keys(found).filter(
      (key) => found[key] === "problem",
    );
    expect(missing).toEqual([name]);
    // Without the zone's id nothing can be asked of its records.
    const unknown = name === "Zone Read" ? ["DNS Edit"] : [];
    expect(
      Object.keys(found).filter((key) => found[key] === "not checked"),
    ).toEqual(unknown);
  },
);

test("tells what else can't be seen where reading is not allowed either", async () => {
  const token = patient.account.apiTokens[0]!;
  token.permissions = token.permissions.filter(
    (held) => !held.includes("Apps and Policies"),
  );
  const findings = await patient.examine();
  const bad = findings.filter(({ status }) => status !== "ok");
  expect(bad.map(({ id, status }) => [id, status])).toEqual([
    ["permission", "problem"],
    ["account-switches", "not checked"],
    ["application", "not checked"],
  ]);
});

test("tries them with calls that were all refused, but for reads", async () => {
  await patient.examine();
  const writes = patient.cloudflare.api.calls.filter(
    ({ method, path }) => method !== "GET" && !path.endsWith("/graphql"),
  );
  expect(writes).toHaveLength(5);
  for (const { body, status } of writes) {
    expect(body).toEqual({});
    expect([400, 404]).toContain(status);
  }
});

test("tells of what no deploy needs, and alarms nobody", async () => {
  const optional = async () =>
    (await patient.examine())
      .filter(({ id }) => id === "optional-permission")
      .map(({ about, status, what }) => [about, status, what]);
  const revoke = [
    "npm run revoke",
    "ok",
    expect.stringContaining('"Access: Apps and Policies Revoke"'),
  ];
  expect(await optional()).toEqual([
    ["Access: Audit Logs Read", "ok", expect.stringContaining("has it")],
    ["Account Analytics Read", "ok", expect.stringContaining("has it")],
    revoke,
  ]);
  const token = patient.account.apiTokens[0]!;
  token.permissions = token.permissions.filter(
    (held) => !/Audit Logs|Analytics/.test(held),
  );
  expect(await optional()).toEqual([
    [
      "Access: Audit Logs Read",
      "ok",
      "the token lacks it, which only npm run logs, and counting seats would need",
    ],
    ["Account Analytics Read", "ok", expect.stringContaining("lacks it")],
    revoke,
  ]);
});

test("draws no conclusion from an answer it does not understand", async () => {
  patient.cloudflare.api.onCall({
    before({ method }) {
      if (method !== "PATCH") return;
      const errors = [{ code: 7003, message: "Could not route to /zones" }];
      return Response.json({ success: false, errors }, { status: 404 });
    },
  });
  const found = await permissions();
  expect(found["DNS Edit"]).toBe("not checked");
});
