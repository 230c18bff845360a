import { known } from "./faults";
import {
  propFaults,
  readProps,
  shown,
  type KnownProps,
  type PropTable,
} from "./known-props";
import { mfaFaults, type MfaConfig } from "./newer-provider";
import { oauthFaults, type OAuthConfiguration } from "./oauth-configuration";

/** A place that an application protects. */
export interface Destination {
  /** Host without scheme or path: `app.example.com`. */
  readonly hostname: string;
  /** Path below which it protects, such as `/webhook`. @default - the whole host */
  readonly path?: string;
}

/**
 * What Access answers to requests of pages of other hosts.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/cors/
 */
export interface CorsHeaders {
  /** @default - `allowedOrigins` */
  readonly allowAllOrigins?: boolean;
  /** Such as `https://app.example.com`. @default - `allowAllOrigins` */
  readonly allowedOrigins?: readonly string[];
  /** @default - `allowedMethods` */
  readonly allowAllMethods?: boolean;
  /** @default - `allowAllMethods` */
  readonly allowedMethods?: readonly CorsMethod[];
  /** @default - `allowedHeaders` */
  readonly allowAllHeaders?: boolean;
  /** @default - `allowAllHeaders` */
  readonly allowedHeaders?: readonly string[];
  /**
   * Whether cookies go along, the login too; not with `allowAllOrigins`. A
   * wildcard below a suffix where anybody has names, such as `*.github.io`, is
   * not checked.
   *
   * @default false
   */
  readonly allowCredentials?: boolean;
  /** Seconds for which a browser remembers the answer: -1 to 86400. @default - as long as the browser does by itself */
  readonly maxAge?: number;
}

/** A method that CORS can allow. */
export type CorsMethod =
  | "GET"
  | "POST"
  | "HEAD"
  | "PUT"
  | "DELETE"
  | "CONNECT"
  | "OPTIONS"
  | "TRACE"
  | "PATCH";

/**
 * What an application can be told beyond where it is and who may log in. Names
 * are those of Cloudflare's API.
 *
 * @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/access/subresources/applications/
 */
export interface AccessAppSettings {
  /**
   * How long a login lasts, in Go's notation (`30m`, `24h`); from 15 minutes to
   * a month.
   *
   * @default "24h"
   * @see https://developers.cloudflare.com/cloudflare-one/identity/users/session-management/
   */
  readonly sessionDuration?: string;
  /**
   * Whether the page with the choice of login methods is left out, which takes
   * exactly one of them.
   *
   * @default - with exactly one it is
   */
  readonly autoRedirectToIdentity?: boolean;

  /** Answers of Access to requests of other hosts' pages. @default - it refuses their preflights */
  readonly corsHeaders?: CorsHeaders;
  /**
   * Whether the service itself answers preflights (OPTIONS); not together with
   * `corsHeaders`.
   *
   * A tunnel's rule that demands Access's token answers them 403 all the same,
   * as they carry none: have Access answer them by `corsHeaders`.
   *
   * @default false
   */
  readonly optionsPreflightBypass?: boolean;

  /**
   * Which requests of other sites carry the login's cookie. `strict` makes a
   * login loop for who comes by a link of another site.
   *
   * @default - the browser's own rule, mostly `lax`
   */
  readonly sameSiteCookieAttribute?: "none" | "lax" | "strict";
  /** Whether scripts of the page can't read the login's cookie. @default true */
  readonly httpOnlyCookieAttribute?: boolean;
  /** Whether the login's cookie is sent for the application's path only. @default false */
  readonly pathCookieAttribute?: boolean;
  /** Whether a second cookie binds the login to one browser. @default false */
  readonly enableBindingCookie?: boolean;

  /**
   * Whether a machine that is refused gets 401 instead of the redirect to the
   * login. For applications that let in only machines.
   *
   * @default false
   */
  readonly serviceAuth401Redirect?: boolean;
  /**
   * A header in which machines can send both halves of their token as JSON,
   * such as `Authorization`.
   *
   * @default - only the two headers of Access
   * @see https://developers.cloudflare.com/cloudflare-one/access-controls/service-credentials/service-tokens/
   */
  readonly readServiceTokensFromHeader?: string;

