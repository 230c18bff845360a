import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildAccount } from "../../local/account-build";
import { loadAccount, parseAccountFile } from "../../local/account-file";

function tunnel(file: string) {
  return [...loadAccount(file).tunnels.values()][0]!;
}

test("the guide's account has what makes a shared tunnel delicate", () => {
  const account = loadAccount("guide");
  const { config } = tunnel("guide").configuration;
  const hosts = config!.ingress!.map(({ hostname }) => hostname);
  expect(hosts).toContain("comfyui.datacrew.space");
  expect(new Set(hosts).size).toBeGreaterThanOrEqual(6);
  expect(hosts.at(-1)).toBeUndefined();
  expect(config).toMatchObject({
    originRequest: { connectTimeout: 30 },
    "warp-routing": { enabled: true },
  });
  expect(account.dnsNames().leading("comfyui.datacrew.space")[0]).toMatchObject(
    {
      content: `${tunnel("guide").id}.cfargotunnel.com`,
    },
  );
});

test("the empty account has a zone and a tunnel that was never configured", () => {
  const account = loadAccount("empty");
  expect(account.organization?.auth_domain).toBe(
    "datacrew.cloudflareaccess.com",
  );
  expect(account.dnsRecords.size).toBe(0);
  expect(account.applications.size).toBe(0);
  // What every organization made since June 2026 begins with.
  expect([...account.identityProviders.values()]).toMatchObject([
    { name: "Cloudflare", type: "cloudflare" },
  ]);
  expect(tunnel("empty").configuration).toMatchObject({
    version: 0,
    config: null,
  });
  expect(tunnel("empty").connectors).toHaveLength(1);
});

test("reads a file anywhere", () => {
  const folder = mkdtempSync(join(tmpdir(), "account-"));
  try {
    const file = join(folder, "mine.json");
    const account = { id: "a".repeat(32), name: "Mine" };
    writeFileSync(file, JSON.stringify({ account, organization: null }));
    expect(loadAccount(file)).toMatchObject({
      name: "Mine",
      organization: null,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("fails on a file that is not there, with its path", () => {
  expect(() => loadAccount("/nowhere/account.json")).toThrow(
    /account file \/nowhere\/account.json can't be read: ENOENT.*"guide" and "empty"/,
  );
});

test("fails with every fault at once", () => {
  const file = {
    account: { id: "mine", name: "Mine" },
    organization: { auth_domain: "team.example.com", name: "team" },
    zones: [
      { id: "a".repeat(32), name: "a.example" },
      { id: "a".repeat(32), name: "b.example" },
    ],
    applications: [
      {
        id: "a11ce000-0000-4000-8000-000000000005",
        name: "App",
        domain: "app.a.example",
        policies: ["a11ce000-0000-4000-8000-000000000006"],
      },
    ],
    oops: true,
  };
  let message = "";
  try {
    parseAccountFile(file, "mine.json");
  } catch (error) {
    message = (error as Error).message;
  }
  for (const fault of [
    "account file mine.json:",
    "account.id: must be 32 hexadecimal digits",
    "organization.auth_domain: must look like team.cloudflareaccess.com",
    'Unrecognized key: "oops"',
    `zones.1.id: ${"a".repeat(32)} is given twice`,
    "applications.0.policies: there is no a11ce000-0000-4000-8000-000000000006 in policies",
  ]) {
    expect(message).toContain(fault);
  }
});

describe("an application", () => {
  const policy = {
    id: "a11ce000-0000-4000-8000-000000000006",
    name: "Staff",
    decision: "allow",
    include: [{ everyone: {} }],
    reusable: false,
  };
  const application = {
    id: "a11ce000-0000-4000-8000-000000000005",
    name: "App",
  };
  const parse = (...applications: object[]) =>
    parseAccountFile(
      {
        account: { id: "a".repeat(32), name: "Mine" },
        organization: null,
        policies: [policy],
        applications,
      },
      "mine.json",
    );

  test("keeps its destinations, precedences and times", () => {
    const destinations = [
      { type: "public", uri: "a.example" },
      { type: "public", uri: "b.example/x" },
    ];
    const policies = [{ id: policy.id, precedence: 7 }];
    const created_at = "2024-01-02T03:04:05Z";
    const file = parse({ ...application, destinations, policies, created_at });
    expect(buildAccount(file).applications.get(application.id)).toMatchObject({
      domain: "a.example",
      destinations,
      policies,
      created_at,
    });
  });

  test("fails without a place, and on a policy of its own that two list", () => {
    const policies = [policy.id];
    const other = { ...application, id: policy.id, domain: "b.example" };
    expect(() =>
      parse({ ...application, policies }, { ...other, policies }),
    ).toThrow(
      /applications\.0: needs a domain or destinations\n- policies\.0: is not reusable, so exactly one application must list it, got 2/,
    );
  });

  test("needs no place where its type stands on no host", () => {
    const launcher = { ...application, type: "app_launcher" };
    const file = parse({ ...launcher, policies: [policy.id] });
    expect(
      buildAccount(file).applications.get(application.id)?.destinations,
    ).toBeUndefined();
  });
});

describe("a snapshot", () => {
  const options = {
    now: () => new Date("2026-11-24T12:00:00Z"),
    newId: () => "00000000-0000-4000-8000-000000000000",
  };

  test("is the same for the same account and does not follow it", () => {
    const account = loadAccount("guide", options);
    const before = account.snapshot();
    expect(loadAccount("guide", options).snapshot()).toEqual(before);
    const [running] = account.tunnels.values();
    running!.configuration.config!.ingress!.pop();
    expect(account.snapshot()).not.toEqual(before);
  });

  test("holds no secrets", () => {
    const account = loadAccount("guide", options);
    const text = JSON.stringify(account.snapshot());
    const [token] = account.serviceTokens.values();
    const [running] = account.tunnels.values();
    for (const secret of [
      token!.client_secret,
      running!.tunnel_secret,
      ...account.apiTokens.map(({ value }) => value),
      ...account.googleClients.map(({ client_secret }) => client_secret),
    ]) {
      expect(text).not.toContain(secret);
    }
    expect(text).toContain(token!.client_id);
  });
});
