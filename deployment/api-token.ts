import Cloudflare from "cloudflare";
import { fetchNamed } from "../account/fetch-named";
import { UsageError } from "../settings";

/** A client of Cloudflare's API with the credentials of a deploy. */
export function cloudflareClient(env: NodeJS.ProcessEnv): Cloudflare {
  return new Cloudflare({
    apiToken: env.CLOUDFLARE_API_TOKEN,
    baseURL: env.CLOUDFLARE_BASE_URL || undefined,
    fetch: fetchNamed,
  });
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
  const ofUser = await verdict(() => client.user.tokens.verify());
  // Tokens that belong to an account are unknown as a user's.
  const found =
    ofUser === "unknown"
      ? await verdict(() =>
          client.accounts.tokens.verify({ account_id: accountId }),
        )
      : ofUser;
  if (found === "active" || found === undefined) return;
  throw new UsageError("API token", [
    `Cloudflare says that CLOUDFLARE_API_TOKEN is ${found}: make a token in the dashboard, My Profile, API Tokens, and copy it again`,
  ]);
}

/** What Cloudflare says of the token; undefined where nothing clear came back. */
async function verdict(
  verify: () => Promise<{ status?: string } | null>,
): Promise<string | undefined> {
  try {
    return (await verify())?.status;
  } catch (error) {
    const refused =
      error instanceof Cloudflare.APIError &&
      [400, 401, 403].includes(Number(error.status));
    return refused ? "unknown" : undefined;
  }
}
