/**
 * What a Cloudflare account consists of, in the JSON shapes of Cloudflare's
 * API. Where the account has to remember more than the API shows (secrets,
 * the zone of a record), the extra field's comment says so and the resource's
 * file in `api/` leaves it out of its answers.
 *
 * Times are RFC 3339 strings in UTC.
 */

export type Json =
  null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** @see https://developers.cloudflare.com/api/resources/zones/ */
export interface Zone {
  id: string;
  /** For example `example.com`. */
  name: string;
  /** Access takes hosts of active zones only. */
  status: "active" | "pending" | "initializing" | "moved";
  type: "full" | "partial";
  paused: boolean;
  account: { id: string; name: string };
  name_servers: string[];
  plan: { id: string; name: string };
  created_on: string;
  modified_on: string;
  activated_on: string | null;
}

/** @see https://developers.cloudflare.com/api/resources/dns/subresources/records/ */
export interface DnsRecord {
  id: string;
  /** Not in the API's answers. */
  zone_id: string;
  /** The whole name, for example `app.example.com`. */
  name: string;
  type: string;
  content: string;
  proxiable: boolean;
  proxied: boolean;
  /** Seconds; 1 is "automatic". */
  ttl: number;
  settings: JsonObject;
  meta: JsonObject;
  comment: string | null;
  /** Absent where there is no comment, as `tags_modified_on` is without tags. */
  comment_modified_on?: string;
  tags: string[];
  tags_modified_on?: string;
  created_on: string;
  modified_on: string;
  priority?: number;
  data?: JsonObject;
}

/** One rule of a tunnel's ingress, with whatever keys its writer gave it. */
export interface IngressRule {
  hostname?: string | null;
  path?: string | null;
  service: string;
  originRequest?: JsonObject | null;
  [key: string]: Json | undefined;
}

/** The document that a connector is sent, kept exactly as it was PUT. */
export interface TunnelConfig {
  ingress?: IngressRule[] | null;
  originRequest?: JsonObject | null;
  "warp-routing"?: JsonObject | null;
  [key: string]: Json | IngressRule[] | undefined;
}

/** @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/tunnels/subresources/cloudflared/subresources/configurations/ */
export interface TunnelConfiguration {
  /** 0 until the first PUT, then one more with each. */
  version: number;
  config: TunnelConfig | null;
  /** `local`: the connector reads a file on its host. */
  source: "cloudflare" | "local";
  created_at: string;
}

/** One running cloudflared. */
export interface Connector {
  /** The connector's id (`client_id` in the list of connections). */
  id: string;
  version: string;
  origin_ip: string;
  opened_at: string;
}

/** @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/tunnels/subresources/cloudflared/ */
export interface Tunnel {
  id: string;
  name: string;
  created_at: string;
  /** Set by a delete; the tunnel stays readable. */
  deleted_at: string | null;
  metadata: JsonObject;
  /** Not in the API's answers but for `/token`. Base64. */
  tunnel_secret: string;
  /** Answered by `/configurations` only. */
  configuration: TunnelConfiguration;
  /** Running connectors; none: the edge answers error 1033. */
  connectors: Connector[];
  /** When the last connector left; absent while it never ran. */
  conns_inactive_at?: string;
}

/** @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/organizations/ */
export interface Organization {
  /** For example `team.cloudflareaccess.com`. */
  auth_domain: string;
  name: string;
  session_duration: string;
  login_design: JsonObject;
  is_ui_read_only: boolean;
  allow_authenticate_via_warp: boolean;
  auto_redirect_to_identity: boolean;
  /** A bad service token is answered 401 and never falls back to a login. */
  strict_service_token_auth: boolean;
  /** Hosts without an application are blocked. */
  deny_unmatched_requests: boolean;
  created_at: string;
  updated_at: string;
  [key: string]: Json | undefined;
}

/** @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/identity_providers/ */
export interface IdentityProvider {
  id: string;
  name: string;
  /** `google`, `onetimepin`, … */
  type: string;
  /** Without the client secret. */
  config: JsonObject;
  /** Not in the API's answers. */
  client_secret?: string;
  scim_config?: JsonObject;
  version: string;
}

/** One entry of a rule list: an object with one key, as `{email: {email}}`. */
export type AccessRule = { [selector: string]: JsonObject };

/** @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/access/subresources/groups/ */
export interface Group {
  id: string;
  name: string;
  include: AccessRule[];
  exclude: AccessRule[];
  require: AccessRule[];
  created_at: string;
  updated_at: string;
}

export type Decision = "allow" | "deny" | "non_identity" | "bypass";

/** What the writer of a policy says. */
export interface PolicySettings {
  name: string;
  decision: Decision;
  include: AccessRule[];
  exclude: AccessRule[];
  require: AccessRule[];
  /** Left out: as long as the application's. */
  session_duration?: string;
  /** `approval_required`, `isolation_required`, … where they are on. */
  [key: string]: Json | undefined;
}

/** @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/access/subresources/policies/ */
export interface Policy extends PolicySettings {
  id: string;
  /** False for a policy that was written inside one application. */
  reusable: boolean;
  created_at: string;
  updated_at: string;
}

/** A policy's place in an application; the lowest precedence comes first. */
export interface PolicyLink {
  id: string;
  precedence: number;
}

