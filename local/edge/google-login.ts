import { createHash } from "node:crypto";
import {
  createLocalJWKSet,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
} from "jose";
import type { IdentityProvider, Json } from "../account-objects";
import type { LoggedIn } from "./logged-in";

const GOOGLE = {
  name: "Google",
  issuer: "https://accounts.google.com",
  authorization: "https://accounts.google.com/o/oauth2/v2/auth",
  token: "https://oauth2.googleapis.com/token",
  keys: "https://www.googleapis.com/oauth2/v3/certs",
};

/** Where a login method's provider answers; Cloudflare does not know the issuer of others. */
function siteOf({ config, name, type }: IdentityProvider) {
  if (type !== "oidc") return GOOGLE;
  return {
    name,
    issuer: undefined,
    authorization: String(config.auth_url),
    token: String(config.token_url),
    keys: String(config.certs_url),
  };
}

/** Asks one of Google's hosts, as the edge's back channel does. */
export type AskGoogle = (
  url: string,
  form?: URLSearchParams,
  bearer?: string,
) => Promise<{ readonly status: number; readonly text: string }>;

/** A login that did not work out, with what is shown to the person. */
export class LoginFailed extends Error {}

/** What one login at Google is made of. */
export interface GoogleLogin {
  readonly redirectUri: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** Login methods that go to Google, or to another OpenID provider. */
export function isOpenId({ type }: IdentityProvider): boolean {
  return ["google", "google-apps", "oidc"].includes(type);
}

/**
 * Where a browser is sent to log in.
 *
 * @see https://developers.google.com/identity/openid-connect/openid-connect#sendauthrequest
 */
export function authorizationUrl(
  provider: IdentityProvider,
  state: string,
  { codeVerifier, nonce, redirectUri }: GoogleLogin,
): string {
  const { config, type } = provider;
  const url = new URL(siteOf(provider).authorization);
  const { searchParams: query } = url;
  query.set("client_id", String(config.client_id));
  query.set("redirect_uri", redirectUri);
  query.set("response_type", "code");
  query.set(
    "scope",
    Array.isArray(config.scopes) && type === "oidc"
      ? config.scopes.join(" ")
      : "openid email profile",
  );
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
  provider: IdentityProvider,
  code: string,
  { codeVerifier, nonce, redirectUri }: GoogleLogin,
  ask: AskGoogle,
): Promise<LoggedIn> {
  const { client_secret = "", config, type } = provider;
  const site = siteOf(provider);
  const clientId = String(config.client_id);
  const form = new URLSearchParams({
    grant_type: "authorization_code",
    code,
    client_id: clientId,
    client_secret,
    redirect_uri: redirectUri,
  });
  if (config.pkce_enabled === true) form.set("code_verifier", codeVerifier);
  const answer = await ask(site.token, form);
  if (answer.status !== 200)
    throw new LoginFailed(
      `Failed to exchange the code at ${site.name}: ${answer.text}`,
    );
  const { id_token } = JSON.parse(answer.text) as { id_token?: string };
  const keys = JSON.parse((await ask(site.keys)).text) as JSONWebKeySet;
  // By the machine's clock, which Google's tokens are made by.
  const { payload } = await jwtVerify(id_token ?? "", createLocalJWKSet(keys), {
    algorithms: ["RS256"],
    ...(site.issuer !== undefined && { issuer: site.issuer }),
    audience: clientId,
    requiredClaims: ["exp", "sub", "nonce"],
  }).catch((error: Error) => {
    throw new LoginFailed(
      `${site.name}'s ID token is not valid: ${error.message}`,
    );
  });
  if (payload.nonce !== nonce)
    throw new LoginFailed(`${site.name}'s ID token belongs to another login`);
  const claim =
    typeof config.email_claim_name === "string" && type === "oidc"
      ? config.email_claim_name
      : "email";
  const email = payload[claim];
  if (typeof email !== "string" || payload.email_verified === false)
    throw new LoginFailed(
      `${site.name} did not return a verified e-mail address`,
    );
  if (type === "google-apps" && payload.hd !== config.apps_domain)
    throw new LoginFailed("The account belongs to another Google Workspace");
  const name = typeof payload.name === "string" ? payload.name : email;
  return { email, name, ...claimsOf(payload, config.claims) };
}

/** The claims that the login method asks for, as rules look at them. */
function claimsOf(payload: JWTPayload, wanted: Json | undefined) {
  if (!Array.isArray(wanted)) return {};
  const claims = wanted.map(String).flatMap((claim) => {
    const value = payload[claim];
    return value === undefined ? [] : [[claim, [value].flat().map(String)]];
  });
  return {
    claims: Object.fromEntries(claims) as Record<string, readonly string[]>,
  };
}

export function challenge(codeVerifier: string): string {
  return createHash("sha256").update(codeVerifier).digest("base64url");
}
