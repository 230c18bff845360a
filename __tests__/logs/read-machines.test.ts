import { readMachines } from "../../logs/read-machines";
import { cloud, type Cloud } from "../local/api/support";

let here: Cloud;
beforeEach(() => void (here = cloud()));

const read = () =>
  readMachines(
    here.client.withOptions({ maxRetries: 0 }),
    {
      accountId: here.account.id,
      hostname: "comfyui.datacrew.space",
      applicationIds: new Set(["app"]),
      since: new Date("2026-11-24T10:00:00Z"),
    },
    new Date("2026-11-24T12:00:00Z"),
    {
      signal: new AbortController().signal,
      say: () => undefined,
      tick: () => undefined,
    },
  );

function add(count: number, changes: object = {}): void {
  for (let i = 0; i < count; i++)
    here.account.nonIdentityLogins.push({
      at: new Date(Date.parse("2026-11-24T10:30:00Z") + i * 100).toISOString(),
      app_id: "app",
      policy_id: "policy",
      service_token_id: "token",
      success: true,
      ip_address: "198.51.100.7",
      country: "nl",
      ray_id: `ray${here.account.nonIdentityLogins.length}`,
      ...changes,
    });
}

const answer = (body: object) =>
  here.api.onCall({ before: () => Response.json(body) });

test("tells which token was allowed and which was denied", async () => {
  add(1);
  add(1, { success: false, service_token_id: "", country: "XX" });
  add(1, { app_id: "another" });
  add(1, { at: "2026-11-24T09:59:59Z" });
  expect(await read()).toEqual([
    {
      at: "2026-11-24T10:30:00.000Z",
      who: "",
      kind: "machine",
      tokenId: "token",
      result: "allowed",
      connection: "nonidentity",
      country: "NL",
      ip: "198.51.100.7",
      appId: "app",
      domain: "",
      rayId: "ray0",
    },
    expect.objectContaining({ result: "denied", rayId: "ray1" }),
  ]);
});

test("goes on where the most that Cloudflare answers at once is not all", async () => {
  add(10_001);
  const found = await read();
  expect(new Set(found.map(({ rayId }) => rayId)).size).toBe(10_001);
  expect(found).toHaveLength(10_001);
});

test("stops where all that is left is as old as what it has", async () => {
  add(10_001, { at: "2026-11-24T10:30:00Z" });
  expect(await read()).toHaveLength(10_000);
  expect(here.api.calls).toHaveLength(2);
});

test.each([
  [
    "a permission that is missing",
    { data: null, errors: [{ message: "not authorized for that account" }] },
    'Add the permission "Account Analytics Read"',
  ],
  [
    "a fault of the query",
    { data: null, errors: [{ message: "query time range is too large" }] },
    "Cloudflare answered query time range is too large",
  ],
  [
    "unexpected format",
    { data: { viewer: [] } },
    "response has an unexpected format",
  ],
])("fails on %s", async (_name, body, message) => {
  answer(body);
  await expect(read()).rejects.toThrow(message);
});

test("fails where the token is not known", async () => {
  here.account.apiTokens[0]!.status = "disabled";
  await expect(read()).rejects.toThrow(/can't be read: .*403/);
});
