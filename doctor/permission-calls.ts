import type { AccountContext } from "./context";

/** A permission, by its name in the dashboard, and a call that tells whether the token has it. */
export interface HarmlessCall {
  readonly permission: string;
  /** @throws the refusal: of the permission, or of what was asked for */
  call(context: AccountContext): Promise<unknown>;
}

/** Nothing has these ids. */
const NO_UUID = "00000000-0000-0000-0000-000000000000";
const NO_ID = "0".repeat(32);

/** "Could not route to …" and "method not allowed": says nothing of permissions. */
export const NO_ID_THERE: readonly number[] = [7000, 7001, 7003, 10405];

/**
 * Edits are tried with an empty body on what can't exist: with the permission
 * the answer is "not found" or "invalid", without it 403, and neither the body
 * nor the id would let anything be made or changed.
 */
export const HARMLESS_CALLS: readonly HarmlessCall[] = [
  {
    permission: "Access: Apps and Policies Edit",
    call: access("post", "apps"),
  },
  {
    permission: "Access: Organizations, Identity Providers, and Groups Edit",
    call: access("put", `identity_providers/${NO_UUID}`),
  },
  {
    permission: "Access: Service Tokens Edit",
    call: access("put", `service_tokens/${NO_UUID}`),
  },
  {
    permission: "Cloudflare Tunnel Edit",
    call: ({ account: { client, settings } }) =>
      client.put(
        `/accounts/${settings.accountId}/cfd_tunnel/${NO_UUID}/configurations`,
        { body: {} },
      ),
  },
  {
    permission: "Zone Read",
    call: ({ account }) => account.client.zones.list({ per_page: 5 }),
  },
  {
    permission: "DNS Edit",
    call: async ({ account }) => {
      const zone = await account.zoneId();
      return account.client.patch(`/zones/${zone}/dns_records/${NO_ID}`, {
        body: {},
      });
    },
  },
];

/** Access answers nothing but "not enabled" before it is switched on. */
function access(method: "post" | "put", path: string): HarmlessCall["call"] {
  return async ({ account }) => {
    await account.teamDomain();
    const { client, settings } = account;
    return client[method](`/accounts/${settings.accountId}/access/${path}`, {
      body: {},
    });
  };
}
