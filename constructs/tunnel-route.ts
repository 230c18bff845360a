import {
  Token,
  type ITerraformDependable,
  type TerraformResource,
} from "cdktf";
import { Construct, type IConstruct } from "constructs";
import type * as Origin from "../ingress/origin-request";
import type * as Service from "../ingress/service";
import type * as Shadow from "../ingress/shadow";
import type * as Validate from "../ingress/validate";
import type { IAccessApp } from "./access-app";
import { addFaults, known } from "./faults";
import {
  isReference,
  needed,
  propFaults,
  readProps,
  shown,
  type KnownProps,
} from "./known-props";
import { onDemand } from "./on-demand";
import { IP_RULE, ORIGIN_PROPS, type OriginRequest } from "./origin-request";
import { bringTunnelProvider } from "./tunnel-provider";
import { TunnelRouteResource } from "./tunnel-route-resource";

/** What a route is made with. */
export interface TunnelRouteProps {
  /** Account that owns the tunnel. */
  readonly accountId: string;
  /** Remotely managed tunnel, a UUID. */
  readonly tunnelId: string;
  /** Public host, without scheme or path. */
  readonly hostname: string;
  /**
   * Go regular expression on the path; unanchored unless it says `^`.
   *
   * @default - every path
   */
  readonly path?: string;
  /**
   * Where the connector sends requests: `http://caddy:80`, without a path. Also
   * what else cloudflared takes: `ssh://host`, `rdp://host`, `smb://host`,
   * `tcp://db:5432`, `unix:/run/app.sock`, `unix+tls:/run/app.sock`,
   * `http_status:404`, `hello_world`, `socks-proxy`, `bastion`.
   */
  readonly serviceUrl: string;
  /** Host header the service sees; the same as `originRequest` has. @default - the visitor's */
  readonly httpHostHeader?: string;
  /**
   * How the connector talks to the service.
   *
   * @default - as the rule that stood there before, else cloudflared's defaults
   */
  readonly originRequest?: OriginRequest;
  /**
   * Applications whose JWT the connector demands, and the team that signs it.
   *
   * @default - the connector checks nothing
   * @see https://developers.cloudflare.com/cloudflare-one/connections/connect-networks/configure-tunnels/origin-configuration/#access
   */
  readonly access?: {
    readonly teamName: string;
    readonly apps: readonly IAccessApp[];
    /**
     * Id of an application that was there before the first deploy: a rule that
     * demands its JWT is then somebody's, and a destroy restores it.
     *
     * @default - there was none
     */
    readonly existing?: string;
  };
  /**
   * What a destroy leaves behind: the rule that stood there before (`restore`,
   * which may be public), or none (`remove`).
   *
   * @default "restore"
   */
  readonly onDestroy?: "restore" | "remove";
  /**
   * What has to stand before the route does, where none of its values says so.
   *
   * @default - nothing else
   */
  readonly after?: ITerraformDependable[];
}

const ROUTE: KnownProps<TunnelRouteProps> = {
  accountId: needed("id"),
  tunnelId: needed("uuid"),
  hostname: needed("text"),
  path: "text",
  serviceUrl: needed("text"),
  httpHostHeader: "text",
  originRequest: "any",
  access: "any",
  onDestroy: ["restore", "remove"],
  after: "list",
};

const ACCESS: KnownProps<NonNullable<TunnelRouteProps["access"]>> = {
  teamName: needed("text"),
  apps: needed("list"),
  existing: "id",
};

/**
 * One ingress rule of a tunnel that others use too. Every other rule and key of
 * the tunnel's document stays as it is. Where a rule for the same host and path
 * is there already, this one takes its place and keeps its settings of
 * `originRequest` that are not stated here.
 *
 * @example
 * ```ts
 * import { TerraformStack } from "cdktf";
 * import { TunnelRoute, type IAccessApp } from "access-stacks/constructs";
 *
 * export function route(stack: TerraformStack, app: IAccessApp) {
 *   new TunnelRoute(stack, "route", {
 *     accountId: "0123456789abcdef0123456789abcdef",
 *     tunnelId: "0d5e2f1c-5e21-4c3b-9a70-0123456789ab",
 *     hostname: "wiki.example.com",
 *     serviceUrl: "http://wiki:3000",
 *     access: { teamName: "example", apps: [app] },
 *   });
 * }
 * ```
 */
export class TunnelRoute extends Construct {
  /** The Terraform resource underneath, for what this construct does not have. */
  readonly resource: TerraformResource;

