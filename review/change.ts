import type * as access from "../access/model";
import type { Defaults } from "../ingress/defaults";
import type { IngressRule } from "../ingress/rule";
import type { StatedPeople } from "../contract/service-notes";
import type { ProviderChange } from "../contract/written-by";

/** What a resource of a plan is to Cloudflare, by the names of its API. */
export interface Kinds {
  readonly application: Application & {
    /** What a destroy gives back, of one that was there before. */
    readonly former?: Application | null;
  };
  readonly policy: Policy;
  readonly group: access.Group;
  readonly service_token: ServiceToken;
  readonly login_method: LoginMethod;
  readonly route: Route;
  readonly dns_record: DnsRecord;
}

/**
 * What happens to a resource. `forget`: Terraform lets go of it and it stays
 * in the account as it is.
 */
export type Action =
  "create" | "update" | "replace" | "delete" | "no-op" | "forget";

/** One resource of a stack's plan. */
export interface PlannedResource<K extends keyof Kinds = keyof Kinds> {
  /** Name of the stack. */
  readonly stack: string;
  /** Terraform's address within the stack. */
  readonly address: string;
  readonly kind: K;
  readonly action: Action;
  /** As it stands; undefined for what is created. */
  readonly before?: Kinds[K];
  /**
   * As it will stand; undefined for what is deleted or forgotten. What only
   * Cloudflare will say (an id, an aud) is a placeholder, the same wherever
   * another resource refers to it. What can't be told at all is absent.
   */
  readonly after?: Kinds[K];
  /** Attributes of `after` that are absent because nobody can tell them yet. */
  readonly unknown: readonly string[];
  /** Id of the account that it is written to. @default - the zone's */
  readonly accountId?: string;
  /** Id of the zone that it is written to. @default - it is of the account */
  readonly zoneId?: string;
  /** Replaced by one that is made only once it is gone. @default false */
  readonly goneFirst?: boolean;
  /** There before, and not of this stack: it becomes its own. @default false */
  readonly imported?: boolean;
  /** What the state knows of an application that was there before and is given back. */
  readonly givesBack?: Readonly<Record<string, unknown>>;
  /** Settings that differ, of an application that was there before and stays taken over. */
  readonly settings?: readonly SettingChange[];
  /** It is such an application, and the state does not have it yet. @default false */
  readonly takesOver?: boolean;
  /** Attributes that differ, secrets among them; one level down for a login method: `config.auth_url`. */
  readonly changed?: readonly string[];
}

/** One setting of an application, by the API's name, with its values for people. */
export interface SettingChange {
  readonly attribute: string;
  readonly before: string;
  readonly after: string;
}

/** Any kind, told apart by `kind`. */
export type AnyPlannedResource = {
  [K in keyof Kinds]: PlannedResource<K>;
}[keyof Kinds];

/** What one stack's plan says. */
export interface Plan {
  readonly stack: string;
  readonly resources: readonly AnyPlannedResource[];
  /** All that this version can't judge: it may change who reaches what. */
  readonly unread: readonly Unread[];
  /** What the stack's code states by its props. @default - not known */
  readonly stated?: Stated;
  /** Accounts in which it makes what is not judged by itself. @default - none */
  readonly accounts?: readonly WrittenTo[];
  /** Where it writes secrets. @default - nowhere */
  readonly secretPlaces?: readonly SecretPlace[];
  /** The outputs that are neither secret nor unknown. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Those that it had before. @default - none */
  readonly outputsBefore?: Readonly<Record<string, unknown>>;
  /** Set where another version of Cloudflare's provider wrote its state. */
  readonly provider?: ProviderChange;
}

/** What code states, whatever the resources say. */
export interface Stated {
  /** Ids or client ids of tokens that were made elsewhere, and are admitted. */
  readonly existingTokens: readonly string[];
  /** Whom a service allows. @default - the stack is none of a service */
  readonly people?: StatedPeople;
}

/** What one resource is written to. */
export interface WrittenTo {
  /** Terraform's address. */
  readonly address: string;
  /** Id of the account. */
  readonly accountId: string;
}

/** Where one resource writes a secret. */
export interface SecretPlace {
  /** Terraform's address. */
  readonly address: string;
  /** Id of the Google Cloud project. @default - it can't be told */
  readonly project?: string;
  /** The stack keeps secrets there already. @default false */
  readonly before?: boolean;
}

/** Something in a plan that can't be judged. */
export interface Unread {
  /** Terraform's address: of a resource, a provider, a module. */
  readonly address: string;
  /** What it is, and why it can't be judged. */
  readonly what: string;
}

