import { checkProps } from "../base/check-props";
import { Lazy, Annotations } from "cdktf";
import type { Construct } from "constructs";
import { AccessApp } from "../constructs/access-app";
import { settingsIn } from "../constructs/access-app-settings";
import type { AccessPolicy } from "../constructs/access-policy";
import { AccessRule } from "../constructs/access-rule";
import { statedSettings } from "../constructs/existing-application";
import { addFaults, sessionFault } from "../constructs/faults";
import type { HostnameRecord } from "../constructs/hostname-record";
import type { IIdentityProvider } from "../constructs/identity-provider";
import { TunnelProvider } from "../constructs/tunnel-provider";
import type { TunnelRoute } from "../constructs/tunnel-route";
import { GUESTS_OUTPUT, NO_GUEST } from "../contract/guests";
import { PROMISES_OUTPUT } from "../contract/promises";
import { SERVICE_OUTPUT, TOKENS_OUTPUT } from "../contract/service-outputs";
import { notesBlock, SERVICE_NOTES } from "../contract/service-notes";
import { TUNNEL_PROVIDER } from "../providers/tunnel-route/package";
import { providerVersion } from "../terraform-plugin/mirror";
import { AccountStack } from "./account-stack";
import { distinctPaths } from "./distinct-paths";
import { existingPaths } from "./existing-paths";
import { firstPageWarning } from "./first-page";
import { addGuests } from "./guests";
import { hostFaults } from "./host-faults";
import { hostHeaderWarning } from "./host-header";
import { isSameMethod, loginMethodNamed } from "./login-method";
import { NOBODY } from "./remedies";
import { serviceProps } from "./known-props";
import { lookUpShared } from "./service-lookups";
import { addServiceOutputs } from "./service-outputs";
import { addServiceRoutes } from "./service-routes";
import type { ServiceStackProps } from "./service-stack-props";
import { addServiceTokens, type ServiceTokens } from "./service-tokens";
import { slug } from "./slug";

export type { ServiceStackProps } from "./service-stack-props";

/** The id of the policy of the people who may log in. */
const PEOPLE = "people";

/**
 * A service behind Cloudflare Access: application, policies, tokens, then the
 * route with the connector's JWT check, then the DNS record; a destroy goes the
 * other way. No moment of either is without protection.
 *
 * @example
 * ```ts
 * import { openWebui } from "access-stacks/services";
 * import { AccessStacks, ServiceStack } from "access-stacks/stacks";
 *
 * AccessStacks.synthesize((app) => {
 *   new ServiceStack(app, "chat", {
 *     accountId: "0123456789abcdef0123456789abcdef",
 *     stateDir: ".state",
 *     zone: "example.com",
 *     tunnel: "home",
 *     loginMethod: "Google",
 *     allowedEmails: ["ann@example.com"],
 *     service: openWebui,
 *     hostname: "chat.example.com",
 *     serviceUrl: "http://open-webui:8080",
 *   });
 * });
 * ```
 */
export class ServiceStack extends AccountStack {
  /** Host that this stack protects. */
  readonly hostname: string;
  /**
   * The application of the whole host. Whom it denies, the applications of the
   * tokens' paths deny as well.
   */
  readonly app: AccessApp;
  /** Applications of the paths that tokens are limited to. */
  readonly pathApps: readonly AccessApp[];
  /** Applications of the open paths. */
  readonly openApps: readonly AccessApp[];
  /** The policy of the people who may log in, which the applications share. */
  readonly people: AccessPolicy;
  /** The login methods that it offers, by their names. */
  readonly loginMethods: ReadonlyMap<string, IIdentityProvider>;
  /** The service tokens, each with its policy. */
  readonly tokens: ServiceTokens["tokens"];
  /** The tunnel's rule for the host. */
  readonly route: TunnelRoute;
  /** The tunnel's rules for the paths that tokens are limited to. */
  readonly pathRoutes: readonly TunnelRoute[];
  /** The tunnel's rules for the open paths. */
  readonly openRoutes: readonly TunnelRoute[];
  /** The tunnel's rules that were there before for some paths, taken over. */
  readonly existingRoutes: readonly TunnelRoute[];
  /** The DNS record: made, or only used. */
  readonly record: HostnameRecord;

