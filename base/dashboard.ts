/** Zero Trust in Cloudflare's dashboard. `:account` is Cloudflare's own: it asks which. */
export const ZERO_TRUST = "https://dash.cloudflare.com/?to=/:account/one";

/** Where an API token is changed: a person's and an account's are in two places. */
export const API_TOKENS =
  "dashboard, My Profile, API Tokens, or for a token of the account Manage Account, Account API Tokens";