  constructor(scope: Construct, id: string, given: TunnelRouteProps) {
    super(scope, id);
    bringTunnelProvider(this);
    const { faults, props } = readRoute(given);
    const { access, httpHostHeader, serviceUrl } = props;
    const wrongPlace = placeFaults(props);
    addFaults(this, [
      ...wrongPlace,
      ...faults,
      // A path that can't be read can't be compared.
      ...(wrongPlace.length === 0 ? rivalFaults(this, props) : []),
    ]);
    this.resource = new TunnelRouteResource(this, "Default", {
      accountId: props.accountId,
      tunnelId: props.tunnelId,
      hostname: props.hostname,
      path: props.path,
      service: serviceUrl,
      originRequest: {
        ...props.originRequest,
        httpHostHeader: httpHostHeader ?? props.originRequest?.httpHostHeader,
        access: access && {
          // Left out, it would mean "not enforced".
          required: true,
          teamName: access.teamName,
          audTag: access.apps.map((app) => app?.aud),
        },
      },
      existingApplication: access?.existing,
      apps: access?.apps,
      onDestroy: props.onDestroy ?? "restore",
      dependsOn: props.after,
    });
  }
}

/** What is wrong with a route's props, and those that code can go on with. */
function readRoute(given: TunnelRouteProps): {
  readonly props: TunnelRouteProps;
  readonly faults: string[];
} {
  const { faults, props } = readProps(given, ROUTE);
  const { access, originRequest } = props;
  const service = isReference(props.serviceUrl) ? undefined : props.serviceUrl;
  const checks =
    access === undefined ? undefined : readProps(access, ACCESS, "access.");
  const apps = checks?.props.apps ?? [];
  const origin =
    originRequest === undefined
      ? undefined
      : readProps(originRequest, ORIGIN_PROPS, "originRequest.");
  return {
    props: {
      ...props,
      access: checks && { ...checks.props, apps },
      originRequest: origin?.props,
    },
    faults: [
      ...(service === undefined
        ? []
        : serviceFaults(service, origin?.props.bastionMode === true)),
      ...faults,
      ...(checks?.faults ?? []),
      ...(teamFault(checks?.props.teamName) ?? []),
      ...(checks?.props.apps?.length === 0
        ? ["access.apps is empty: the connector would refuse everyone"]
        : []),
      ...apps.flatMap((app, at) =>
        typeof app?.aud === "string" && app.aud !== ""
          ? []
          : [
              `access.apps[${at}] must be an AccessApp, or { aud } of one, got ${shown(app)}: the connector would refuse everyone`,
            ],
      ),
      ...(originRequest === undefined
        ? []
        : originPropFaults(originRequest, props.httpHostHeader)),
      ...nameFaults({ httpHostHeader: props.httpHostHeader }, ""),
    ],
  };
}

/**
 * What is wrong with settings of a route.
 *
 * @param httpHostHeader The same as the route itself has it
 */
export function originPropFaults(
  given: OriginRequest,
  httpHostHeader?: string,
): string[] {
  const { faults, props } = readProps(given, ORIGIN_PROPS, "originRequest.");
  const rules = props.ipRules;
  return [
    ...faults,
    ...nullFaults(props),
    ...(Array.isArray(rules) ? rules : []).flatMap((rule, at) =>
      propFaults(rule, IP_RULE, `originRequest.ipRules[${at}].`),
    ),
    ...originFaults(props, httpHostHeader),
  ];
}

/** Cloudflared takes null for a setting that is left out; code that says so means something else. */
function nullFaults(origin: OriginRequest): string[] {
  return Object.entries(origin)
    .filter(([, value]) => value === null)
    .map(
      ([key]) =>
        `originRequest.${key} is null: leave it out to keep what the rule had`,
    );
}

/** A connector asks `https://<team>.cloudflareaccess.com` for keys, and refuses everyone where there are none. */
function teamFault(given: string | undefined): string[] | undefined {
  if (typeof given !== "string" || Token.isUnresolved(given)) return undefined;
  if (/^[a-z0-9-]+$/i.test(given)) return undefined;
  const [, name] =
    /^(?:https?:\/\/)?([a-z0-9-]+)\.cloudflareaccess\.com\/?$/i.exec(given) ??
    [];
  return [
    `access.teamName must be the team's name alone, without ".cloudflareaccess.com", got "${given}": write ${name === undefined ? 'one such as "example"' : `"${name}"`}`,
  ];
}

function serviceFaults(service: string, bastion: boolean): string[] {
  const { newServiceFault } = onDemand("../ingress/service") as typeof Service;
  const fault = newServiceFault(service, { bastion, name: "serviceUrl" });
  return fault === undefined ? [] : [fault];
}

