import { ONE_TIME_PIN } from "../base/one-time-pin";
import {
  isObject,
  isReference,
  needed,
  propFaults,
  readProps,
  shown,
  type KnownProps,
  type PropTable,
} from "./known-props";

/**
 * Kinds of login methods, by the type that Cloudflare's API gives them. At each
 * the client's redirect URI is
 * `https://<team>.cloudflareaccess.com/cdn-cgi/access/callback`.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/integrations/identity-providers/
 */
export type LoginMethodKind =
  | Google
  | GoogleWorkspace
  | GitHub
  | EntraId
  | Okta
  | Oidc
  | Saml
  | CloudflareLogin;

/** What every client of OAuth has; its secret comes by another way. */
interface Client {
  readonly clientId: string;
  /**
   * Whether the login proves that it comes back to who began it (PKCE).
   *
   * @default true
   */
  readonly pkceEnabled?: boolean;
  /** Claims that rules can ask for, such as `groups`. @default - none */
  readonly claims?: readonly string[];
  /** The claim that holds the address. @default "email" */
  readonly emailClaimName?: string;
}

/** An OAuth web client of Google: whoever has a Google account can log in. */
export interface Google extends Client {
  /** @default "google" */
  readonly type?: "google";
}

/** An OAuth web client of a Google Workspace, which tells people's groups too. */
export interface GoogleWorkspace extends Client {
  /** Tells this kind from the others. */
  readonly type: "google-apps";
  /** The Workspace's domain. */
  readonly appsDomain: string;
}

/** An OAuth app of GitHub. */
export interface GitHub extends Client {
  /** Tells this kind from the others. */
  readonly type: "github";
}

/** An app registration of Microsoft Entra ID, formerly Azure AD. */
export interface EntraId extends Client {
  /** Tells this kind from the others. */
  readonly type: "azureAD";
  /** The directory's (tenant's) id. */
  readonly directoryId: string;
  /** Whether people's groups are read, for `AccessRule.azureAd`. @default false */
  readonly supportGroups?: boolean;
  /** Whether contexts are read, for `AccessRule.authContext`. @default false */
  readonly conditionalAccessEnabled?: boolean;
  /** What people are asked each time. @default - what Microsoft finds right */
  readonly prompt?: "login" | "select_account" | "none";
}

/** An OIDC app of Okta. */
export interface Okta extends Client {
  /** Tells this kind from the others. */
  readonly type: "okta";
  /** Such as `https://example.okta.com`. */
  readonly oktaAccount: string;
  /** @default - the organization's own */
  readonly authorizationServerId?: string;
}

/** Whatever else speaks OpenID Connect. */
export interface Oidc extends Client {
  /** Tells this kind from the others. */
  readonly type: "oidc";
  /** Its `authorization_endpoint`. */
  readonly authUrl: string;
  /** Its `token_endpoint`. */
  readonly tokenUrl: string;
  /** Its `jwks_uri`. */
  readonly certsUrl: string;
  /** @default - openid, email and profile */
  readonly scopes?: readonly string[];
}

/** SAML 2.0. It has no secret. */
export interface Saml {
  /** Tells this kind from the others. */
  readonly type: "saml";
  /** The issuer, or entity id. */
  readonly issuerUrl: string;
  /** Where people are sent to log in. */
  readonly ssoTargetUrl: string;
  /** Certificates that its answers are signed with, in PEM or their Base64. */
  readonly idpPublicCerts: readonly string[];
  /** Attributes that rules can ask for. @default - none */
  readonly attributes?: readonly string[];
  /** The attribute that holds the address. @default "email" */
  readonly emailAttributeName?: string;
  /** Attributes that the service gets as headers. @default - none */
  readonly headerAttributes?: readonly {
    readonly attributeName: string;
    readonly headerName: string;
  }[];
  /** Whether Access signs its requests. @default false */
  readonly signRequest?: boolean;
}

/** Cloudflare itself, whose users log in as they do at its dashboard. Provider 5.20.0 or newer. */
export interface CloudflareLogin {
  /** Tells this kind from the others. */
  readonly type: "cloudflare";
  /**
   * Whether members of the account alone log in; otherwise everybody who has a
   * user at Cloudflare.
   *
   * @default true
   */
  readonly restrictToAccountMembers?: boolean;
}

/** Kinds that are clients, and so have a secret. */
export type ClientKind = Exclude<LoginMethodKind, Saml | CloudflareLogin>;

/** Whether a kind is a client, and so has a secret. */
export function isClient<T extends { readonly type?: string }>(
  kind: T,
): kind is Exclude<T, { readonly type: "saml" | "cloudflare" }> {
  return kind.type !== "saml" && kind.type !== "cloudflare";
}

/** Fields that a kind can't be without, with what each looks like. */
const NEEDED: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  google: {},
  "google-apps": { appsDomain: /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i },
  github: {},
  azureAD: { directoryId: /^[0-9a-f-]{36}$/i },
  okta: { oktaAccount: /^https:\/\/[^/\s]+$/ },
  oidc: {
    authUrl: /^https:\/\/\S+$/,
    tokenUrl: /^https:\/\/\S+$/,
    certsUrl: /^https:\/\/\S+$/,
  },
  saml: { issuerUrl: /^\S+$/, ssoTargetUrl: /^https:\/\/\S+$/ },
};

