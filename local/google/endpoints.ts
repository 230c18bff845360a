/** Who signs Google's ID tokens. */
const ISSUER = "https://accounts.google.com";

/**
 * Where Google answers what: each path on its own host only.
 *
 * @see https://developers.google.com/identity/openid-connect/openid-connect#discovery
 */
const ENDPOINTS = {
  authorization: "https://accounts.google.com/o/oauth2/v2/auth",
  token: "https://oauth2.googleapis.com/token",
  userinfo: "https://openidconnect.googleapis.com/v1/userinfo",
  jwks: "https://www.googleapis.com/oauth2/v3/certs",
} as const;

/** An OpenID provider, and where it answers what: each path on its own host only. */
export interface Site {
  /** What its pages call it. */
  readonly name: string;
  readonly issuer: string;
  readonly endpoints: {
    readonly authorization: string;
    readonly token: string;
    readonly userinfo: string;
    readonly jwks: string;
  };
}

export const GOOGLE: Site = {
  name: "Google",
  issuer: ISSUER,
  endpoints: ENDPOINTS,
};

/** Pages on Google's accounts host; the chooser's ends in the login's id. */
export const ERROR_PATH = "/signin/oauth/error";
export const CHOOSER_PATH = "/v3/signin/accountchooser/";
export const DISCOVERY_PATH = "/.well-known/openid-configuration";

export const SCOPES = ["openid", "email", "profile"];

/** The document at `DISCOVERY_PATH`. */
export const discovery = ({ endpoints, issuer }: Site) => ({
  issuer,
  authorization_endpoint: endpoints.authorization,
  token_endpoint: endpoints.token,
  userinfo_endpoint: endpoints.userinfo,
  jwks_uri: endpoints.jwks,
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
});
