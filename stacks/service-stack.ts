import { DataCloudflareZeroTrustOrganization } from "@cdktf/provider-cloudflare/lib/data-cloudflare-zero-trust-organization";
import { DataCloudflareZeroTrustTunnelCloudflareds } from "@cdktf/provider-cloudflare/lib/data-cloudflare-zero-trust-tunnel-cloudflareds";
import { DataCloudflareZones } from "@cdktf/provider-cloudflare/lib/data-cloudflare-zones";
import { Annotations, Fn, TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { isOneTimePin, ONE_TIME_PIN } from "../base/one-time-pin";
import { AccessApp } from "../constructs/access-app";
import type { AccessAppSettings } from "../constructs/access-app-settings";
import { AccessGroup } from "../constructs/access-group";
import type { AccessPolicy } from "../constructs/access-policy";
import { AccessRule } from "../constructs/access-rule";
import { addFaults, known } from "../constructs/faults";
import {
  HostnameRecord,
  type IHostnameRecord,
} from "../constructs/hostname-record";
import { IdentityProvider } from "../constructs/identity-provider";
import { lookUp } from "../constructs/lookup";
import { placeholderId, type SharedKind } from "../constructs/placeholder";
import type { OriginRequest } from "../constructs/origin-request";
import { TunnelRoute } from "../constructs/tunnel-route";
import { TunnelProvider } from "../constructs/tunnel-provider";
import { openPathPattern } from "../ingress/open-path";
import { TUNNEL_PROVIDER } from "../providers/tunnel-route/package";
import type { Rotations } from "../contract/rotations";
import {
  SERVICE_OUTPUT,
  TOKENS_OUTPUT,
  type ServiceOutputs,
} from "../contract/service-outputs";
import type { Service } from "../services/service";
import { leadsStraight } from "../services/straight";
import { providerVersion } from "../terraform-plugin/mirror";
import { AccountStack, type AccountStackProps } from "./account-stack";
import { hostHeaderWarning } from "./host-header";
import {
  GROUP_REMEDY,
  LOGIN_METHOD_REMEDY,
  NOBODY,
  RECORD_REMEDY,
  SEVERAL_REMEDY,
} from "./remedies";
import {
  addServiceTokens,
  type ServiceTokenProps,
  type ServiceTokens,
  type TokenStoreChoice,
} from "./service-tokens";

export interface ServiceStackProps extends AccountStackProps {
  /** The stack that makes the login method: deployed before this one. */
  readonly identity?: AccountStack;
  /** Name of the login method people use, such as `Google`, or several names. */
  readonly loginMethod: string | readonly string[];
  /** Zone of the account that the host lies in. */
  readonly zone: string;
  /** Name of the remotely managed tunnel that leads to the service. */
  readonly tunnel: string;

  readonly service: Service;
  /** Public host: one label below the zone, or the zone itself. */
  readonly hostname: string;
  /** Where the tunnel's connector finds the service: `http://caddy:80`. */
  readonly serviceUrl: string;
  /**
   * Host header the service sees. One other than the hostname makes services
   * that compare it with `Origin` refuse their own page: synth warns of it.
   *
   * @default - that of the rule this one replaces, else the hostname
   */
  readonly httpHostHeader?: string;
  /**
   * How the connector talks to the service, such as `{ noTLSVerify: true }` for
   * a certificate of its own.
   *
   * @default - as the rule had it that stood there before, else cloudflared's
   * defaults
   */
  readonly origin?: OriginRequest;
  /**
   * What the application can be told besides: CORS, cookies, deny pages, tags
   * and so on. It holds for the applications of tokens' paths as well.
   *
   * @default - nothing
   */
  readonly application?: AccessAppSettings;

  /** Addresses of the people who may log in. */
  readonly allowedEmails?: readonly string[];
  /** Everyone whose address ends so may log in: `example.com`. */
  readonly allowedEmailDomains?: readonly string[];
  /**
   * Members of these groups may log in: names of groups of the identity stack,
   * or of any others that the account has.
   */
  readonly allowedGroups?: readonly string[];
  /** Further rules, any of which lets someone in who logs in. */
  readonly allowed?: readonly AccessRule[];
  /** Rules that everyone must fit as well. */
  readonly required?: readonly AccessRule[];
  /** How long a login lasts. @default "24h" */
  readonly sessionDuration?: string;

  /** Service tokens for machines. @default - one, named `<id>-api`, for a year */
  readonly tokens?: readonly ServiceTokenProps[];
  /**
   * Where this stack itself keeps the tokens that name no other `store`.
   *
   * @default - nowhere: `npm run secrets` writes them
   */
  readonly tokenStore?: TokenStoreChoice;
  /**
   * Rotations of the secrets of all services' tokens, which `npm run rotate`
   * writes down.
   *
   * @default - none
   */
  readonly rotations?: Rotations;

  /**
   * Paths that must be open to everyone without login, such as `/webhook`;
   * each with the names below it that docs/open-paths.md lets in.
   *
   * @default - none
   */
  readonly openPaths?: readonly string[];

  /**
   * Whether this stack makes the DNS record, or it stands already and is only
   * read. From `create` to `existing` the record stays.
   *
   * @default "create"
   */
  readonly dnsRecord?: "create" | "existing";
  /**
   * What a destroy leaves on the tunnel: the rule that stood there before,
   * which may be public, or none.
   *
   * @default "restore"
   */
  readonly onDestroy?: "restore" | "remove";
}

/**
 * A service behind Cloudflare Access: application, policies, tokens, then the
 * route with the connector's JWT check, then the DNS record; a destroy goes the
 * other way. No moment of either is without protection.
 */
export class ServiceStack extends AccountStack {
  /** Host that this stack protects. */
  readonly hostname: string;
  /** The application of the whole host. */
  readonly app: AccessApp;
  /** Applications of the paths that tokens are limited to. */
  readonly pathApps: readonly AccessApp[];
  /** Applications of the open paths. */
  readonly openApps: readonly AccessApp[];
  /** The policy of the people who may log in, which the applications share. */
  readonly people: AccessPolicy;
  /** The service tokens, each with its policy. */
  readonly tokens: ServiceTokens["tokens"];
  /** The tunnel's rule for the host. */
  readonly route: TunnelRoute;
  /** The tunnel's rules for the paths that tokens are limited to. */
  readonly pathRoutes: readonly TunnelRoute[];
  /** The tunnel's rules for the open paths. */
  readonly openRoutes: readonly TunnelRoute[];
  /** The DNS record: made, or only read. */
  readonly record: IHostnameRecord;

  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    super(scope, id, props);
    const { accountId, hostname, openPaths = [], service } = props;
    this.hostname = hostname;
    addFaults(this, hostFaults(hostname, props.zone));
    if (service.refusesCrossSite && leadsTo(props, service))
      Annotations.of(this).addWarning(refusedFirstPage(props));
    const broken = hostHeaderWarning(service, hostname, props.httpHostHeader);
    if (broken !== undefined) Annotations.of(this).addWarning(broken);
    if (props.identity) this.addDependency(props.identity);
    new TunnelProvider(this, "tunnel", {
      source: TUNNEL_PROVIDER.address,
      version: providerVersion(TUNNEL_PROVIDER),
      journalDir: this.statePath("journal"),
    });

    const { groups, loginMethods, teamName, tunnelId, zoneId } =
      this.#lookUp(props);
    const chain = slug(hostname);
    const forPeople = {
      ...props.application,
      accountId,
      hostname,
      sessionDuration:
        props.sessionDuration ?? props.application?.sessionDuration,
      loginMethods,
    };
    const app = new AccessApp(this, chain, {
      ...forPeople,
      name: service.name,
    });
    const { pathApps, tokens } = addServiceTokens(this, {
      service: id,
      tokenStore: props.tokenStore,
      accountId,
      app,
      openPaths,
      tokens: props.tokens ?? [{ name: `${id}-api` }],
      rotations: props.rotations?.[id],
      pathApp: (path) =>
        new AccessApp(this, chain + slug(path), {
          ...forPeople,
          name: `${service.name} ${path}`,
          path,
        }),
    });
    const people = app.allow("people", {
      name: `${service.name} Access Policy`,
      include: [
        ...(props.allowedEmails ?? []).map(AccessRule.email),
        ...(props.allowedEmailDomains ?? []).map(AccessRule.emailDomain),
        ...groups.map(AccessRule.group),
        ...(props.allowed ?? []),
      ],
      require: props.required,
    });
    this.node.addValidation({
      validate: () => (people.hasInclude ? [] : [NOBODY]),
    });
    for (const pathApp of pathApps.values()) pathApp.addPolicy(people);
    const openApps = openPaths.map((path) => {
      const open = new AccessApp(this, chain + slug(path), {
        accountId,
        name: `${service.name} ${path}`,
        hostname,
        path,
      });
      open.bypass("everyone", {
        name: `${service.name} ${path} is open`,
        include: [AccessRule.everyone()],
      });
      return open;
    });

    const shared = {
      accountId,
      tunnelId,
      hostname,
      serviceUrl: props.serviceUrl,
      httpHostHeader: props.httpHostHeader,
      originRequest: props.origin,
      onDestroy: props.onDestroy,
    };
    const apps = [app, ...pathApps.values(), ...openApps];
    // The rest of the host takes no token of a path's application: a service
    // may read `/queue/..%2Frest`, which Access admits to `/queue`, as `/rest`.
    const pathRoutes = [...pathApps].map(
      ([path, pathApp]) =>
        new TunnelRoute(this, `${chain}${slug(path)}_route`, {
          ...shared,
          path: openPathPattern(path),
          access: { teamName, apps: [pathApp] },
          after: apps.map(({ resource }) => resource),
        }),
    );
    const route = new TunnelRoute(this, `${chain}_route`, {
      ...shared,
      access: { teamName, apps: [app, ...openApps] },
      after: pathRoutes.map(({ resource }) => resource),
    });
    const openRoutes = openPaths.map(
      (path, index) =>
        new TunnelRoute(this, `${chain}${slug(path)}_route`, {
          ...shared,
          path: openPathPattern(path),
          // Requests of an open path carry no JWT, so no value of this rule
          // says that its application and the host's protection come first.
          after: [route.resource, (openApps[index] ?? app).resource],
        }),
    );

    const leads = { zoneId, tunnelId, hostname };
    this.record =
      props.dnsRecord === "existing"
        ? HostnameRecord.existing(this, `${chain}_record`, {
            ...leads,
            remedy: RECORD_REMEDY,
          })
        : new HostnameRecord(this, `${chain}_record`, {
            ...leads,
            after: [route, ...pathRoutes, ...openRoutes].map(
              ({ resource }) => resource,
            ),
          });
    this.app = app;
    this.pathApps = [...pathApps.values()];
    this.openApps = openApps;
    this.people = people;
    this.tokens = tokens;
    this.route = route;
    this.pathRoutes = pathRoutes;
    this.openRoutes = openRoutes;

    const outputs: ServiceOutputs = {
      service: {
        name: service.name,
        page_text: service.pageText,
        api_path: service.apiPath,
        web_socket_path: service.webSocketPath,
        local_url: service.localUrl,
        container_url: service.containerUrl,
        // Undefined, it adds nothing to the outputs of other services.
        refuses_cross_site: service.refusesCrossSite || undefined,
        hostname,
        aud: app.aud,
        access_app_id: app.accessAppId,
        team_name: teamName,
        open_paths: [...openPaths],
        environment: service.environment?.(hostname),
        allowed_groups: props.allowedGroups && [...props.allowedGroups],
      },
      service_tokens: tokens.map(({ held, name, paths, policy, store }) => ({
        name,
        id: policy.serviceTokenId,
        client_id: policy.clientId,
        client_secret: policy.clientSecret,
        expires_at: policy.expiresAt,
        store,
        google_client_id: held?.clientId,
        google_client_secret: held?.clientSecret,
        paths: paths && [...paths],
      })),
    };
    new TerraformOutput(this, SERVICE_OUTPUT, { value: outputs.service });
    new TerraformOutput(this, TOKENS_OUTPUT, {
      sensitive: true,
      value: outputs.service_tokens,
    });
  }

  /** Finds what others made by the names in the props, when it is planned. */
  #lookUp(props: ServiceStackProps) {
    const { accountId, allowedGroups = [], loginMethod, tunnel, zone } = props;
    const zoneId = lookUp(
      new DataCloudflareZones(this, "zones", { account: { id: accountId } }),
      {
        kind: "zone of this account",
        name: zone,
        remedy:
          "Set CLOUDFLARE_ZONE to one of these, and check that the API token may read zones.",
      },
    );
    const tunnelId = lookUp(
      new DataCloudflareZeroTrustTunnelCloudflareds(this, "tunnels", {
        accountId,
        isDeleted: false,
      }),
      {
        kind: "tunnel",
        name: tunnel,
        remedy: "Set CLOUDFLARE_TUNNEL to one of these.",
      },
    );
    const placeholder = (kind: SharedKind, name: string) => {
      const id = placeholderId(kind, isOneTimePin(name) ? ONE_TIME_PIN : name);
      return props.planOnly && props.identity?.makes.has(id) ? id : undefined;
    };
    const organization = new DataCloudflareZeroTrustOrganization(
      this,
      "organization",
      { accountId },
    );
    return {
      zoneId,
      tunnelId,
      // No list is asked for where nobody needs it.
      groups:
        allowedGroups.length > 0
          ? AccessGroup.fromNames(this, "groups", {
              accountId,
              names: allowedGroups,
              placeholder: (name) => placeholder("Access group", name),
              remedy: GROUP_REMEDY,
              severalRemedy: SEVERAL_REMEDY,
            })
          : [],
      teamName: Fn.trimsuffix(
        organization.authDomain,
        ".cloudflareaccess.com",
      ) as string,
      loginMethods: IdentityProvider.fromNames(this, "login_methods", {
        accountId,
        names: [loginMethod].flat(),
        placeholder: (name) => placeholder("login method", name),
        remedy: LOGIN_METHOD_REMEDY,
        severalRemedy: SEVERAL_REMEDY,
      }),
    };
  }
}

