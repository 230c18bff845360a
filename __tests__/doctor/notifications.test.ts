import { cloudflareClient } from "../../account/client";
import { namedAccount } from "../../account/named-account";
import { notificationsCheck } from "../../doctor/checks/notifications";
import type { AccountContext } from "../../doctor/context";
import type { Account } from "../../local/account";
import { loadAccount } from "../../local/account-file";
import type { JsonObject } from "../../local/account-objects";
import { startApi } from "../../local/api/server";

let account: Account;
let server: Awaited<ReturnType<typeof startApi>>;
beforeEach(async () => {
  account = loadAccount("guide");
  server = await startApi(account);
});
afterEach(() => server.close());

const tunnel = () => [...account.tunnels.values()][0]!;

async function seen() {
  const settings = { accountId: account.id, tunnel: tunnel().name };
  const client = cloudflareClient({
    CLOUDFLARE_API_TOKEN: account.apiTokens[0]!.value,
    CLOUDFLARE_BASE_URL: server.baseUrl,
  });
  const named = namedAccount(client, settings as AccountContext["settings"]);
  const found = await notificationsCheck.run({
    account: named,
    settings,
  } as AccountContext);
  return [found].flat().map(({ about, what }) => ({ about, what }));
}

const policy = (alert_type: string, more: JsonObject = {}): JsonObject => ({
  ...{ alert_type, enabled: true, filters: {} },
  mechanisms: { email: [{ id: "ada@datacrew.space" }], webhooks: [] },
  ...more,
});

const HEALTH = "tunnel_health_event";

test("says that the token may not ask, and what it lacks", async () => {
  const { permissions } = account.apiTokens[0]!;
  permissions.splice(permissions.indexOf("Account Settings Read"), 1);
  expect(await seen()).toEqual([
    { what: expect.stringContaining('"Notifications Read"') as string },
  ]);
});

describe("with a token that may ask", () => {
  test.each<[string, JsonObject[], string]>([
    ["none is there", [policy("tunnel_update_event")], "off; it tells"],
    ["it is switched off", [policy(HEALTH, { enabled: false })], "off; it"],
    ["it goes to somebody", [policy(HEALTH)], "on; it tells when the tunnel"],
    [
      "it goes to nobody",
      [policy(HEALTH, { mechanisms: { email: [] } })],
      "on, but it is sent to nobody",
    ],
    [
      "it is about others",
      [policy(HEALTH, { filters: { tunnel_id: ["another"] } })],
      "on for other tunnels only",
    ],
  ])("says of the tunnel's health where %s", async (_, policies, what) => {
    account.notifications.push(...policies);
    expect(await seen()).toContainEqual({
      about: "Tunnel Health Alert",
      what: expect.stringContaining(what) as string,
    });
  });

  test("says of this tunnel, and of service tokens, that it is on", async () => {
    account.notifications.push(
      policy(HEALTH, { filters: { tunnel_id: [tunnel().id] } }),
      policy("expiring_service_token_alert"),
    );
    expect((await seen()).map(({ what }) => what.slice(0, 3))).toEqual([
      "on;",
      "on;",
    ]);
  });
});
