import { goDuration } from "../base/duration";
import { known } from "./faults";
import { isObject, propFaults, type KnownProps } from "./known-props";

/**
 * Access as the OAuth server of an application, for programs that act for a
 * person: what is no browser is answered 401 with `WWW-Authenticate` instead of
 * a redirect to the login.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/ai-controls/
 */
export interface OAuthConfiguration {
  /** @default true */
  readonly enabled?: boolean;
  /** Programs that register themselves. @default - Cloudflare's */
  readonly dynamicClientRegistration?: {
    readonly enabled?: boolean;
    /** Programs that are sent back to any port of `localhost`. */
    readonly allowAnyOnLocalhost?: boolean;
    /** Programs that are sent back to any port of `127.0.0.1`. */
    readonly allowAnyOnLoopback?: boolean;
    /** Other places to be sent back to: `https://` URLs, `/*` at the end for all below. */
    readonly allowedUris?: readonly string[];
  };
  /** How long a client keeps its access. @default - Cloudflare's */
  readonly grant?: {
    /** How long an access token is valid, such as `15m`. @default - Cloudflare's */
    readonly accessTokenLifetime?: string;
    /** How long a program need not ask again, such as `24h`. @default - Cloudflare's */
    readonly sessionDuration?: string;
  };
}

type Registration = NonNullable<
  OAuthConfiguration["dynamicClientRegistration"]
>;
type Grant = NonNullable<OAuthConfiguration["grant"]>;

const OAUTH: KnownProps<OAuthConfiguration> = {
  enabled: "bool",
  dynamicClientRegistration: "any",
  grant: "any",
};
const REGISTRATION: KnownProps<Registration> = {
  enabled: "bool",
  allowAnyOnLocalhost: "bool",
  allowAnyOnLoopback: "bool",
  allowedUris: "texts",
};
const GRANT: KnownProps<Grant> = {
  accessTokenLifetime: "text",
  sessionDuration: "text",
};

/** What Cloudflare would refuse of it. */
export function oauthFaults(oauth: OAuthConfiguration | undefined): string[] {
  if (oauth === undefined) return [];
  if (!isObject(oauth)) return propFaults(oauth, OAUTH, "oauthConfiguration.");
  const { dynamicClientRegistration: registration = {}, grant = {} } = oauth;
  const at = "oauthConfiguration.";
  const wrong = [
    ...propFaults(oauth, OAUTH, at),
    ...propFaults(
      registration,
      REGISTRATION,
      `${at}dynamicClientRegistration.`,
    ),
    ...propFaults(grant, GRANT, `${at}grant.`),
  ];
  if (wrong.length > 0) return wrong;
  return [
    ...(registration.allowedUris ?? [])
      .filter(
        (uri) =>
          known(uri) !== undefined &&
          !/^https:\/\/[^/\s*?#]+(\/[^\s*#]*(?<=\/)\*|\/[^\s*#]*)?$/.test(uri),
      )
      .map(
        (uri) =>
          `${at}dynamicClientRegistration.allowedUris has "${uri}": write an https URL such as "https://app.example.com/callback", or "…/*" for all below`,
      ),
    ...Object.entries(grant)
      .filter(([, time]) => known(time) !== undefined && !goDuration(time))
      .map(
        ([name, time]) =>
          `${at}grant.${name} must be a duration such as "15m" or "24h", got "${time}"`,
      ),
  ];
}

/** It as Terraform writes it. */
export function oauthBlock(
  oauth: OAuthConfiguration | undefined,
): object | undefined {
  if (!isObject(oauth)) return undefined;
  const { dynamicClientRegistration: registration, enabled, grant } = oauth;
  return {
    enabled,
    dynamic_client_registration: registration && {
      enabled: registration.enabled,
      allow_any_on_localhost: registration.allowAnyOnLocalhost,
      allow_any_on_loopback: registration.allowAnyOnLoopback,
      allowed_uris: registration.allowedUris,
    },
    grant: grant && {
      access_token_lifetime: grant.accessTokenLifetime,
      session_duration: grant.sessionDuration,
    },
  };
}
