import type Cloudflare from "cloudflare";
import { UsageError } from "../base/usage-error";
import { answerOf, statusOf } from "./api-errors";
import { NotKnown } from "./not-known";

export interface ApiToken {
  /** `unknown` where Cloudflare knows no such token. */
  readonly status: "active" | "disabled" | "expired" | "unknown";
  /** Undefined for a token that Cloudflare does not know. */
  readonly owner?: "user" | "account";
  /** RFC 3339; undefined: never. */
  readonly expiresOn?: string;
}

/**
 * Finds out what Cloudflare says of the API token. One of a user and one of an
 * account are verified at different endpoints, and each is unknown at the other.
 *
 * @throws NotKnown where no clear answer comes
 * @see https://developers.cloudflare.com/fundamentals/api/get-started/account-owned-tokens/
 */
export async function readApiToken(
  client: Cloudflare,
  account_id: string,
): Promise<ApiToken> {
  const endpoints = [
    ["user", () => client.user.tokens.verify()],
    ["account", () => client.accounts.tokens.verify({ account_id })],
  ] as const;
  for (const [owner, verify] of endpoints) {
    try {
      const { expires_on: expiresOn, status } = await verify();
      return { status, owner, expiresOn };
    } catch (error) {
      if (![400, 401, 403].includes(statusOf(error) ?? 0))
        throw new NotKnown(answerOf(error), { cause: error });
    }
  }
  return { status: "unknown" };
}

/**
 * Asks Cloudflare whether it knows the API token, before anything is planned:
 * in the middle of a deploy a refusal looks like throttling, which passes.
 * Where no clear answer comes the deploy goes on, as it tries again by itself.
 *
 * @throws UsageError where the token is unknown, expired or switched off
 * @see https://developers.cloudflare.com/api/resources/user/subresources/tokens/methods/verify/
 */
export async function checkApiToken(
  client: Cloudflare,
  accountId: string,
): Promise<void> {
  const token = await readApiToken(client, accountId).catch(
    (error: unknown) => {
      if (!(error instanceof NotKnown)) throw error;
      return undefined;
    },
  );
  if (token === undefined || token.status === "active") return;
  throw new UsageError("API token", [
    `Cloudflare says that CLOUDFLARE_API_TOKEN is ${token.status}: make a token in the dashboard, My Profile, API Tokens, and copy it again`,
  ]);
}
