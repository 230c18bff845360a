import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { UsageError } from "../base/usage-error";
import {
  checkApiSettings,
  checkDeploySettings,
  environmentWithFile,
  overriddenSettings,
  loadSettings,
} from "../settings";

const GOOD = {
  CLOUDFLARE_ACCOUNT_ID: "0123456789abcdef0123456789abcdef",
  CLOUDFLARE_ZONE: "example.com",
  CLOUDFLARE_TUNNEL: "home",
  GOOGLE_CLIENT_ID: "1-x.apps.googleusercontent.com",
};

function faults(run: () => unknown): readonly string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof UsageError) return error.faults;
    throw error;
  }
  return [];
}

test("reads names and lists, with defaults for the rest", () => {
  expect(
    loadSettings({
      ...GOOD,
      ACCESS_ALLOWED_EMAILS: "Ann@Example.com, bob@example.org",
      ACCESS_ALLOWED_EMAIL_DOMAINS: "@Example.com",
    }),
  ).toEqual({
    accountId: GOOD.CLOUDFLARE_ACCOUNT_ID,
    zone: "example.com",
    tunnel: "home",
    loginMethod: {
      name: "Google",
      googleClientId: "1-x.apps.googleusercontent.com",
    },
    allowedEmails: ["ann@example.com", "bob@example.org"],
    allowedEmailDomains: ["example.com"],
    stateDir: resolve(".state"),
    planOnly: false,
  });
});

test("takes a login method that exists instead of a client id", () => {
  const rest = { ...GOOD, GOOGLE_CLIENT_ID: "" };
  expect(
    loadSettings({ ...rest, ACCESS_LOGIN_METHOD: "Company" }).loginMethod,
  ).toEqual({ name: "Company", googleClientId: undefined });
});

test("says in one line that there are no settings at all, to whoever gives none", () => {
  const earlier = process.env;
  process.env = { ACCESS_ENV_FILE: "" };
  try {
    expect(faults(() => loadSettings())).toEqual([
      expect.stringMatching(/^there are none, .*cp \.env\.example \.env/),
    ]);
  } finally {
    process.env = earlier;
  }
});

test("fails naming everything that is missing", () => {
  expect(faults(() => loadSettings({}))).toEqual([
    expect.stringMatching(/^CLOUDFLARE_ACCOUNT_ID is not set/),
    expect.stringMatching(/^CLOUDFLARE_ZONE is not set/),
    expect.stringMatching(/^CLOUDFLARE_TUNNEL is not set/),
    expect.stringMatching(/^GOOGLE_CLIENT_ID is not set/),
  ]);
});

test.each<[string, string]>([
  ["CLOUDFLARE_ACCOUNT_ID", "datacrew"],
  ["CLOUDFLARE_ZONE", "https://example.com"],
  ["CLOUDFLARE_TUNNEL", "0d5e2f1c-5e21-4c3b-9a70-da7ac2e57a11"],
  ["GOOGLE_CLIENT_ID", "my-client"],
  ["ACCESS_ALLOWED_EMAILS", "ann"],
  ["ACCESS_ALLOWED_EMAILS", "*@example.com"],
  ["ACCESS_ALLOWED_EMAIL_DOMAINS", "*.example.com"],
  ["ACCESS_DNS_RECORDS", "maybe"],
  ["ACCESS_GOOGLE_PROJECT", "Home lab"],
  ["CLOUDFLARE_PROVIDER_VERSION", "5.13.0"],
  ["CLOUDFLARE_PROVIDER_VERSION", "~> 5.22"],
  ["ACCESS_TIME_ZONE", "Berlin"],
])("fails saying what %s got and what it takes", (name, value) => {
  const [fault, ...more] = faults(() =>
    loadSettings({ ...GOOD, [name]: value }),
  );
  expect(more).toEqual([]);
  expect(fault).toMatch(new RegExp(`^${name} must be .+, got "`));
  expect(fault).toContain(value);
});

test.each<[string, string]>([
  ["GOOGLE_CLIENT_ID", "GOCSPX-0123456789abcdefghijklmnopqr"],
  ["CLOUDFLARE_ACCOUNT_ID", "token-of-forty-characters-and-two-more-000"],
])("fails without saying the secret that was put into %s", (name, value) => {
  const said = faults(() => loadSettings({ ...GOOD, [name]: value }));
  expect(said).toEqual([
    expect.stringMatching(/, got \d+ characters that look like a secret$/),
  ]);
});

