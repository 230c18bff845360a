import type * as AppData from "@cdktf/provider-cloudflare/lib/data-cloudflare-zero-trust-access-application";
import type * as AppsData from "@cdktf/provider-cloudflare/lib/data-cloudflare-zero-trust-access-applications";
import {
  ZeroTrustAccessApplication,
  type ZeroTrustAccessApplicationPolicies,
} from "@cdktf/provider-cloudflare/lib/zero-trust-access-application";
import { Lazy } from "cdktf";
import { Construct } from "constructs";
import { SINCE } from "../base/provider-versions";
import {
  appFaults,
  hostnameFaults,
  readSettings,
  type AccessAppSettings,
  type Destination,
} from "./access-app-settings";
import {
  AccessPolicy,
  type Decision,
  type IAccessPolicy,
  type PolicyRules,
} from "./access-policy";
import { addFaults, sessionFault } from "./faults";
import { isForEveryone } from "./for-everyone";
import {
  ExistingApplicationResource,
  statedSettings,
} from "./existing-application";
import type { IIdentityProvider } from "./identity-provider";
import {
  isObject,
  needed,
  propFaults,
  readProps,
  shown,
  type KnownProps,
  type Needed,
  type Takes,
  valueFault,
} from "./known-props";
import { lookUp, readByName, type ByName } from "./lookup";
import { addNewerAttribute, mfaBlock } from "./newer-provider";
import { oauthBlock } from "./oauth-configuration";
import { literally } from "./literally";
import { onDemand } from "./on-demand";
import { bringTunnelProvider } from "./tunnel-provider";

export type { PolicyRules } from "./access-policy";

/** An application that a tunnel route can demand a login of. */
export interface IAccessApp {
  /** Its audience tag, which the JWTs of this application carry. */
  readonly aud: string;
}

/** An application that was made elsewhere. */
export interface IExistingAccessApp extends IAccessApp {
  /** Its id in Zero Trust, a UUID. */
  readonly accessAppId: string;
}

/** What an application is made with. */
export interface AccessAppProps extends AccessAppSettings {
  /** Account that owns the application. */
  readonly accountId: string;
  /** Name shown on the login page and in the logs. @default - the construct's id */
  readonly name?: string;
  /** Host to protect, without scheme or path: `app.example.com`. */
  readonly hostname: string;
  /** Path below which it protects, such as `/webhook`. @default - the whole host */
  readonly path?: string;
  /**
   * Further hosts or paths of the same application: one login does for all.
   *
   * @default - none
   */
  readonly destinations?: readonly Destination[];
  /**
   * Id of an application that somebody made for this one host, or this path of it:
   * it is changed as stated here, keeps its id and audience and all that is not stated, and a
   * destroy gives it back as it was before the first deploy.
   *
   * @default - a new application
   */
  readonly existing?: string;
  /** Login methods people may use. @default - every one of the account */
  readonly loginMethods?: readonly IIdentityProvider[];
}

/**
 * A self-hosted application behind Cloudflare Access. Nobody gets in until a
 * policy is added.
 *
 * @example
 * ```ts
 * import { TerraformStack } from "cdktf";
 * import { AccessApp, AccessRule } from "access-stacks/constructs";
 *
 * export function protect(stack: TerraformStack, accountId: string) {
 *   const hostname = "wiki.example.com";
 *   const app = new AccessApp(stack, "wiki", { accountId, hostname });
 *   app.allow("people", {
 *     name: "Wiki: people",
 *     include: [AccessRule.emailDomain("example.com")],
 *   });
 *   return app;
 * }
 * ```
 * @see https://developers.cloudflare.com/cloudflare-one/applications/configure-apps/self-hosted-public-app/
 */