const LOOKS: Readonly<Record<string, string>> = {
  appsDomain: 'a domain such as "example.com"',
  directoryId: "the directory's id, 36 hexadecimal digits and dashes",
  oktaAccount: 'a URL such as "https://example.okta.com"',
  issuerUrl: "the issuer or entity id",
};

const CLIENT = {
  clientId: "text",
  pkceEnabled: "bool",
  claims: "texts",
  emailClaimName: "text",
} as const satisfies KnownProps<Client>;

/** What each kind has besides its type. */
const FIELDS: Readonly<Record<string, PropTable>> = {
  google: CLIENT,
  "google-apps": { ...CLIENT, appsDomain: "text" },
  github: CLIENT,
  azureAD: {
    ...CLIENT,
    directoryId: "text",
    supportGroups: "bool",
    conditionalAccessEnabled: "bool",
    prompt: ["login", "select_account", "none"],
  },
  okta: { ...CLIENT, oktaAccount: "text", authorizationServerId: "text" },
  oidc: {
    ...CLIENT,
    authUrl: "text",
    tokenUrl: "text",
    certsUrl: "text",
    scopes: "texts",
  },
  saml: {
    issuerUrl: "text",
    ssoTargetUrl: "text",
    idpPublicCerts: { each: "value" },
    attributes: "texts",
    emailAttributeName: "text",
    headerAttributes: "list",
    signRequest: "bool",
  },
  cloudflare: { restrictToAccountMembers: "bool" },
};

const HEADER_ATTRIBUTE = {
  attributeName: needed("value"),
  headerName: needed("value"),
};

/** What every kind has; a secret is looked at elsewhere, as no message quotes it. */
const COMMON = {
  type: "any",
  accountId: needed("id"),
  name: "name",
  clientSecret: "any",
  secretWithheld: "bool",
  secretRemedy: "text",
} as const;

/** What is missing or malformed, and those of the props that code can go on with. */
export function readKind<T extends LoginMethodKind>(
  given: T,
): { readonly props: T; readonly faults: string[] } {
  const type: string = given?.type ?? "google";
  const fields = Object.hasOwn(FIELDS, type) ? FIELDS[type] : undefined;
  if (fields === undefined)
    // Without its type nothing is asked of the rest.
    return {
      props: readProps(given, { ...COMMON, ...FIELDS["google"] }).props,
      faults: [unknownType(type)],
    };
  const { props, faults } = readProps(given, { ...COMMON, ...fields });
  return {
    props,
    faults: [
      ...faults,
      ...(isObject(given) ? kindFaults(given, props, type) : []),
    ],
  };
}

function kindFaults(
  kind: LoginMethodKind,
  props: LoginMethodKind,
  type: string,
): string[] {
  const given = kind as unknown as Readonly<Record<string, string | undefined>>;
  const faults = Object.entries(NEEDED[type] ?? {}).flatMap(([name, looks]) => {
    const value = given[name];
    if (value === undefined || value === "")
      return [`${name} is missing: give ${LOOKS[name] ?? "an https URL"}`];
    return isReference(value) || typeof value !== "string" || looks.test(value)
      ? []
      : [`${name} must be ${LOOKS[name] ?? "an https URL"}, got "${value}"`];
  });
  return [
    ...(props.type === "saml"
      ? (props.headerAttributes ?? []).flatMap((one, at) =>
          propFaults(one, HEADER_ATTRIBUTE, `headerAttributes[${at}].`),
        )
      : []),
    ...faults,
    ...(kind.type === "saml" && !kind.idpPublicCerts?.length
      ? [
          "idpPublicCerts is missing: give the certificate of the IdP, in PEM or its Base64",
        ]
      : []),
    ...(props.type === "oidc" &&
    props.scopes?.every((scope) => scope !== "openid" && !isReference(scope))
      ? [
          `scopes must have "openid", without which nobody logs in, got ${shown(props.scopes)}: add it, or leave scopes out for openid, email and profile`,
        ]
      : []),
    ...(isClient(kind) && !kind.clientId
      ? ["clientId is missing: give the id of the OAuth client"]
      : []),
  ];
}

function unknownType(type: string): string {
  if (type === "onetimepin")
    return 'the type "onetimepin" has no client: make a OneTimePin instead';
  return `type must be one of ${Object.keys(FIELDS).join(", ")}, got "${String(type)}"`;
}

/** What people know a kind by, and what the login page shows by default. */
export const KIND_NAMES = {
  google: "Google",
  "google-apps": "Google Workspace",
  github: "GitHub",
  azureAD: "Microsoft Entra ID",
  okta: "Okta",
  oidc: "OpenID Connect",
  saml: "SAML",
  cloudflare: "Cloudflare",
  onetimepin: ONE_TIME_PIN,
} as const;
