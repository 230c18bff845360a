import { stripVTControlCharacters } from "node:util";
import { Cloudflare } from "../../account/cloudflare";
import { summarizeLog } from "../../logs/summarize";
import { toText } from "../../logs/report";
import { pairOf, tokenHeaders } from "../../probe/checks/token-works";
import { cast } from "../../rehearsal/cast";
import { HOST, Service } from "../probe/world";

jest.setTimeout(60_000);

let service: Service;
beforeAll(async () => {
  service = await Service.deploy();
  const { account } = service;
  const world = service.world();
  const { allowed, other } = world.people!;
  const page = `https://${HOST}/`;
  await allowed.visit(page);
  for (let i = 0; i < 3; i++) await other.visit(page);
  const headers = tokenHeaders(pairOf(service.deployed.token!)!);
  await world.ask(page, { headers });
  await world.ask(page, { headers });
  await world.ask(page, {
    headers: { ...headers, "CF-Access-Client-Secret": "wrong" },
  });
  for (const login of account.nonIdentityLogins) login.country = "NL";
  for (const entry of account.accessLog)
    entry.country = entry.user_email === other.email ? "US" : "NL";
});
afterAll(() => service.close());

function see(asked = 3_600_000, apiToken = cast(service.account).apiToken) {
  const { account, cloudflare, token } = service;
  const now = new Date();
  return summarizeLog(
    {
      name: "comfyui",
      hostname: HOST,
      accessAppId: service.app.id,
      tokens: [
        {
          name: token.name,
          id: token.id,
          clientId: token.client_id,
          clientSecret: token.client_secret,
        },
      ],
    },
    {
      client: new Cloudflare({
        apiToken,
        baseURL: cloudflare.apiUrl,
        maxRetries: 0,
      }),
      accountId: account.id,
      now,
      since: new Date(now.getTime() - asked),
      progress: {
        signal: new AbortController().signal,
        say: () => undefined,
        tick: () => undefined,
      },
    },
  );
}

test("shows who was allowed and denied, by person, country and reason", async () => {
  const seen = await see();
  expect(seen.groups).toMatchObject([
    {
      result: "denied",
      who: "mallory@example.net",
      country: "US",
      times: 3,
      reason:
        'by today\'s policies: application "ComfyUI": no policy admits mallory@example.net',
    },
    {
      result: "denied",
      kind: "machine",
      who: "comfyui-api",
      times: 1,
      reason:
        "not in the log: today's policies admit the token, so its secret was wrong or it had expired",
    },
    {
      result: "allowed",
      kind: "machine",
      who: "comfyui-api",
      country: "NL",
      times: 2,
      reason:
        'by today\'s policies: application "ComfyUI": Service Auth policy "machines" admits service token "comfyui-api"',
    },
    {
      result: "allowed",
      who: "ada@datacrew.space",
      times: 1,
      reason:
        'by today\'s policies: application "ComfyUI": policy "people" admits ada@datacrew.space',
    },
  ]);
  expect(seen.entries).toHaveLength(7);
  expect(seen.standsOut.map(({ id }) => id)).toEqual([
    "refused-often",
    "machine-refused",
  ]);
});

test("prints it as a table, with what the log can't show", async () => {
  // Where it runs in CI there are colours.
  const lines = stripVTControlCharacters(toText(await see())).split("\n");
  expect(lines[0]).toMatch(
    /comfyui\.datacrew\.space since .* UTC: 3 allowed, 4 denied/,
  );
  expect(lines[3]).toMatch(
    /denied +mallory@example\.net +Google +US +3 +\d{4}-\d\d-\d\d \d\d:\d\d +by today's policies: .*no policy admits/,
  );
  expect(lines.at(-1)).toContain("Not in this log");
});

test("says what today's policies make of those who got in before", async () => {
  const { include } = service.people;
  service.people.include = [{ email: { email: "grace@example.org" } }];
  const seen = await see();
  service.people.include = include;
  expect(seen.groups.at(-1)?.reason).toMatch(
    /^today's policies would deny them: .*no policy admits ada@/,
  );
  expect(seen.standsOut[0]?.id).toBe("no-longer-admitted");
});

test("says that older entries may be missing", async () => {
  expect((await see(2 * 86_400_000)).notes[0]).toContain("24 hours");
});

test("leaves reasons out where the policies can't be read, and says why", async () => {
  const [token] = service.account.apiTokens;
  const { permissions } = token!;
  token!.permissions = ["Access: Audit Logs Read", "Account Analytics Read"];
  const seen = await see();
  token!.permissions = permissions;
  expect(seen.groups[0]).toMatchObject({
    who: "mallory@example.net",
    reason: "not in the log",
  });
  expect(seen.notes[0]).toContain('"Access: Apps and Policies Read"');
  expect(seen.standsOut.map(({ id }) => id)).not.toContain("strangers");
});

test("does with the machines of the log where Cloudflare's GraphQL is closed, and says so", async () => {
  const [token] = service.account.apiTokens;
  const { permissions } = token!;
  token!.permissions = permissions.filter((name) => !/Analytics/.test(name));
  const seen = await see();
  token!.permissions = permissions;
  expect(seen.entries.filter(({ kind }) => kind === "machine")).toMatchObject([
    { result: "allowed", name: "comfyui-api" },
    { result: "allowed", name: "comfyui-api" },
  ]);
  expect(seen.notes[0]).toBe(
    'Denied service tokens are missing: Service token logins can\'t be read: the API token lacks a permission for this (not authorized for that account). Add the permission "Account Analytics Read" to it: dashboard, My Profile, API Tokens, or for a token of the account Manage Account, Account API Tokens.',
  );
});
