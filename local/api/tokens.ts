import type { Account } from "../account";
import type { ApiToken } from "../account-objects";
import { tokenStatus } from "./auth";
import { ok } from "./envelope";
import { isZonePermission, PERMISSION_GROUPS } from "./permissions";
import { route, type Route, type Routes } from "./router";

/**
 * What an API token can learn about itself.
 *
 * @see https://developers.cloudflare.com/api/resources/user/subresources/tokens/
 * @see https://developers.cloudflare.com/fundamentals/api/get-started/account-owned-tokens/
 */
export function tokens(account: Account): Routes {
  const verify = route(null, ({ token }) => verification(account, token));
  const permissionGroups: Route = route("Account API Tokens Read", () =>
    ok(
      Object.entries(PERMISSION_GROUPS).map(([name, id]) => ({
        id,
        name,
        scopes: [
          isZonePermission(name)
            ? "com.cloudflare.api.account.zone"
            : "com.cloudflare.api.account",
        ],
      })),
    ),
  );
  return {
    "GET /user/tokens/verify": verify,
    "GET /accounts/:account/tokens/verify": verify,
    "GET /user/tokens/permission_groups": permissionGroups,
    "GET /accounts/:account/tokens/permission_groups": permissionGroups,
  };
}

function verification(account: Account, token: ApiToken): Response {
  const { id, not_before, expires_on } = token;
  const status = tokenStatus(account, token);
  const messages =
    status === "active"
      ? [
          {
            code: 10000,
            message: "This API Token is valid and active",
            type: null,
          },
        ]
      : [];
  return ok(
    {
      id,
      status,
      ...(not_before !== undefined && { not_before }),
      ...(expires_on !== undefined && { expires_on }),
    },
    { messages },
  );
}