  constructor(scope: Construct, id: string, given: ServiceStackProps) {
    checkProps(
      "ServiceStack",
      given,
      [
        "accountId",
        "stateDir",
        "zone",
        "tunnel",
        "loginMethod",
        "service",
        "hostname",
        "serviceUrl",
      ],
      ["stateDir"],
    );
    super(scope, id, given);
    const { faults: wrong, props } = serviceProps(this.node.path, given);
    const { accountId, hostname, service, tunnelStack } = props;
    const { faults, usable: openPaths } = distinctPaths(props.openPaths ?? []);
    const { faults: unknown, settings } = settingsIn(
      props.application ?? {},
      "application.",
    );
    const session = props.sessionDuration ?? settings.sessionDuration;
    const wrongSession =
      session === undefined ? undefined : sessionFault(session);
    const loginMethods = [props.loginMethod].flat();
    const existingOnes = existingPaths(props);
    this.hostname = hostname;
    addFaults(this, [...wrong, ...hostFaults(hostname, props.zone)]);
    for (const warning of [
      firstPageWarning(props),
      hostHeaderWarning(
        service,
        hostname,
        props.httpHostHeader ?? props.origin?.httpHostHeader,
      ),
    ])
      if (warning !== undefined) Annotations.of(this).addWarning(warning);
    // Access takes an application without any for one with every login method.
    addFaults(this, [
      loginMethods.length === 0 &&
        "loginMethod must name a login method of the account, got none",
      ...loginMethods.map(
        (name, at) =>
          loginMethods.slice(0, at).some((one) => isSameMethod(one, name)) &&
          `loginMethod names "${name}" twice: name each login method once`,
      ),
      ...faults,
      ...existingOnes.faults,
      ...unknown,
      wrongSession,
      tunnelStack &&
        tunnelStack.tunnel !== props.tunnel &&
        `tunnelStack makes the tunnel "${tunnelStack.tunnel}", and tunnel is "${props.tunnel}": give both one name`,
    ]);
    if (props.identity) this.addDependency(props.identity);
    if (tunnelStack) this.addDependency(tunnelStack);
    new TunnelProvider(this, "tunnel", {
      source: TUNNEL_PROVIDER.address,
      version: providerVersion(TUNNEL_PROVIDER),
      journalDir: this.statePath("journal"),
    });

    const shared = lookUpShared(this, props);
    const { tunnel, zone } = props;
    this.loginMethods = new Map(
      shared.loginMethods.map((method, at) => [loginMethods[at] ?? "", method]),
    );
    const chain = slug(hostname);
    // That of a path's application alone.
    const { pathCookieAttribute, ...application } = settings;
    const forPeople = {
      ...application,
      accountId,
      hostname,
      // The applications of paths would each repeat the fault.
      sessionDuration: wrongSession === undefined ? session : undefined,
      loginMethods: shared.loginMethods,
    };
    // The policies say how long their logins last: a taken-over application
    // keeps what it says, by which its own old policies go.
    const stated = {
      ...forPeople,
      sessionDuration: wrongSession ? undefined : settings.sessionDuration,
    };
    this.addOverride(
      `//.${SERVICE_NOTES}`,
      notesBlock(
        {
          loginMethods,
          existingTokens: props.tokens?.flatMap((token) =>
            "existing" in token ? token.existing : [],
          ),
          statedApplication: statedSettings(stated),
          tunnel,
          zone,
          ownLogin: service.ownLogin,
          apps: service.apps,
          limits: service.limits,
        },
        Lazy.anyValue({ produce: () => this.people._blocks }),
      ),
    );
    const { existingApplication: existing } = props;
    const app = new AccessApp(this, chain, {
      ...(existing === undefined
        ? { ...forPeople, name: service.name }
        : { ...stated, existing }),
    });
    const tokenPaths = (props.tokens ?? []).flatMap(({ paths = [] }) => paths);
    const { pathApps, tokens } = addServiceTokens(this, {
      service: id,
      tokenStore: props.tokenStore,
      accountId,
      app,
      openPaths,
      sessionDuration: forPeople.sessionDuration,
      tokens: props.tokens ?? [{ name: `${id}-api` }],
      rotations: props.rotations?.[id],
      reserved: [
        ...[PEOPLE, SERVICE_OUTPUT, TOKENS_OUTPUT],
        ...(props.guests?.length ? [GUESTS_OUTPUT] : []),
        ...(props.promises?.length || tokenPaths.length > 0
          ? [PROMISES_OUTPUT]
          : []),
        ...(props.tokenStore ? ["google_secrets"] : []),
        ...["", ...openPaths, ...tokenPaths].flatMap((path) =>
          ["", "_route", "_open_route", "_record"].map(
            (part) => `${chain}${slug(path)}${part}`,
          ),
        ),
      ],
      pathApp: (path) => {
        const existing = existingOnes.usable.get(path);
        return new AccessApp(this, chain + slug(path), {
          ...(existing === undefined
            ? { ...forPeople, name: `${service.name} ${path}` }
            : { ...stated, existing }),
          pathCookieAttribute,
          // That is of a whole host.
          oauthConfiguration: undefined,
          path,
        });
      },
    });
    addFaults(this, [
      pathCookieAttribute &&
        pathApps.size === 0 &&
        "application.pathCookieAttribute needs a path, and all applications are for the whole host: leave it out, or give a token its paths",
    ]);
    const others = {
      allowedEmails: (props.allowedEmails ?? []).map(AccessRule.email),
      allowedEmailDomains: (props.allowedEmailDomains ?? []).map(
        AccessRule.emailDomain,
      ),
      allowed: props.allowed ?? [],
      denied: props.denied ?? [],
    };
    const guests = addGuests(this, props.guests ?? [], {
      others,
      now: new Date(),
      timeZone: props.timeZone ?? "UTC",
    });
    const people = app.allow(PEOPLE, {
      sessionDuration: forPeople.sessionDuration,
      ...props.policy,
      name: `${service.name} Access Policy`,
      include: [
        ...others.allowedEmails,
        ...others.allowedEmailDomains,
        ...shared.groups.map(AccessRule.group),
        ...others.allowed,
        ...guests,
      ],
      require: props.required,
      exclude: others.denied,
    });
    // Without this the last guest could not be taken out.
    if (props.guests?.length && !people.hasInclude)
      people.addInclude(AccessRule.email(NO_GUEST));
    this.node.addValidation({
      validate: () => (people.hasInclude ? [] : [NOBODY]),
    });
    for (const pathApp of pathApps.values()) {
      pathApp.addPolicy(people);
      app._denyAlso(pathApp);
    }
    const openApps = openPaths.map((path) =>
      this.#open(props, path, existingOnes.usable.get(path)),
    );
    const made = addServiceRoutes(
      this,
      { ...props, openPaths },
      { app, openApps, pathApps },
      shared,
    );
    this.app = app;
    this.pathApps = [...pathApps.values()];
    this.openApps = openApps;
    this.people = people;
    this.tokens = tokens;
    this.route = made.route;
    this.pathRoutes = made.pathRoutes;
    this.openRoutes = made.openRoutes;
    this.existingRoutes = made.existingRoutes;
    this.record = made.record;
    const { teamName } = shared;
    addServiceOutputs(this, props, { app, teamName, tokens });
  }

  /**
   * One of the login methods that it offers, for rules:
   * `AccessRule.githubOrganization({ loginMethod, name: "acme" })`.
   *
   * @throws UsageError where there is none of this name
   */
  loginMethod(name: string): IIdentityProvider {
    return loginMethodNamed(this.loginMethods, name);
  }

  /** The application of a path that everyone reaches without a login. */
  #open(
    { accountId, hostname, service }: ServiceStackProps,
    path: string,
    existing: string | undefined,
  ): AccessApp {
    const open = new AccessApp(this, slug(hostname) + slug(path), {
      accountId,
      ...(existing === undefined
        ? { name: `${service.name} ${path}` }
        : { existing }),
      hostname,
      path,
    });
    open.bypass("everyone", {
      name: `${service.name} ${path} is open`,
      include: [AccessRule.everyone()],
    });
    return open;
  }
}
