import { serviceTokensCheck } from "../../doctor/checks/service-tokens";
import type { AccountContext } from "../../doctor/context";

const TOKEN = {
  id: "b11d0000-0000-4000-8000-000000000004",
  client_id: `${"c0".repeat(16)}.access`,
  name: "comfyui-api",
  expires_at: "2027-06-01T00:00:00Z",
};

function look(existing: string, token: object) {
  const notes = { existingTokens: [existing] };
  return serviceTokensCheck.run({
    account: { serviceTokens: async () => [token] },
    plans: { services: [{ name: "comfyui", notes }] },
    now: new Date("2026-11-28T00:00:00Z"),
  } as unknown as AccountContext);
}

test.each([TOKEN.id, TOKEN.client_id])("%s is a token", async (existing) => {
  expect(await look(existing, TOKEN)).toMatchObject({ status: "ok" });
});

test.each<[string, string, object, RegExp]>([
  [
    "is not there",
    "00000000-0000-4000-8000-000000000000",
    TOKEN,
    /has no token 00000000/,
  ],
  [
    "is switched off",
    TOKEN.id,
    { ...TOKEN, enabled: false },
    /is switched off/,
  ],
  [
    "has ended",
    TOKEN.id,
    { ...TOKEN, expires_at: "2026-01-01T00:00:00Z" },
    /ended on 2026-01-01/,
  ],
])("tells of one that %s", async (_, existing, token, says) => {
  const what = expect.stringMatching(says) as string;
  expect(await look(existing, token)).toMatchObject([
    { status: "problem", about: "comfyui", what },
  ]);
});