/** Where an application stands: a host with an optional path, no scheme. */
export interface Destination {
  type: string;
  uri?: string;
  [key: string]: Json | undefined;
}

/** What the writer of an application says, but for its policies. */
export interface ApplicationSettings {
  name: string;
  type: string;
  /** Host and path without scheme; the first of `destinations`. */
  domain?: string;
  destinations?: Destination[];
  /** Ids of login methods; none: all of the account. */
  allowed_idps: string[];
  session_duration: string;
  tags: string[];
  auto_redirect_to_identity: boolean;
  enable_binding_cookie: boolean;
  http_only_cookie_attribute: boolean;
  options_preflight_bypass: boolean;
  app_launcher_visible: boolean;
  /** `service_auth_401_redirect`, `cors_headers`, `custom_deny_url`, … as written. */
  [key: string]: unknown;
}

/** @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/access/subresources/applications/ */
export interface Application extends ApplicationSettings {
  id: string;
  /** 64 hexadecimal digits; the audience of this application's tokens. */
  aud: string;
  /** Sorted by precedence. */
  policies: PolicyLink[];
  created_at: string;
  updated_at: string;
}

/** @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/access/subresources/service_tokens/ */
export interface ServiceToken {
  id: string;
  name: string;
  /** `<32 hexadecimal digits>.access` */
  client_id: string;
  /** `8760h` or `forever`. */
  duration: string;
  /** Far away where the duration is `forever`. */
  expires_at: string;
  created_at: string;
  updated_at: string;
  enabled: boolean;
  /** When it was used last; absent where it never was. */
  last_seen_at?: string;
  /** Not in the API's answers. */
  client_secret_version: number;
  /** In the answer to a create or a rotation only. */
  client_secret: string;
  /** The secret before the last rotation, while it lives. Not in the answers. */
  previous_client_secret?: { value: string; expires_at: string };
}

/** @see https://developers.cloudflare.com/fundamentals/api/get-started/create-token/ */
export interface ApiToken {
  id: string;
  name: string;
  /** What a client sends as `Authorization: Bearer …`. */
  value: string;
  status: "active" | "disabled" | "expired";
  owner: "user" | "account";
  not_before?: string;
  expires_on?: string;
  /** Names of permission groups, for example `DNS Write`, which implies `DNS Read`. */
  permissions: string[];
}

/** @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/access/subresources/logs/ */
export interface AccessLogEntry {
  /** A person's e-mail, or a service token's client id. */
  user_email: string;
  user_id?: string;
  ip_address: string;
  app_uid: string;
  app_domain: string;
  app_name?: string;
  app_type?: string;
  action: "login" | "logout";
  /** Kind of the login method, for example `google`; `nonidentity` for a service token. */
  connection: string;
  allowed: boolean;
  created_at: string;
  ray_id: string;
  country?: string;
}

/**
 * Something that came without a person: with a service token, or refused for
 * want of one. Cloudflare shows these in its GraphQL API.
 */
export interface NonIdentityLogin {
  at: string;
  app_id: string;
  /** Of the policy that let it in; empty for a refusal. */
  policy_id: string;
  /** Empty where there was none that is known. */
  service_token_id: string;
  success: boolean;
  ip_address: string;
  country: string;
  ray_id: string;
}

/** Someone who has logged in before. */
export interface AccessUser {
  id: string;
  email: string;
  name: string;
  created_at: string;
  last_successful_login: string;
  /** The login method of that login. Not in the API's answers. */
  idp?: { id: string; type: string };
}

/** A person's login to the team, from which those to applications follow. Not in account files. */
export interface LoginSession {
  /** The `identity_nonce` of its token. */
  readonly nonce: string;
  readonly userId: string;
  readonly email: string;
  /** Seconds since 1970. */
  readonly startedAt: number;
  readonly expiresAt: number;
  /** Applications it has led to, by id, with the second in which the session there ends. */
  readonly applications: Map<string, number>;
  /** How many revocations there were when it began; later ones can end it. */
  readonly revocationsBefore: number;
  /** By a logout. */
  ended: boolean;
}

/** Sessions that began before `at` are over: those of an application or of a person. */
export type Revocation = { at: string } & (
  { app_id: string } | { email: string }
);

/** A person with a user at Google, GitHub and Cloudflare. */
export interface Person {
  email: string;
  name: string;
  /** Google's `hd` claim; Workspace accounts only. */
  hosted_domain?: string;
  /** Cloudflare accounts they are a member of. @default - none */
  member_of?: string[];
}

/** An OAuth client in Google's console. */
export interface GoogleClient {
  client_id: string;
  client_secret: string;
  redirect_uris: string[];
}

/** What a rehearsal on the account sets, as the settings of the same meaning do. */
export interface RehearsalSettings {
  /** Name. @default - the first zone's */
  zone?: string;
  /** Name. @default - the first tunnel's */
  tunnel?: string;
  /** @default "Google" */
  login_method?: string;
  /** Null: the stacks make no login method. @default - the first Google client */
  google_client_id?: string | null;
  /** None, nor domains: the first person. */
  allowed_emails: string[];
  allowed_email_domains: string[];
  /** @default - `existing` where the service's host has a record */
  dns_records?: "create" | "existing";
}
