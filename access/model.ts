/**
 * The parts of a Cloudflare account that Access looks at, in the shapes and
 * with the names of Cloudflare's API, so that its answers, the local API's
 * objects and Terraform's plan values can be handed in as they are.
 * Fields that Access does not decide by may be present and are ignored; `null`
 * means the same as absent, because Terraform writes every unused key as null.
 *
 * @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/access/
 */

/** Everything that decides who gets in. */
export interface AccessAccount {
  /** Its id, which a rule by account membership means where it names none. @default - not known */
  readonly id?: string | null;
  /** As answered by `GET /access/apps`. */
  readonly applications: readonly Application[];
  /** Reusable policies; needed only where applications name theirs by id. */
  readonly policies?: readonly Policy[] | null;
  /** Groups that policies name; needed only where one does. */
  readonly groups?: readonly Group[] | null;
  /** Login methods; used for names in reasons, and for their types. */
  readonly identity_providers?: readonly IdentityProvider[] | null;
  /** Used for names in reasons. Whether a secret fits is the caller's to find out. */
  readonly service_tokens?: readonly ServiceToken[] | null;
  /** E-mail and IP lists with their items; a list not given here makes decisions depend on it. */
  readonly lists?: readonly List[] | null;
  /** The account's settings for Access. @default - Cloudflare's defaults */
  readonly organization?: Organization | null;
}

/** An Access application. Types without traffic of their own (bookmark, saas ...) are ignored. */
export interface Application {
  /** A UUID. @default - it can't be named */
  readonly id?: string | null;
  /** Used in reasons. */
  readonly name?: string | null;
  /** @default "self_hosted" */
  readonly type?: string | null;
  /** The application's audience tag: 64 hexadecimal digits. */
  readonly aud?: string | null;
  /** Host and optional path, without a scheme. Shorthand for one public destination. */
  readonly domain?: string | null;
  /** What the application covers. Takes the place of `domain` and `self_hosted_domains`. */
  readonly destinations?: readonly Destination[] | null;
  /** Cloudflare's older name of `destinations`. */
  readonly self_hosted_domains?: readonly string[] | null;
  /** Full policies, `{id, precedence}` or ids. Sorted by `precedence` where all have one, else in the order given. */
  readonly policies?: readonly (Policy | string)[] | null;
  /** Login methods that count here, by id. Empty: all of the account. */
  readonly allowed_idps?: readonly string[] | null;
  /** Whether the only login method is asked at once, without a page. @default false */
  readonly auto_redirect_to_identity?: boolean | null;
  /** Whether a session of WARP counts as a login, by whatever login method the device was enrolled with. */
  readonly allow_authenticate_via_warp?: boolean | null;
  /** @default "24h" */
  readonly session_duration?: string | null;
  /** `none`, `lax`, `strict`; absent where the cookie says nothing. */
  readonly same_site_cookie_attribute?: string | null;
  /** Whether callers with a refused service token get 401 and no login. @default false */
  readonly service_auth_401_redirect?: boolean | null;
  /** Whether preflights go to the origin unasked. @default false */
  readonly options_preflight_bypass?: boolean | null;
  /** How the edge answers preflights itself. @default - it does not */
  readonly cors_headers?: CorsHeaders | null;
  /** Header in which the caller may also look for a service token. Not looked at here. */
  readonly read_service_tokens_from_header?: string | null;
}

/** A place that an application covers. */
export interface Destination {
  /** Only `public` destinations have a host name. @default "public" */
  readonly type?: string | null;
  /** Host and optional path, with wildcards, without a scheme. */
  readonly uri?: string | null;
  /** Paths of this destination that are open to everyone. */
  readonly overrides?: readonly DestinationOverride[] | null;
}

/** A path within a destination that is treated in another way. */
export interface DestinationOverride {
  /** `public`: open to everyone. */
  readonly behavior?: string | null;
  /** With wildcards; unlike the destination's own path it does not cover what lies below. */
  readonly path_pattern?: string | null;
}

