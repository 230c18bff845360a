import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Account } from "../../local/account";
import { loadAccount } from "../../local/account-file";
import { startApi, type ApiServer } from "../../local/api/server";
import { cast } from "../../rehearsal/cast";
import { runScript, TIMEOUT, type Outcome } from "../deployment/world";
import { richFile } from "./rich";
import { answered, built } from "./twin";

jest.setTimeout(TIMEOUT);

let account: Account;
let server: ApiServer;
let folder: string;
let file: string;
beforeEach(async () => {
  account = built(richFile());
  server = await startApi(account);
  folder = mkdtempSync(join(tmpdir(), "snapshot-"));
  file = join(folder, "twin.json");
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const snapshot = (
  args: readonly string[],
  more: NodeJS.ProcessEnv = {},
): Promise<Outcome> =>
  runScript("snapshot", args, {
    PATH: process.env.PATH,
    HOME: folder,
    TMPDIR: tmpdir(),
    NO_COLOR: "1",
    ACCESS_ENV_FILE: "",
    CLOUDFLARE_BASE_URL: server.baseUrl,
    CLOUDFLARE_API_TOKEN: account.apiTokens[0]!.value,
    CLOUDFLARE_ACCOUNT_ID: account.id,
    ...more,
  });

const SETTINGS = {
  CLOUDFLARE_ZONE: "datacrew.space",
  CLOUDFLARE_TUNNEL: "on its host",
  GOOGLE_CLIENT_ID: "100000000001-rehearsal.apps.googleusercontent.com",
  ACCESS_ALLOWED_EMAILS: "grace@example.org",
  ACCESS_ALLOWED_EMAIL_DOMAINS: "datacrew.space",
  ACCESS_DNS_RECORDS: "existing",
};

test("writes a file for its owner only, to rehearse on as the settings say", async () => {
  const outcome = await snapshot([file], SETTINGS);
  expect(outcome).toMatchObject({ code: 0, stderr: "" });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(outcome.stdout).toContain(
    "1 application".replace("1", String(account.applications.size)),
  );
  expect(outcome.stdout).toContain(`npm start -- --account ${file}`);
  expect(outcome.stdout).not.toMatch(/grace@|ada@/);
  expect(outcome.stdout).toContain("Note: left out");
  const twin = loadAccount(file);
  expect(twin.applications.size).toBe(account.applications.size);
  const parts = cast(twin);
  expect(parts).toMatchObject({
    zone: "datacrew.space",
    tunnel: "on its host",
    google: { clientId: SETTINGS.GOOGLE_CLIENT_ID },
    loginMethod: { name: "Google", googleClientId: SETTINGS.GOOGLE_CLIENT_ID },
  });
  expect(parts.allowedEmails).toEqual([parts.allowed.email]);
  expect(parts.allowedEmailDomains).toHaveLength(1);
  expect(parts.other.email).toBe("stranger@nowhere.example");
  expect(server.api.calls.filter(({ method }) => method !== "GET")).toEqual([]);
});

test("--keep-names --json: the account as it is, and what was written", async () => {
  const outcome = await snapshot([file, "--keep-names", "--json"]);
  expect(outcome.code).toBe(0);
  expect(JSON.parse(outcome.stdout)).toMatchObject({
    file,
    objects: { applications: account.applications.size, zones: 2 },
    pseudonyms: { people: 0, domains: 0 },
    leftOut: ["credentials in URLs"],
    notes: [
      expect.stringContaining("left out") as string,
      expect.stringMatching(
        /settings are not complete.*CLOUDFLARE_ZONE/s,
      ) as string,
    ],
  });
  const known = JSON.stringify(answered(account))
    .replace("nas:hunter2@", "")
    .replace("k3y0fTh3WebhookThatNobodyKnows", "left-out");
  expect(answered(loadAccount(file))).toEqual(JSON.parse(known));
});

test("never replaces a file in silence", async () => {
  writeFileSync(file, "mine", { mode: 0o644 });
  const refused = await snapshot([file]);
  expect(refused).toMatchObject({ code: 2, stdout: "" });
  expect(refused.stderr).toContain(
    `"${file}" exists: give another path, or --force to replace it`,
  );
  expect(readFileSync(file, "utf8")).toBe("mine");
  expect(server.api.calls).toEqual([]);
  expect(await snapshot([file, "--force"])).toMatchObject({ code: 0 });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(loadAccount(file).id).toBe(account.id);
});

test("refuses places where no file can be, and missing settings, and calls nobody", async () => {
  const missing = join(folder, "no", "twin.json");
  const outcomes = await Promise.all([
    snapshot([missing]),
    snapshot([folder]),
    snapshot([file], { CLOUDFLARE_ACCOUNT_ID: "", CLOUDFLARE_API_TOKEN: "" }),
  ]);
  const [inside, beside, unset] = outcomes.map(({ stderr }) => stderr);
  for (const outcome of outcomes)
    expect(outcome).toMatchObject({ code: 2, stdout: "" });
  expect(inside).toContain(`there is no folder "${join(folder, "no")}"`);
  expect(beside).toContain(`"${folder}" is no file`);
  expect(unset).toMatch(/CLOUDFLARE_ACCOUNT_ID is not set/);
  expect(unset).toMatch(/CLOUDFLARE_API_TOKEN is not set: a snapshot/);
  expect(server.api.calls).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
});

test("writes nothing where a part can't be read, and names the permissions", async () => {
  account.apiTokens[0]!.permissions = ["Zone Read", "DNS Read"];
  const outcome = await snapshot([file, "--json"]);
  expect(outcome.code).toBe(1);
  for (const permission of [
    "Cloudflare Tunnel Read",
    "Access: Apps and Policies Read",
    "Access: Service Tokens Read",
  ])
    expect(outcome.stderr).toContain(`Add the permission "${permission}"`);
  expect(JSON.parse(outcome.stdout)).toHaveProperty("error");
  expect(readdirSync(folder)).toEqual([]);
});