function leadsTo({ serviceUrl }: ServiceStackProps, service: Service) {
  const url = known(serviceUrl);
  return url !== undefined && leadsStraight(url, service);
}

function refusedFirstPage({
  hostname,
  service,
  serviceUrl,
}: ServiceStackProps) {
  return (
    `${hostname} leads straight to ${serviceUrl}, and ${service.name} answers 403 to the first page after each login. ` +
    `Put Caddy between: serviceUrl "http://caddy:80", and the file that \`npm run caddyfile\` prints. ` +
    `Or start ComfyUI with --enable-cors-header https://${hostname}, which ends its own guard, and say so: service: { ...comfyui, refusesCrossSite: false }. docs/services.md has more.`
  );
}

function hostFaults(hostname: string, zone: string): string[] {
  if (hostname === zone) return [];
  if (!hostname.endsWith(`.${zone}`))
    return [
      `hostname must lie in the zone ${zone}, got "${hostname}": write "${hostname.split(".")[0]}.${zone}"`,
    ];
  const labels = hostname.slice(0, -zone.length - 1).split(".");
  if (labels.length > 1)
    return [
      `hostname must have one label before ${zone}, got "${hostname}": Cloudflare's certificate covers one only, write "${labels.join("-")}.${zone}"`,
    ];
  return [];
}

/**
 * A host or path as the id of a construct. It is part of the resources'
 * addresses: another host is another chain of resources.
 */
function slug(text: string): string {
  return text
    .replaceAll("/", "__")
    .replaceAll(".", "_")
    .replaceAll("~", "-tilde-");
}
