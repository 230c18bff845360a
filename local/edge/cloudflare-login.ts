import type { IdentityProvider } from "../account-objects";
import { ACCESS_CLIENT } from "../dashboard/dashboard";
import {
  challenge,
  LoginFailed,
  type AskGoogle,
  type GoogleLogin,
} from "./google-login";
import type { LoggedIn } from "./logged-in";

const DASHBOARD = "https://dash.cloudflare.com/oauth2";
const API = "https://api.cloudflare.com/client/v4";

/** Where a browser is sent to log in at Cloudflare. */
export function cloudflareUrl(
  _provider: IdentityProvider,
  state: string,
  { codeVerifier, redirectUri }: GoogleLogin,
): string {
  const query = new URLSearchParams({
    client_id: ACCESS_CLIENT,
    redirect_uri: redirectUri,
    response_type: "code",
    scope: "user-details.read memberships.read",
    state,
    code_challenge: challenge(codeVerifier),
    code_challenge_method: "S256",
  });
  return `${DASHBOARD}/auth?${query}`;
}

/**
 * Trades a code for the person's address, name and accounts.
 *
 * @param accountId whose members alone log in where the login method says so
 * @throws LoginFailed where Cloudflare refuses the code, or the person is no member
 */
export async function redeemAtCloudflare(
  { config, name: method }: IdentityProvider,
  code: string,
  { codeVerifier, redirectUri }: GoogleLogin,
  ask: AskGoogle,
  accountId: string,
): Promise<LoggedIn> {
  const form = new URLSearchParams({
    grant_type: "authorization_code",
    client_id: ACCESS_CLIENT,
    code,
    code_verifier: codeVerifier,
    redirect_uri: redirectUri,
  });
  const { text } = await ask(`${DASHBOARD}/token`, form);
  const { access_token, error } = JSON.parse(text) as {
    access_token?: string;
    error?: string;
  };
  if (access_token === undefined)
    throw new LoginFailed(`Failed to exchange the code at ${method}: ${error}`);
  const read = async <T>(path: string): Promise<T> => {
    const answer = await ask(API + path, undefined, access_token);
    if (answer.status !== 200)
      throw new LoginFailed(`Cloudflare answers ${answer.status} to ${path}`);
    return (JSON.parse(answer.text) as { result: T }).result;
  };
  const { email, first_name, last_name } = await read<{
    email: string;
    first_name: string | null;
    last_name: string | null;
  }>("/user");
  const memberships =
    await read<{ account: { id: string }; status: string }[]>("/memberships");
  const cloudflareAccounts = memberships
    .filter(({ status }) => status === "accepted")
    .map(({ account }) => account.id);
  if (
    config.restrict_to_account_members === true &&
    !cloudflareAccounts.includes(accountId)
  )
    throw new LoginFailed(`${email} is not a member of this account`);
  const name = [first_name, last_name].filter(Boolean).join(" ") || email;
  return { email, name, cloudflareAccounts };
}
