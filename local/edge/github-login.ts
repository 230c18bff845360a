import type { IdentityProvider } from "../account-objects";
import { LoginFailed, type AskGoogle, type GoogleLogin } from "./google-login";
import type { LoggedIn } from "./logged-in";

const AUTHORIZATION_ENDPOINT = "https://github.com/login/oauth/authorize";
const TOKEN_ENDPOINT = "https://github.com/login/oauth/access_token";
const API = "https://api.github.com";

/**
 * Where a browser is sent to log in at GitHub.
 *
 * @see https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
 */
export function githubUrl(
  { config }: IdentityProvider,
  state: string,
  { redirectUri }: GoogleLogin,
): string {
  const query = new URLSearchParams({
    client_id: String(config.client_id),
    redirect_uri: redirectUri,
    scope: "user:email read:org",
    state,
  });
  return `${AUTHORIZATION_ENDPOINT}?${query}`;
}

/**
 * Trades a code for the person's address, name, organizations and teams.
 *
 * @throws LoginFailed where GitHub refuses the code, or tells no verified address
 */
export async function redeemAtGithub(
  { client_secret = "", config }: IdentityProvider,
  code: string,
  { redirectUri }: GoogleLogin,
  ask: AskGoogle,
): Promise<LoggedIn> {
  const answer = await ask(
    TOKEN_ENDPOINT,
    new URLSearchParams({
      client_id: String(config.client_id),
      client_secret,
      code,
      redirect_uri: redirectUri,
    }),
  );
  const { access_token, error } = JSON.parse(answer.text) as {
    access_token?: string;
    error?: string;
  };
  if (access_token === undefined)
    throw new LoginFailed(`Failed to exchange the code at GitHub: ${error}`);
  const read = async <T>(path: string): Promise<T> => {
    const { status, text } = await ask(API + path, undefined, access_token);
    if (status !== 200)
      throw new LoginFailed(`GitHub answers ${status} to ${path}`);
    return JSON.parse(text) as T;
  };
  const user = await read<{ name?: string | null; login: string }>("/user");
  const emails =
    await read<{ email: string; primary: boolean; verified: boolean }[]>(
      "/user/emails",
    );
  const email = emails.find((one) => one.primary && one.verified)?.email;
  if (email === undefined)
    throw new LoginFailed("GitHub did not return a verified e-mail address");
  const orgs = await read<{ login: string }[]>("/user/orgs");
  const teams =
    await read<{ slug: string; organization: { login: string } }[]>(
      "/user/teams",
    );
  return {
    email,
    name: user.name ?? user.login,
    groups: [
      ...orgs.map(({ login }) => login),
      ...teams.map(({ organization, slug }) => `${organization.login}/${slug}`),
    ],
  };
}