test("reads where the stacks keep tokens", () => {
  const env = { ...GOOD, ACCESS_GOOGLE_PROJECT: "home-lab-4711" };
  expect(loadSettings(env).tokenStore).toEqual({
    googleProject: "home-lab-4711",
  });
});

test("reads the version of Cloudflare's provider", () => {
  expect(loadSettings(GOOD)).not.toHaveProperty("cloudflareProviderVersion");
  const env = { ...GOOD, CLOUDFLARE_PROVIDER_VERSION: "5.22.0" };
  expect(loadSettings(env).cloudflareProviderVersion).toBe("5.22.0");
});

test("fails naming what a deploy needs beside the settings, without saying secrets", () => {
  const said = faults(() =>
    checkDeploySettings({ CLOUDFLARE_API_TOKEN: "too-short", ...GOOD }),
  );
  expect(said).toEqual([
    expect.stringMatching(/^CLOUDFLARE_API_TOKEN must be 40/),
    expect.stringMatching(/^TF_VAR_google_client_secret is not set/),
  ]);
  expect(said.join()).not.toContain("too-short");
});

test("asks for the API token alone where Cloudflare is only asked", () => {
  const token = "a".repeat(40);
  expect(() =>
    checkApiSettings({ ...GOOD, CLOUDFLARE_API_TOKEN: token }),
  ).not.toThrow();
  expect(
    faults(() => checkApiSettings({ ...GOOD, CLOUDFLARE_ZONE: "" })),
  ).toEqual([
    expect.stringMatching(/^CLOUDFLARE_ZONE is not set/),
    expect.stringMatching(/^CLOUDFLARE_API_TOKEN is not set/),
  ]);
});

describe("the .env file", () => {
  const dir = mkdtempSync(join(tmpdir(), "settings-"));
  const file = join(dir, "env");
  writeFileSync(
    file,
    "CLOUDFLARE_ZONE=file.example\nCLOUDFLARE_TUNNEL='a b'\n",
  );
  afterAll(() => rmSync(dir, { recursive: true }));

  test("adds to the environment, which wins", () => {
    const env = environmentWithFile({
      ACCESS_ENV_FILE: file,
      CLOUDFLARE_ZONE: "set.example",
    });
    expect(env.CLOUDFLARE_ZONE).toBe("set.example");
    expect(env.CLOUDFLARE_TUNNEL).toBe("a b");
  });

  test("is told where the environment says otherwise, by names alone", () => {
    expect(
      overriddenSettings({
        ACCESS_ENV_FILE: file,
        CLOUDFLARE_ZONE: "set.example",
        CLOUDFLARE_TUNNEL: "a b",
        GOOGLE_CLIENT_ID: "only set",
      }),
    ).toEqual(["CLOUDFLARE_ZONE"]);
    expect(overriddenSettings({ ACCESS_ENV_FILE: file })).toEqual([]);
    expect(overriddenSettings({ ACCESS_ENV_FILE: "" })).toEqual([]);
  });

  test("is not read where its name is set but empty", () => {
    expect(environmentWithFile({ ACCESS_ENV_FILE: "" })).toEqual({
      ACCESS_ENV_FILE: "",
    });
  });

  test("fails where a file is named that is not there", () => {
    expect(
      faults(() => environmentWithFile({ ACCESS_ENV_FILE: `${file}.gone` })),
    ).toEqual([expect.stringContaining("does not exist")]);
  });
});

test("fails where a deploy is asked for in a run that only plans", () => {
  const plan = { ...GOOD, ACCESS_PLAN_ONLY: "1" };
  expect(loadSettings(plan).planOnly).toBe(true);
  expect(faults(() => checkDeploySettings(plan))).toContainEqual(
    expect.stringMatching(/^ACCESS_PLAN_ONLY is set, .* unset it/),
  );
  expect(
    faults(() => loadSettings({ ...GOOD, ACCESS_PLAN_ONLY: "yes" })),
  ).toEqual([expect.stringMatching(/^ACCESS_PLAN_ONLY must be "1"/)]);
});
