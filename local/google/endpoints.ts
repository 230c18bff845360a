/** Who signs Google's ID tokens. */
export const ISSUER = "https://accounts.google.com";

/**
 * Where Google answers what: each path on its own host only.
 *
 * @see https://developers.google.com/identity/openid-connect/openid-connect#discovery
 */
export const ENDPOINTS = {
  authorization: "https://accounts.google.com/o/oauth2/v2/auth",
  token: "https://oauth2.googleapis.com/token",
  userinfo: "https://openidconnect.googleapis.com/v1/userinfo",
  jwks: "https://www.googleapis.com/oauth2/v3/certs",
} as const;

export const ACCOUNTS_HOST = new URL(ISSUER).host;
export const HOSTS: readonly string[] = Object.values(ENDPOINTS).map(
  (url) => new URL(url).host,
);

/** Pages on Google's accounts host; the chooser's ends in the login's id. */
export const ERROR_PATH = "/signin/oauth/error";
export const CHOOSER_PATH = "/v3/signin/accountchooser/";
export const DISCOVERY_PATH = "/.well-known/openid-configuration";

export const SCOPES = ["openid", "email", "profile"];

/** The document at `DISCOVERY_PATH`. */
export const DISCOVERY = {
  issuer: ISSUER,
  authorization_endpoint: ENDPOINTS.authorization,
  token_endpoint: ENDPOINTS.token,
  userinfo_endpoint: ENDPOINTS.userinfo,
  jwks_uri: ENDPOINTS.jwks,
  response_types_supported: ["code"],
  subject_types_supported: ["public"],
  id_token_signing_alg_values_supported: ["RS256"],
  scopes_supported: SCOPES,
  token_endpoint_auth_methods_supported: [
    "client_secret_post",
    "client_secret_basic",
  ],
  claims_supported: [
    "aud",
    "email",
    "email_verified",
    "exp",
    "hd",
    "iat",
    "iss",
    "name",
    "sub",
  ],
  code_challenge_methods_supported: ["S256"],
  grant_types_supported: ["authorization_code"],
};