/** What Access itself asks for as a second factor. */
export interface SecondFactor {
  readonly mfa_config?: { readonly mfa_disabled?: boolean | null } | null;
}

/** Some of whom have to agree to a session. */
export interface ApprovalGroup {
  readonly approvals_needed?: number | null;
  readonly email_addresses?: readonly string[] | null;
  readonly email_list_uuid?: string | null;
}

export interface Policy extends access.Policy, SecondFactor {
  readonly approval_groups?: readonly ApprovalGroup[] | null;
  readonly isolation_required?: boolean | null;
  readonly purpose_justification_prompt?: string | null;
  readonly purpose_justification_required?: boolean | null;
}

/** What bears on the safety of a login, and on no decision. */
export interface AppSettings {
  readonly http_only_cookie_attribute?: boolean | null;
  readonly same_site_cookie_attribute?: string | null;
  readonly path_cookie_attribute?: boolean | null;
  readonly enable_binding_cookie?: boolean | null;
  readonly allow_iframe?: boolean | null;
  readonly skip_interstitial?: boolean | null;
  readonly custom_deny_url?: string | null;
  readonly custom_non_identity_deny_url?: string | null;
  readonly custom_pages?: readonly string[] | null;
}

export interface Application
  extends access.Application, SecondFactor, AppSettings {
  /** Access as OAuth server. On where it is there and does not say otherwise. */
  readonly oauth_configuration?: { readonly enabled?: boolean | null } | null;
}

/** A login method, without its secret. */
export type LoginMethod = access.IdentityProvider;

/** A service token, without its secret. */
export interface ServiceToken extends access.ServiceToken {
  readonly client_id?: string | null;
  /** Hours such as `8760h`, or `forever`. */
  readonly duration?: string | null;
  /** RFC 3339; absent for one that never expires. */
  readonly expires_at?: string | null;
  readonly enabled?: boolean | null;
  /** Each higher one makes a new secret. Known in plans only. */
  readonly client_secret_version?: number | null;
  /** Until then the secret before works too. Known in plans only. */
  readonly previous_client_secret_expires_at?: string | null;
}

/** One ingress rule that a `tunnel_route` owns. */
export interface Route {
  /** `account/tunnel/hostname[/path]` */
  readonly id: string;
  readonly tunnel_id: string;
  readonly hostname: string;
  /** A Go regular expression; undefined for every path. */
  readonly path?: string;
  /** The rule as it stands in the tunnel's document. */
  readonly rule: IngressRule;
  readonly on_destroy: "restore" | "remove";
  /** The rule that stood there before; null where there was none. */
  readonly replaced: IngressRule | null;
  /** What a destroy puts back in its place, with what somebody has changed of this one since. @default - nobody has */
  readonly restored?: IngressRule;
}

/** A DNS record, as far as it says where a name leads. */
export interface DnsRecord {
  readonly id: string;
  /** The whole name, in lower case. */
  readonly name: string;
  readonly type: string;
  /** In lower case. */
  readonly content: string;
  readonly proxied: boolean;
  /** Those in whose place it stands, and that a destroy puts back. @default - none */
  readonly previous?: readonly DnsRecord[];
}

/** A tunnel with its ingress document. */
export interface Tunnel {
  readonly id: string;
  readonly name: string;
  /** In the order in which they are tried; empty where it was never configured. */
  readonly rules: readonly IngressRule[];
  /** `originRequest` of the document, for what a rule leaves out. */
  readonly defaults?: Defaults;
  /** `local`: configured on its host, so that its rules are not known. */
  readonly source: "cloudflare" | "local";
}

/** All of an account that decides who reaches what. */
export interface AccountState {
  /** What Access decides by. Its applications name reusable policies by id. */
  readonly access: access.AccessAccount;
  readonly tokens: readonly ServiceToken[];
  readonly tunnels: readonly Tunnel[];
  /** The records of every zone. */
  readonly records: readonly DnsRecord[];
  /** Names of the account's zones. */
  readonly zones: readonly string[];
  /** The same by their ids. */
  readonly zoneNames?: Readonly<Record<string, string>>;
}

/** What a deploy changes. */
export interface Change {
  readonly before: AccountState;
  readonly after: AccountState;
  /** One for each stack that was planned. */
  readonly plans: readonly Plan[];
}

/** The resources of a kind, in all plans. */
export function resourcesOf<K extends keyof Kinds>(
  plans: readonly Plan[],
  kind: K,
): PlannedResource<K>[] {
  return plans.flatMap(({ resources }) =>
    resources.filter(
      (one): one is AnyPlannedResource & PlannedResource<K> =>
        one.kind === kind,
    ),
  );
}
