import { only, Patient } from "./patient";

const NOW = new Date("2026-11-28");

let patient: Patient;
beforeAll(async () => {
  patient = await Patient.admit();
});
afterAll(() => patient.close());

const find = async (id: string, more = {}, now = NOW) =>
  only(await patient.versions(more, now), id);

test("tells of Node, Terraform, cdktf, the provider and cloudflared", async () => {
  const findings = await patient.versions({}, NOW);
  expect(findings.map(({ id }) => id)).toEqual([
    "node",
    "terraform",
    "cdktf",
    "provider",
    "cloudflared",
  ]);
});

test.each([
  [
    "Terraform",
    "1.11.4",
    "warning",
    "tried with 1.11.4 and 1.15.9: 1.11 gets no more fixes",
  ],
  ["Terraform", "1.17.1", "ok", "the newest minor version and the two before"],
  ["Terraform", "1.18.0", "ok", "newer than what was known on 2026-11-28"],
  ["Terraform", "1.5.7", "problem", "1.11 or newer is needed"],
  [
    "OpenTofu",
    "1.12.6",
    "ok",
    "tried with 1.12.6: 1.12 gets fixes until 2027-02-01",
  ],
  ["OpenTofu", "1.11.2", "warning", "1.11 gets no more fixes"],
  ["OpenTofu", "1.13.2", "ok", "until 2027-08-01"],
])("%s %s: %s, %s", async (product, version, status, what) => {
  const command = patient.terraform(version, product);
  expect(
    await find("terraform", { TERRAFORM_BINARY_NAME: command }),
  ).toMatchObject({ status, what: expect.stringContaining(what) });
});

test("tells that OpenTofu 1.12 has ended, once it has", async () => {
  const env = {
    TERRAFORM_BINARY_NAME: patient.terraform("1.12.6", "OpenTofu"),
  };
  const now = new Date("2027-02-02");
  expect(await find("terraform", env, now)).toMatchObject({
    status: "warning",
    what: expect.stringContaining("no more fixes since 2027-02-01"),
    todo: expect.stringContaining("Install OpenTofu 1.13"),
  });
});

test.each(["5.13.9", "5.14", "6.0.0", "v5.22.0"])(
  "refuses the provider's version %s as every command does",
  async (version) => {
    const env = { CLOUDFLARE_PROVIDER_VERSION: version };
    expect(await find("provider", env)).toMatchObject({
      status: "problem",
      what: expect.stringContaining(`5.14.0 or a later version of 5`),
    });
  },
);

test("says where cdktf stands", async () => {
  expect(await find("cdktf")).toMatchObject({
    status: "warning",
    what: expect.stringMatching(
      /^cdktf 0\.21\.\d+, .*archived in December 2025/,
    ),
    todo: expect.stringContaining("npm run use-cdktn"),
  });
});

test("names the provider that the settings choose", async () => {
  expect((await find("provider")).what).toContain("provider 5.14.0, tried");
  const env = { CLOUDFLARE_PROVIDER_VERSION: "5.22.0" };
  expect((await find("provider", env)).what).toContain(
    "provider 5.22.0, tried",
  );
});

test.each([
  ["2026-11-28", "ok", "supported until 2027-08-31"],
  ["2027-09-01", "warning", "not supported it since 2027-08-31"],
])(
  "asks the tunnel for its cloudflared, on %s: %s",
  async (day, status, what) => {
    expect(await find("cloudflared", {}, new Date(day))).toMatchObject({
      status,
      what: expect.stringContaining(what),
    });
  },
);

test("does not check cloudflared without the settings of an account", async () => {
  expect(await find("cloudflared", { CLOUDFLARE_API_TOKEN: "" })).toMatchObject(
    {
      status: "not checked",
      what: "needs the settings of an account first",
    },
  );
});
