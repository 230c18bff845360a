import type { Account } from "../account";
import type { ApiToken } from "../account-objects";
import { ApiError } from "./envelope";

/** 40 characters; the newer `cfut_…` and `cfat_…` tokens are longer. */
const TOKEN = /^[A-Za-z0-9_-]{40,}$/;

/**
 * The API token that a request comes with.
 *
 * @throws ApiError as Cloudflare words it: a header that is missing (1001 where
 * a token is to be verified, 9106 elsewhere) or malformed (6003), a key instead
 * of a token (9103), a token that is unknown or no longer good (1000 where it
 * is to be verified, 9109 for zones, 10000 elsewhere).
 * @see https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/
 */
export function authenticate(account: Account, request: Request): ApiToken {
  const { pathname } = new URL(request.url);
  const verifying = /\/tokens\/verify$/.test(pathname);
  const header = request.headers.get("authorization");

  if (header === null) {
    if (request.headers.has("x-auth-key")) {
      throw new ApiError(403, 9103, "Unknown X-Auth-Key or X-Auth-Email");
    }
    if (verifying) {
      throw new ApiError(400, 1001, 'Missing "Authorization" header');
    }
    throw new ApiError(
      400,
      9106,
      "Missing X-Auth-Key, X-Auth-Email or Authorization headers",
    );
  }

  const value = /^Bearer (\S+)$/.exec(header)?.[1];
  if (value === undefined || !TOKEN.test(value)) {
    throw new ApiError(400, 6003, "Invalid request headers", {
      errorChain: [
        { code: 6111, message: "Invalid format for Authorization header" },
      ],
    });
  }

  const token = account.apiTokens.find((known) => known.value === value);
  if (verifying) {
    const userEndpoint = pathname.endsWith("/user/tokens/verify");
    if (token === undefined || (token.owner === "user") !== userEndpoint) {
      const status = account.switches.invalidTokenStatus;
      throw new ApiError(status, 1000, "Invalid API Token");
    }
    return token;
  }
  if (token === undefined || tokenStatus(account, token) !== "active") {
    throw /\/zones(\/|$)/.test(pathname)
      ? new ApiError(403, 9109, "Invalid access token")
      : new ApiError(403, 10000, "Authentication error");
  }
  return token;
}

/** A token's status at the account's present time. */
export function tokenStatus(
  account: Account,
  token: ApiToken,
): ApiToken["status"] {
  const expired =
    token.expires_on !== undefined &&
    account.now().getTime() >= Date.parse(token.expires_on);
  return token.status === "active" && expired ? "expired" : token.status;
}