  /** What people read who are refused. @default - Cloudflare's words */
  readonly customDenyMessage?: string;
  /** Where people are sent who are refused after they logged in. @default - Cloudflare's page */
  readonly customDenyUrl?: string;
  /** Where requests are sent that are refused without a login. @default - Cloudflare's page */
  readonly customNonIdentityDenyUrl?: string;
  /** Ids of custom pages of the account. @default - Cloudflare's pages */
  readonly customPages?: readonly string[];

  /** Whether people see it in the App Launcher. @default true */
  readonly appLauncherVisible?: boolean;
  /** Its picture in the App Launcher. @default - none */
  readonly logoUrl?: string;
  /** Tags, which have to be there in the account. @default - none */
  readonly tags?: readonly string[];

  /** Whether browsers' terminals and the like start without a click. @default false */
  readonly skipInterstitial?: boolean;
  /** Whether pages of other hosts may show it in a frame. @default false */
  readonly allowIframe?: boolean;
  /**
   * Whether the session of WARP counts as a login. The account has to have a
   * duration for these.
   *
   * @default false
   */
  readonly allowAuthenticateViaWarp?: boolean;

  /**
   * A second factor that Access itself asks for. The organization has to have
   * it switched on.
   *
   * @default - the organization's
   */
  readonly mfaConfig?: MfaConfig;
  /** Access as OAuth server for programs that act for a person. @default - it is not */
  readonly oauthConfiguration?: OAuthConfiguration;
}

const METHODS = [
  ...(["GET", "POST", "HEAD", "PUT", "DELETE"] as const),
  ...(["CONNECT", "OPTIONS", "TRACE", "PATCH"] as const),
] satisfies CorsMethod[];

const CORS: KnownProps<CorsHeaders> = {
  allowAllOrigins: "bool",
  allowedOrigins: "texts",
  allowAllMethods: "bool",
  allowedMethods: "texts",
  allowAllHeaders: "bool",
  allowedHeaders: "texts",
  allowCredentials: "bool",
  maxAge: "any",
};

const SETTINGS: KnownProps<AccessAppSettings> = {
  sessionDuration: "text",
  autoRedirectToIdentity: "bool",
  corsHeaders: "any",
  optionsPreflightBypass: "bool",
  sameSiteCookieAttribute: ["none", "lax", "strict"],
  httpOnlyCookieAttribute: "bool",
  pathCookieAttribute: "bool",
  enableBindingCookie: "bool",
  serviceAuth401Redirect: "bool",
  readServiceTokensFromHeader: "text",
  customDenyMessage: "text",
  customDenyUrl: "url",
  customNonIdentityDenyUrl: "url",
  customPages: { each: "uuid" },
  appLauncherVisible: "bool",
  logoUrl: "picture",
  tags: { each: "value" },
  skipInterstitial: "bool",
  allowIframe: "bool",
  allowAuthenticateViaWarp: "bool",
  mfaConfig: "any",
  oauthConfiguration: "any",
};

/**
 * The settings alone, neither where an application is nor who may log in, and
 * why the rest is none.
 *
 * @param at What they are of, as it is written before a setting's name
 */
export function settingsIn(
  given: AccessAppSettings,
  at: string,
): { readonly settings: AccessAppSettings; readonly faults: string[] } {
  const { faults, props } = readProps(given, SETTINGS, at);
  return {
    settings: Object.fromEntries(
      Object.entries(props).filter(([name]) => Object.hasOwn(SETTINGS, name)),
    ),
    faults,
  };
}

/**
 * What is wrong with the names and types of settings, and with what is in them;
 * and those that code can go on with.
 */
export function readSettings<T extends AccessAppSettings>(
  given: T,
  others: PropTable,
): { readonly props: T; readonly faults: string[] } {
  const { faults, props } = readProps(given, { ...SETTINGS, ...others });
  return {
    props,
    faults: [
      ...faults,
      ...mfaFaults(props.mfaConfig),
      ...oauthFaults(props.oauthConfiguration),
    ],
  };
}