/** Why no request could come to the rule, or cloudflared would refuse it. */
function placeFaults({ hostname, path }: TunnelRouteProps): string[] {
  const [host, pattern] = [known(hostname), known(path)];
  const isHost =
    host === undefined ||
    /^(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/.test(
      host,
    );
  const fault =
    pattern === undefined || pattern === ""
      ? undefined
      : (onDemand("../ingress/validate") as typeof Validate).pathFault(pattern);
  return [
    ...(isHost
      ? []
      : [
          `hostname must be one host such as "app.example.com", in lower case and without a scheme, port or path, got "${host}"`,
        ]),
    ...(pattern === ""
      ? [
          'path is empty: leave it out for every path, or write one such as "^/api"',
        ]
      : []),
    ...(fault === undefined
      ? []
      : [`${fault}: write one such as "^/api", as RE2 reads it`]),
  ];
}

/** In seconds. Connectors count in nanoseconds, and far longer times come out as none at all. */
const DAY = 86_400;

/** What cloudflared would refuse of the settings, as far as it is known now. */
function originFaults(
  originRequest: OriginRequest,
  httpHostHeader: string | undefined,
): string[] {
  const { originRequestFaults } = onDemand(
    "../ingress/origin-request",
  ) as typeof Origin;
  const now = Object.entries(originRequest).filter(
    ([, value]) => !isReference(value),
  );
  const { connectTimeout, proxyType } = originRequest;
  const seconds = ["tlsTimeout", "keepAliveTimeout", "keepAliveConnections"];
  const times = ["connectTimeout", "tcpKeepAlive", ...seconds.slice(0, 2)];
  return [
    ...originRequestFaults(Object.fromEntries(now), { socks: true }),
    ...nameFaults(Object.fromEntries(now), "originRequest."),
    ...now
      .filter(([key, value]) => seconds.includes(key) && Number(value) < 0)
      .map(([key]) => `originRequest.${key} must be 0 or more`),
    ...now
      .filter(([key, value]) => times.includes(key) && Number(value) > DAY)
      .map(
        ([key, value]) =>
          `originRequest.${key} must be ${DAY} seconds (a day) or less, got ${String(value)}`,
      ),
    ...(Number(originRequest.proxyPort) > 65_535
      ? [
          `originRequest.proxyPort must be 65535 or less, got ${shown(originRequest.proxyPort)}`,
        ]
      : []),
    ...(typeof connectTimeout === "number" &&
    !Token.isUnresolved(connectTimeout) &&
    connectTimeout < 1
      ? ["originRequest.connectTimeout must be 1 second or more"]
      : []),
    ...(typeof proxyType === "string" && !["", "socks"].includes(proxyType)
      ? [`originRequest.proxyType must be "socks" or "", got "${proxyType}"`]
      : []),
    ...(httpHostHeader !== undefined &&
    originRequest.httpHostHeader !== undefined &&
    httpHostHeader !== originRequest.httpHostHeader
      ? [
          "httpHostHeader and originRequest.httpHostHeader differ: give one of them",
        ]
      : []),
  ];
}

function nameFaults(names: OriginRequest, at: string): string[] {
  if (Object.values(names).every((value) => value === undefined)) return [];
  const { unusableNames } = onDemand(
    "../ingress/origin-request",
  ) as typeof Origin;
  return isReference(names.httpHostHeader) ? [] : unusableNames(names, at);
}

/** What the routes of an app are for, by the app. */
const routesOf = new WeakMap<IConstruct, Route[]>();

interface Route extends Pick<
  TunnelRouteProps,
  "tunnelId" | "hostname" | "path"
> {
  readonly construct: IConstruct;
}

/** A fault for each route made earlier that leaves this one nothing, and it that one. */
function rivalFaults(
  construct: IConstruct,
  { tunnelId, hostname, path }: TunnelRouteProps,
): string[] {
  if (known(hostname) === undefined || known(path ?? "") === undefined)
    return [];
  const { root } = construct.node;
  const routes = routesOf.get(root) ?? [];
  routesOf.set(root, [...routes, { construct, tunnelId, hostname, path }]);
  return routes
    .filter(
      (other) =>
        mayMeet(hostname, other.hostname) &&
        excludeEachOther(ruleOf(other), ruleOf({ hostname, path })) &&
        // Of the same name, looked up in two stacks, we can't tell: it is one.
        (known(tunnelId) === undefined ||
          known(other.tunnelId) === undefined ||
          tunnelId === other.tunnelId),
    )
    .map(
      (other) =>
        `${hostname} ${path ?? "(every path)"} matches the same requests as ${other.construct.node.path}, ${other.path ?? "(every path)"}: remove one of the two routes, or make one narrower`,
    );
}

function mayMeet(host: string, other: string): boolean {
  return (
    host.toLowerCase() === other.toLowerCase() ||
    `${host}${other}`.includes("*")
  );
}

/** Its regular expressions are of no use to an app whose hosts have one route. */
function excludeEachOther(
  ...rules: Parameters<typeof Shadow.excludeEachOther>
) {
  const shadow = onDemand("../ingress/shadow") as typeof Shadow;
  return shadow.excludeEachOther(...rules);
}

function ruleOf({ hostname, path }: Pick<Route, "hostname" | "path">) {
  return { hostname, path };
}