/** With any setting in it, the edge answers preflights itself. */
export interface CorsHeaders {
  /** @default false */
  readonly allow_all_headers?: boolean | null;
  /** @default false */
  readonly allow_all_methods?: boolean | null;
  /** @default false */
  readonly allow_all_origins?: boolean | null;
  /** @default false */
  readonly allow_credentials?: boolean | null;
  /** Names of headers. @default - none */
  readonly allowed_headers?: readonly string[] | null;
  /** Methods in capitals. @default - none */
  readonly allowed_methods?: readonly string[] | null;
  /** Such as `https://app.example.com`. @default - none */
  readonly allowed_origins?: readonly string[] | null;
  /** How long browsers may keep the answer, in seconds. */
  readonly max_age?: number | null;
}

/** `deny` is "Block" and `non_identity` is "Service Auth" in the dashboard. */
export type PolicyDecision = "allow" | "deny" | "non_identity" | "bypass";

/** A policy. Without a `decision` it is a reference to the reusable policy with that `id`. */
export interface Policy extends RuleSet {
  /** A UUID, by which applications name it. */
  readonly id?: string | null;
  /** Used in reasons. */
  readonly name?: string | null;
  /** `allow`, `deny`, `non_identity` (Service Auth) or `bypass`. */
  readonly decision?: string | null;
  /** Lowest first. */
  readonly precedence?: number | null;
  /** Wins over the application's. */
  readonly session_duration?: string | null;
  /** Someone named in the policy has to agree to each access. */
  readonly approval_required?: boolean | null;
}

/** A rule group: a rule set with a name, for use in policies and other groups. */
export interface Group extends RuleSet {
  /** A UUID, by which rules name it. */
  readonly id?: string | null;
  /** Used in reasons. */
  readonly name?: string | null;
}

/**
 * Any rule of `include` holds, all of `require` hold and none of `exclude`
 * does.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/policies/#cloudflare-access-rule-types
 */
export interface RuleSet {
  /** One of these has to hold. */
  readonly include?: readonly Rule[] | null;
  /** All of these have to hold. */
  readonly require?: readonly Rule[] | null;
  /** None of these may hold. */
  readonly exclude?: readonly Rule[] | null;
}

/**
 * One selector with its values, for example `{ email: { email: "a@b.c" } }` or
 * `{ everyone: {} }`. Keys with null are ignored.
 */
export interface Rule {
  readonly [selector: string]: object | null | undefined;
}

/** A login method. */
export interface IdentityProvider {
  /** A UUID, by which rules name it. */
  readonly id?: string | null;
  /** Used in reasons. */
  readonly name?: string | null;
  /** `google`, `google-apps`, `onetimepin`, `github` ... */
  readonly type?: string | null;
  /** Its settings, such as `restrict_to_account_members`. */
  readonly config?: Readonly<Record<string, unknown>> | null;
}

/** A service token, without its secret. */
export interface ServiceToken {
  /** A UUID, by which rules name it. */
  readonly id?: string | null;
  /** Used in reasons. */
  readonly name?: string | null;
}

/** A Zero Trust list, as answered by `GET /gateway/lists/{id}`. */
export interface List {
  /** A UUID, by which rules name it. */
  readonly id?: string | null;
  /** Used in reasons. */
  readonly name?: string | null;
  /** Its addresses or e-mail addresses. */
  readonly items?: readonly { readonly value?: string | null }[] | null;
}

/** The account's Zero Trust organisation. */
export interface Organization {
  /** The team's host, `team.cloudflareaccess.com`. */
  readonly auth_domain?: string | null;
  /** Life of a login on the team's host, such as `24h`. */
  readonly session_duration?: string | null;
  /** Whether the only login method is asked at once, without a page. @default false */
  readonly auto_redirect_to_identity?: boolean | null;
  /** @see https://developers.cloudflare.com/cloudflare-one/access-controls/service-credentials/service-tokens/#enforce-strict-service-token-authentication */
  readonly strict_service_token_auth?: boolean | null;
  /** Hosts without an application are refused instead of public. */
  readonly deny_unmatched_requests?: boolean | null;
  /** Zones whose hosts without an application stay open. */
  readonly deny_unmatched_requests_exempted_zone_names?:
    readonly string[] | null;
}