export class AccessApp extends Construct implements IExistingAccessApp {
  /** An application that was made elsewhere, by its name; creates nothing. */
  static fromName(
    scope: Construct,
    id: string,
    given: Omit<ByName, "placeholder">,
  ): IExistingAccessApp {
    const props = readByName(scope, given, "Access application");
    const { DataCloudflareZeroTrustAccessApplications } = onDemand(
      "@cdktf/provider-cloudflare/lib/data-cloudflare-zero-trust-access-applications",
    ) as typeof AppsData;
    const all = new DataCloudflareZeroTrustAccessApplications(scope, id, {
      accountId: props.accountId,
    });
    const find = (attribute: string) =>
      lookUp(all, { ...props, kind: "Access application", attribute });
    return { accessAppId: find("id"), aud: find("aud") };
  }

  /** An application that was made elsewhere, by its id; creates nothing. */
  static fromId(
    scope: Construct,
    id: string,
    given: { readonly accountId: string; readonly accessAppId: string },
  ): IExistingAccessApp {
    const { faults, props } = readProps(given, {
      accountId: needed("id"),
      accessAppId: needed("id"),
    });
    addFaults(scope, faults);
    const { DataCloudflareZeroTrustAccessApplication } = onDemand(
      "@cdktf/provider-cloudflare/lib/data-cloudflare-zero-trust-access-application",
    ) as typeof AppData;
    const { accessAppId, accountId } = props;
    const { aud } = new DataCloudflareZeroTrustAccessApplication(scope, id, {
      accountId,
      appId: accessAppId,
    });
    return { accessAppId, aud };
  }

  /** Its id in Zero Trust, known once it is deployed. */
  readonly accessAppId: string;
  /** Its audience, 64 hexadecimal digits: what its JWT is for. */
  readonly aud: string;
  /** Host and path as Access writes them. */
  readonly domain: string;
  /** The Terraform resource underneath, for what this construct does not have. */
  readonly resource: ZeroTrustAccessApplication | ExistingApplicationResource;
  readonly #policies: IAccessPolicy[] = [];
  readonly #loginMethods: IIdentityProvider[] = [];
  readonly #destinations: Destination[];
  readonly #denyingAlso: AccessApp[] = [];
  readonly #tags = new Set<string>();
  readonly #sessionDuration: string;

  /** What it was made with, without what is wrong with it. */
  private readonly props: AccessAppProps;

  constructor(scope: Construct, id: string, given: AccessAppProps) {
    super(scope, id);
    const { faults, props } = readSettings(given, OWN_PROPS);
    this.props = props;
    const { sessionDuration = "24h" } = props;
    const wrongSession = sessionFault(sessionDuration);
    // Its policies would repeat the fault.
    this.#sessionDuration =
      wrongSession === undefined ? sessionDuration : "24h";
    for (const method of listOf(props.loginMethods))
      this.addLoginMethod(method);
    this.#destinations = [props, ...listOf(props.destinations)];
    for (const tag of listOf(props.tags)) this.addTag(tag);
    this.domain = uriOf(props);
    addFaults(this, [...faults, wrongSession, ...appFaults(props)]);
    this.node.addValidation({ validate: () => this.#listFaults() });

    this.resource =
      props.existing === undefined
        ? this.#newApplication(id)
        : this.#existingApplication(props.existing);
    this.accessAppId = this.resource.id;
    this.aud = this.resource.aud;
  }

  #existingApplication(appId: string): ExistingApplicationResource {
    const { props } = this;
    addFaults(this, [
      !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(appId) &&
        `existing must be the id of an application (Zero Trust, Access controls, Applications), got "${appId}"`,
    ]);
    bringTunnelProvider(this);
    return new ExistingApplicationResource(this, "Default", {
      accountId: props.accountId,
      appId,
      domain: this.domain,
      settings: Lazy.stringValue({
        produce: () =>
          statedSettings({
            ...props,
            customDenyMessage:
              props.customDenyMessage && literally(props.customDenyMessage),
            tags: this.#tags.size > 0 ? [...this.#tags] : undefined,
          }),
      }),
      allowedIdps: this.#allowedIdps(),
      policies: Lazy.anyValue({
        produce: () =>
          this.#policies.map(({ accessPolicyId }) => accessPolicyId),
      }),
      policyNames: Lazy.anyValue({
        produce: () => this.#ownPolicies().map(({ props: { name } }) => name),
      }),
      session: Lazy.stringValue({
        produce: () =>
          this.#ownPolicies().find(({ decision }) => decision === "allow")
            ?.props.sessionDuration,
      }),
    });
  }

  /** Those that were made in code, and not looked up. */
  #ownPolicies(): AccessPolicy[] {
    return this.#policies.filter((policy) => policy instanceof AccessPolicy);
  }

