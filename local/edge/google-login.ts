import { createHash } from "node:crypto";
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from "jose";
import type { IdentityProvider } from "../account-objects";

const ISSUER = "https://accounts.google.com";
const AUTHORIZATION_ENDPOINT = "https://accounts.google.com/o/oauth2/v2/auth";
const TOKEN_ENDPOINT = "https://oauth2.googleapis.com/token";
const KEYS = "https://www.googleapis.com/oauth2/v3/certs";

/** Asks one of Google's hosts, as the edge's back channel does. */
export type AskGoogle = (
  url: string,
  form?: URLSearchParams,
) => Promise<{ readonly status: number; readonly text: string }>;

/** A login that did not work out, with what is shown to the person. */
export class LoginFailed extends Error {}

/** What one login at Google is made of. */
export interface GoogleLogin {
  readonly redirectUri: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** Login methods that go to Google. */
export function isGoogle({ type }: IdentityProvider): boolean {
  return type === "google" || type === "google-apps";
}

/**
 * Where a browser is sent to log in.
 *
 * @see https://developers.google.com/identity/openid-connect/openid-connect#sendauthrequest
 */
export function authorizationUrl(
  { config, type }: IdentityProvider,
  state: string,
  { codeVerifier, nonce, redirectUri }: GoogleLogin,
): string {
  const url = new URL(AUTHORIZATION_ENDPOINT);
  const { searchParams: query } = url;
  query.set("client_id", String(config.client_id));
  query.set("redirect_uri", redirectUri);
  query.set("response_type", "code");
  query.set("scope", "openid email profile");
  query.set("state", state);
  query.set("nonce", nonce);
  if (config.pkce_enabled === true) {
    query.set("code_challenge", challenge(codeVerifier));
    query.set("code_challenge_method", "S256");
  }
  if (type === "google-apps" && config.apps_domain)
    query.set("hd", String(config.apps_domain));
  return url.href;
}

/**
 * Trades a code for the person's e-mail and name.
 *
 * @throws LoginFailed where Google refuses the code, or its ID token is not for us
 */
export async function redeemCode(
  { client_secret = "", config, type }: IdentityProvider,
  code: string,
  { codeVerifier, nonce, redirectUri }: GoogleLogin,
  ask: AskGoogle,
): Promise<{ email: string; name: string }> {
  const clientId = String(config.client_id);
  const form = new URLSearchParams({
    grant_type: "authorization_code",
    code,
    client_id: clientId,
    client_secret,
    redirect_uri: redirectUri,
  });
  if (config.pkce_enabled === true) form.set("code_verifier", codeVerifier);
  const answer = await ask(TOKEN_ENDPOINT, form);
  if (answer.status !== 200)
    throw new LoginFailed(
      `Failed to exchange the code at Google: ${answer.text}`,
    );
  const { id_token } = JSON.parse(answer.text) as { id_token?: string };
  const keys = JSON.parse((await ask(KEYS)).text) as JSONWebKeySet;
  // By the machine's clock, which Google's tokens are made by.
  const { payload } = await jwtVerify(id_token ?? "", createLocalJWKSet(keys), {
    algorithms: ["RS256"],
    issuer: ISSUER,
    audience: clientId,
    requiredClaims: ["exp", "sub", "nonce"],
  }).catch((error: Error) => {
    throw new LoginFailed(`Google's ID token is not valid: ${error.message}`);
  });
  if (payload.nonce !== nonce)
    throw new LoginFailed("Google's ID token belongs to another login");
  if (typeof payload.email !== "string" || payload.email_verified === false)
    throw new LoginFailed("Google did not return a verified e-mail address");
  if (type === "google-apps" && payload.hd !== config.apps_domain)
    throw new LoginFailed("The account belongs to another Google Workspace");
  const name = typeof payload.name === "string" ? payload.name : payload.email;
  return { email: payload.email, name };
}

function challenge(codeVerifier: string): string {
  return createHash("sha256").update(codeVerifier).digest("base64url");
}
