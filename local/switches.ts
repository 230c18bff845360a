import type { Normalization } from "../access/normalize-path";

/**
 * Behaviours of Cloudflare that are undocumented, differ between accounts or
 * change on a date. Each has the reading we believe most likely as its default;
 * tests turn the others on, so that nothing we ship depends on one of them.
 */
export interface Switches {
  /** GET of a tunnel's configuration that was never written: 200 with `config: null`, or 404 with code 1055. */
  unconfiguredTunnel: "null" | "not-found";
  /** PUT of `config: null`, which asks for a tunnel that was never configured. */
  noConfiguration: "accept" | "refuse";
  /** Add `originRequest: {}` to rules that were written without one. */
  emptyOriginRequest: boolean;
  /** DELETE of a service token that a policy still names. */
  deleteUsedServiceToken: "allow" | "refuse";
  /** DELETE of a group that a policy still names. A login method goes in any case. */
  deleteUsedReference: "allow" | "refuse";
  /** Format of new service-token secrets: `cfast` since 2026-08-26, 64 hexadecimal digits before. */
  clientSecretFormat: "cfast" | "hex";
  /** GET of a login method shows `pkce_enabled: false` where nobody set it. */
  showUnsetPkce: boolean;
  /** `self_hosted_domains` in the answers for a single application. */
  selfHostedDomains: boolean;
  /** `service_auth_401_redirect` beside an allow policy: 401 for requests with a service token only, or for everyone without a session. */
  serviceAuth401: "token" | "always";
  /** How the account's zones normalize the URLs that Access looks at; the origin gets them as they came. */
  urlNormalization: Normalization;
  /** Bytes of the largest body that the zone's plan allows: 100 MB on Free and Pro. */
  largestBody: number;
  /** How long an origin may take to begin its answer, in milliseconds; Cloudflare's pages say 100 or 120 seconds. */
  longestWait: number;
  /** HTTP status of an API token that Cloudflare does not know. */
  invalidTokenStatus: 400 | 401;
}

/** The likeliest reading of each. */
export const DEFAULT_SWITCHES: Switches = {
  unconfiguredTunnel: "null",
  noConfiguration: "accept",
  emptyOriginRequest: false,
  deleteUsedServiceToken: "refuse",
  deleteUsedReference: "refuse",
  clientSecretFormat: "cfast",
  showUnsetPkce: false,
  selfHostedDomains: true,
  serviceAuth401: "token",
  urlNormalization: "rfc3986",
  largestBody: 100 * 1024 * 1024,
  longestWait: 100_000,
  invalidTokenStatus: 401,
};
