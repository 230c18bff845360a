/** Stable names of the house rules: waivers and reports say them. */
export const RULE_IDS = [
  "public-host",
  "wildcard-host",
  "allow-everyone",
  "any-account",
  "allow-by-place",
  "public-mail-domain",
  "bypass-wider-than-paths",
  "service-auth-without-token",
  "any-service-token",
  "service-token-in-allow-policy",
  "no-login-method-pinned",
  "session-too-long",
  "preflight-bypass",
  "token-without-expiry",
  "token-too-long",
  "route-without-jwt-check",
  "dns-not-proxied",
  "mail-or-proof-record",
  "destroy-restores-public",
  "login-method-trust",
  "secret-store",
  "access-undecided",
  "unread-change",
] as const;

export type RuleId = (typeof RULE_IDS)[number];