  #allowedIdps(): string[] {
    return Lazy.listValue(
      {
        produce: () =>
          this.#loginMethods.map((method) => method?.identityProviderId),
      },
      { omitEmpty: true },
    );
  }

  #newApplication(id: string): ZeroTrustAccessApplication {
    const { props } = this;
    const resource = new ZeroTrustAccessApplication(this, "Default", {
      accountId: props.accountId,
      name: props.name ?? id,
      type: "self_hosted",
      domain: this.domain,
      // Stated, so that one added by hand is drift.
      destinations: Lazy.anyValue({
        produce: () =>
          this.#destinations.map((it) => ({ type: "public", uri: uriOf(it) })),
      }),
      sessionDuration: this.#sessionDuration,
      allowedIdps: this.#allowedIdps(),
      // With one login method, the page that offers the choice is left out.
      autoRedirectToIdentity:
        props.autoRedirectToIdentity ??
        Lazy.anyValue({ produce: () => this.#loginMethods.length === 1 }),
      // Stated, because the API answers `false` where they are left out, and an
      // imported application would show a change.
      enableBindingCookie: props.enableBindingCookie ?? false,
      optionsPreflightBypass: props.optionsPreflightBypass ?? false,
      corsHeaders: isObject(props.corsHeaders)
        ? {
            ...props.corsHeaders,
            allowedHeaders: copy(props.corsHeaders.allowedHeaders),
            allowedMethods: copy(props.corsHeaders.allowedMethods),
            allowedOrigins: copy(props.corsHeaders.allowedOrigins),
          }
        : undefined,
      sameSiteCookieAttribute: props.sameSiteCookieAttribute,
      httpOnlyCookieAttribute: props.httpOnlyCookieAttribute,
      pathCookieAttribute: props.pathCookieAttribute,
      serviceAuth401Redirect: props.serviceAuth401Redirect,
      readServiceTokensFromHeader: props.readServiceTokensFromHeader,
      customDenyMessage:
        props.customDenyMessage && literally(props.customDenyMessage),
      customDenyUrl: props.customDenyUrl,
      customNonIdentityDenyUrl: props.customNonIdentityDenyUrl,
      customPages: copy(props.customPages),
      appLauncherVisible: props.appLauncherVisible,
      logoUrl: props.logoUrl,
      tags: Lazy.listValue(
        { produce: () => [...this.#tags] },
        { omitEmpty: true },
      ),
      skipInterstitial: props.skipInterstitial,
      allowIframe: props.allowIframe,
      allowAuthenticateViaWarp: props.allowAuthenticateViaWarp,
      policies: Lazy.anyValue({ produce: () => this.#inOrder() }),
    });
    addNewerAttribute(resource, "mfa_config", {
      value: mfaBlock(props.mfaConfig),
      since: SINCE.applicationMfa,
    });
    addNewerAttribute(resource, "oauth_configuration", {
      value: oauthBlock(props.oauthConfiguration),
      since: SINCE.applicationOAuth,
    });
    return resource;
  }

  /** Lets people in who log in and fit the rules. */
  allow(id: string, rules: PolicyRules): AccessPolicy {
    return this.#newPolicy(id, "allow", rules);
  }

  /**
   * Keeps out whoever fits the rules, whatever the allow policies say: it comes
   * before all of them.
   */
  deny(id: string, rules: PolicyRules): AccessPolicy {
    return this.#newPolicy(id, "deny", rules);
  }

  /** Lets requests through with neither login nor log. */
  bypass(id: string, rules: PolicyRules): AccessPolicy {
    return this.#newPolicy(id, "bypass", rules);
  }

  /** Lets machines in by their service token. */
  serviceAuth(id: string, rules: PolicyRules): AccessPolicy {
    return this.#newPolicy(id, "non_identity", rules);
  }

  /**
   * Applies a policy that other applications use as well. Earlier policies win
   * over later ones; those that deny come before those that allow.
   */
  addPolicy(policy: IAccessPolicy): void {
    if (!isObject(policy) || !policy.accessPolicyId) {
      addFaults(this, [
        `a policy must be an AccessPolicy, or one that AccessPolicy.fromName or fromId gave, got ${shown(policy)}`,
      ]);
      return;
    }
    addFaults(this, [
      // Its type demands it, but code can run without a look at types.
      !DECISIONS.includes(policy.decision) &&
        `a policy that is looked up must state its decision ("allow", "deny", "bypass" or "non_identity"), got ${shown(policy.decision)}: one that denies has no effect after those that allow`,
    ]);
    if (
      this.#policies.some((one) => one.accessPolicyId === policy.accessPolicyId)
    )
      return;
    const firstAllow = this.#policies.findIndex(
      ({ decision }) => decision === "allow",
    );
    const place =
      policy.decision === "deny" && firstAllow >= 0
        ? firstAllow
        : this.#policies.length;
    this.#policies.splice(place, 0, policy);
    if (policy.decision === "deny")
      for (const app of this.#denyingAlso) app.addPolicy(policy);
  }

  /** @internal Its id by each place that it is made for; none where it was there before. */
  get _made(): Readonly<Record<string, string>> {
    return this.props.existing === undefined
      ? Object.fromEntries(
          this.#destinations.map((it) => [uriOf(it), this.accessAppId]),
        )
      : {};
  }

  /** @internal Its id by the path that it is for, where it was there before. */
  get _existing(): Readonly<Record<string, string>> {
    const { existing, path } = this.props;
    return existing === undefined || path === undefined
      ? {}
      : { [this.domain]: existing };
  }

  /** @internal Has another application deny whom this one denies, now and later. */
  _denyAlso(app: AccessApp): void {
    this.#denyingAlso.push(app);
    for (const policy of this.#policies)
      if (policy.decision === "deny") app.addPolicy(policy);
  }

  /** Lets people use this login method as well. */
  addLoginMethod(method: IIdentityProvider): void {
    const id = method?.identityProviderId;
    const isThere = this.#loginMethods.some(
      (one) => id && one?.identityProviderId === id,
    );
    if (!isThere) this.#loginMethods.push(method);
  }

  /** Protects a further host or path: one login does for all. */
  addDestination(destination: Destination): void {
    this.#destinations.push(destination);
  }

  /** Adds a tag, which has to be there in the account (Access controls, Tags). */
  addTag(tag: string): void {
    this.#tags.add(tag);
  }

  #newPolicy(id: string, decision: Decision, rules: PolicyRules): AccessPolicy {
    const policy = new AccessPolicy(this, id, {
      ...rules,
      accountId: this.props.accountId,
      decision,
      sessionDuration: rules?.sessionDuration ?? this.#sessionDuration,
    });
    this.addPolicy(policy);
    return policy;
  }

  #inOrder(): ZeroTrustAccessApplicationPolicies[] {
    return this.#policies.map(({ accessPolicyId }, index) => ({
      id: accessPolicyId,
      precedence: index + 1,
    }));
  }

  #listFaults(): string[] {
    const uris = this.#destinations.map(uriOf);
    const twice = uris.filter((uri, index) => uris.indexOf(uri) < index);
    return [
      ...(this.props.existing !== undefined && this.#destinations.length > 1
        ? [
            "an existing application is for its one host: leave out destinations",
          ]
        : []),
      ...this.#destinations
        .slice(1)
        .flatMap((one, at) =>
          propFaults(one, DESTINATION, `destinations[${at}].`),
        ),
      ...this.#destinations.flatMap(hostnameFaults),
      ...[...this.#tags].flatMap(
        (tag) => valueFault("a tag", tag, "value") ?? [],
      ),
      ...this.#loginMethods
        .filter(
          (method) =>
            typeof method?.identityProviderId !== "string" ||
            method.identityProviderId === "",
        )
        .map(
          (method) =>
            `a login method must be one that IdentityProvider.fromName or fromId found, or that was made here, got ${shown(method)}: Access takes none for every one of the account`,
        ),
      ...(this.props.autoRedirectToIdentity === true &&
      this.#loginMethods.length !== 1
        ? [
            `autoRedirectToIdentity needs exactly one login method, got ${this.#loginMethods.length || "none, which is every one of the account"}: name one in loginMethods, or leave autoRedirectToIdentity out`,
          ]
        : []),
      ...[...new Set(twice)].map(
        (uri) => `${uri} is named twice: name each destination once`,
      ),
      ...(this.#policies.length === 0
        ? [
            `nobody could reach ${this.domain}: add at least one policy, for example allow("people", { name: "People", include: [AccessRule.email("ann@example.com")] })`,
          ]
        : []),
      ...this.#openFaults(),
    ];
  }

  #openFaults(): string[] {
    const each = this.#policies.flatMap(
      (policy) => this.#openFault(policy) ?? [],
    );
    const whole = this.#destinations.find(({ path }) => path === undefined);
    if (each.length > 0 || whole === undefined) return each;
    const bypasses = this.#policies.filter(
      (policy) =>
        policy instanceof AccessPolicy && policy.decision === "bypass",
    ) as AccessPolicy[];
    return isForEveryone(
      bypasses.flatMap((policy) => policy._sufficient),
      [],
    )
      ? [
          `the policies ${bypasses.map(({ props }) => `"${props.name}"`).join(", ")} together would open all of ${uriOf(whole)} to everyone: name the paths that must be open, each as an application of its own (house rule bypass-wider-than-paths)`,
        ]
      : [];
  }

  /** Why a policy that is for everyone can't be on a whole host. */
  #openFault(policy: IAccessPolicy): string | undefined {
    if (!(policy instanceof AccessPolicy) || !policy.matchesEveryone)
      return undefined;
    const whole = this.#destinations.find(({ path }) => path === undefined);
    if (whole === undefined) return undefined;
    const { name } = policy.props;
    if (policy.decision === "bypass")
      return `the policy "${name}" would open all of ${uriOf(whole)} to everyone: name the paths that must be open, each as an application of its own (house rule bypass-wider-than-paths)`;
    if (policy.decision === "non_identity")
      return `the policy "${name}" would let anybody into ${uriOf(whole)} without a token: name service tokens (house rule service-auth-without-token)`;
    if (policy.decision === "allow")
      return `the policy "${name}" would let anyone with a login into ${uriOf(whole)}: name e-mail addresses or domains (house rule allow-everyone)`;
    return undefined;
  }
}

/** Those besides its settings. */
const OWN_PROPS = {
  accountId: needed("id"),
  name: "name",
  // Looked at with those of the other destinations.
  hostname: "any",
  path: "any",
  destinations: "list",
  existing: "text",
  loginMethods: "list",
} as const satisfies Record<
  Exclude<keyof AccessAppProps, keyof AccessAppSettings>,
  Takes | Needed
>;

const DESTINATION: KnownProps<Destination> = { hostname: "text", path: "text" };

const DECISIONS: readonly Decision[] = [
  "allow",
  "deny",
  "bypass",
  "non_identity",
];

function uriOf(destination: Destination): string {
  const { hostname, path = "" } = destination ?? {};
  return String(hostname) + String(path);
}

/** Nothing for what is no list; the faults name that. */
function listOf<T>(given: readonly T[] | undefined): readonly T[] {
  return Array.isArray(given) ? given : [];
}

function copy<T>(list: readonly T[] | undefined): T[] | undefined {
  return Array.isArray(list) ? [...list] : undefined;
}