/** Everything that Cloudflare or its provider would refuse. */
export function appFaults(
  settings: AccessAppSettings & { readonly path?: string },
): (string | undefined)[] {
  const { corsHeaders, optionsPreflightBypass, readServiceTokensFromHeader } =
    settings;
  return [
    ...(corsHeaders !== undefined ? corsFaults(corsHeaders) : []),
    corsHeaders && optionsPreflightBypass
      ? "optionsPreflightBypass and corsHeaders exclude each other: either the service or Access answers preflights"
      : undefined,
    readServiceTokensFromHeader !== undefined &&
    !/^[!#$%&'*+.^_`|~\w-]+$/.test(known(readServiceTokensFromHeader) ?? "X")
      ? `readServiceTokensFromHeader must be the name of a header such as "Authorization", got "${readServiceTokensFromHeader}"`
      : undefined,
    settings.pathCookieAttribute && settings.path === undefined
      ? "pathCookieAttribute needs a path: the application is for the whole host"
      : undefined,
    settings.oauthConfiguration && settings.path !== undefined
      ? "oauthConfiguration needs a whole host: leave out the path"
      : undefined,
  ];
}

function corsFaults(cors: CorsHeaders): (string | undefined)[] {
  const wrong = propFaults(cors, CORS, "corsHeaders.");
  if (wrong.length > 0) return wrong;
  const pairs = [
    ["allowAllOrigins", "allowedOrigins"],
    ["allowAllMethods", "allowedMethods"],
    ["allowAllHeaders", "allowedHeaders"],
  ] as const;
  const { allowAllOrigins, allowCredentials, maxAge } = cors;
  const methods: readonly string[] = METHODS;
  const origins = (cors.allowedOrigins ?? []).filter(
    (origin) => known(origin) !== undefined,
  );
  return [
    ...(cors.allowedMethods ?? [])
      .filter((method) => !methods.includes(method))
      .map(
        (method) =>
          `corsHeaders.allowedMethods has "${method}": write one of ${methods.join(", ")}`,
      ),
    ...origins
      .filter((origin) => !isAny(origin) && !isOrigin(origin))
      .map(
        (origin) =>
          `corsHeaders.allowedOrigins has "${origin}": write an origin such as "https://app.example.com", without a path or a slash at its end`,
      ),
    ...pairs.map(([all, some]) => {
      const both = cors[all] !== undefined && cors[some] !== undefined;
      const neither =
        !cors[all] && !cors[some]?.length && all !== "allowAllHeaders";
      return both || neither
        ? `corsHeaders needs either ${all} or ${some}, ${both ? "not both" : "and has neither"}`
        : undefined;
    }),
    allowCredentials && (allowAllOrigins || origins.some(isAny))
      ? `corsHeaders.allowCredentials needs allowedOrigins, each by its name${allowAllOrigins ? "" : `, got "${origins.find(isAny)}"`}: pages of anybody would act as whoever is logged in`
      : undefined,
    maxAge !== undefined &&
    !(Number.isInteger(maxAge) && maxAge >= -1 && maxAge <= 86_400)
      ? `corsHeaders.maxAge must be a whole number from -1 to 86400 seconds, got ${shown(maxAge)}`
      : undefined,
  ];
}

/**
 * Whether an origin is anybody's: every host, every one below a public suffix,
 * or `null`, which files and sandboxed frames of anybody have.
 */
function isAny(origin: string): boolean {
  const host = origin
    .trim()
    .toLowerCase()
    .replace(/^[a-z*]+:\/\//, "");
  return host === "null" || /^\*?(\*\.?[^.]*)?(:[\d*]+)?$/.test(host);
}

function isOrigin(origin: string): boolean {
  return /^https?:\/\/(\*\.)?[^/\s*?#@]+$/.test(origin);
}

export function hostnameFaults(destination: Destination): string[] {
  const { hostname, path } = destination ?? {};
  const faults: string[] = [];
  if (typeof hostname !== "string")
    return [
      `hostname must be one host such as "app.example.com", got ${shown(hostname)}`,
    ];
  if (path !== undefined && typeof path !== "string")
    return [`path must look like "/webhook", got ${shown(path)}`];
  const host = known(hostname);
  if (host?.includes("*"))
    faults.push(
      `hostname must be one host, got "${host}": a wildcard means one label in Access and any depth in a tunnel (house rule wildcard-host)`,
    );
  else if (
    host !== undefined &&
    !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/.test(
      host,
    )
  )
    faults.push(
      `hostname must be a bare, lower-case host name such as "app.example.com", got "${host}"`,
    );
  const below = known(path);
  if (
    below !== undefined &&
    !/^(\/(?!\.+(\/|$))[A-Za-z0-9._~-]+)+$/.test(below)
  )
    faults.push(
      `path must look like "/webhook", of the letters a-z and A-Z, digits and ". _ ~ -", without trailing slash, query, wildcard or "..", got "${below}"`,
    );
  return faults;
}
