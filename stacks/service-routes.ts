import { createHash } from "node:crypto";
import { dependable } from "cdktf";
import type { Construct } from "constructs";
import type { AccessApp } from "../constructs/access-app";
import { HostnameRecord } from "../constructs/hostname-record";
import { MovedFrom } from "../constructs/moved-from";
import { TunnelRoute } from "../constructs/tunnel-route";
import { openPathPattern } from "../ingress/open-path";
import type { Shared } from "./service-lookups";
import type { ServiceStackProps } from "./service-stack-props";
import { slug } from "./slug";

/** The applications that a service's host has. */
export interface ServiceApps {
  /** That of the whole host. */
  readonly app: AccessApp;
  /** Those of the paths that tokens are limited to. */
  readonly pathApps: ReadonlyMap<string, AccessApp>;
  /** Those of the open paths, in their order. */
  readonly openApps: readonly AccessApp[];
}

/** The way to a service: the tunnel's rules, then the DNS record. */
export interface ServiceRoutes {
  readonly route: TunnelRoute;
  readonly pathRoutes: readonly TunnelRoute[];
  readonly openRoutes: readonly TunnelRoute[];
  readonly existingRoutes: readonly TunnelRoute[];
  readonly record: HostnameRecord;
}

type Standing = Pick<AccessApp, "resource"> | TunnelRoute;

/** Leads a host to its service, once all of its applications are there. */
export function addServiceRoutes(
  scope: Construct,
  props: ServiceStackProps,
  { app, openApps, pathApps }: ServiceApps,
  { teamName, tunnelId, zoneId }: Shared,
): ServiceRoutes {
  const { accountId, existingRules = [], hostname, openPaths = [] } = props;
  const chain = slug(hostname);
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
      new TunnelRoute(scope, `${chain}${slug(path)}_route`, {
        ...shared,
        path: openPathPattern(path),
        access: { teamName, apps: [pathApp] },
        after: apps.map(({ resource }) => resource),
      }),
  );
  const access = {
    teamName,
    apps: [app, ...openApps],
    existing: props.existingApplication,
  };
  const openRoutes = new Map<string, TunnelRoute>();
  const openRoute = (
    path: string,
    part: string,
    after: readonly Standing[],
  ) => {
    const made = new TunnelRoute(scope, `${chain}${slug(path)}${part}`, {
      ...shared,
      path: openPathPattern(path),
      // Requests of an open path carry no JWT, so no value of this rule
      // says that its application and the host's protection come first.
      after: after.map(({ resource }) => resource),
    });
    openRoutes.set(path, made);
    return made.resource;
  };
  // Where somebody works by hand, the host's JWT check would refuse them at the
  // path until its own rule is there, and again at a destroy. An application of
  // the stack's own comes after its rule for the same reason: until then the
  // host's, which is taken over, asks for a login there. The rule's id is another
  // one: a destroy by code without the application has the host's rule first, and
  // the state has this one first, which of the same two Terraform calls a cycle.
  const isExisting = (at: number) =>
    Object.keys(openApps[at]?._existing ?? {}).length > 0;
  const isFirst = (at: number) =>
    isExisting(at) || props.existingApplication !== undefined;
  openPaths.forEach((path, at) => {
    if (!isFirst(at)) return;
    const own = isExisting(at) ? undefined : openApps[at]?.resource;
    const first = openRoute(path, "_open_route", own ? [app] : apps);
    // Deleted and made at once, the path would be closed for a moment.
    new MovedFrom(first, "before", {
      from: `tunnel_route.${chain}${slug(path)}_route`,
      to: dependable(first),
    });
    if (own) own.dependsOn = [...(own.dependsOn ?? []), dependable(first)];
  });
  const route = new TunnelRoute(scope, `${chain}_route`, {
    ...shared,
    access,
    after: [...pathRoutes, ...openRoutes.values()].map(
      ({ resource }) => resource,
    ),
  });
  openPaths.forEach(
    (path, at) =>
      isFirst(at) || openRoute(path, "_route", [route, openApps[at] ?? app]),
  );
  // Last: by then each open path has a rule of its own before these.
  const existingRoutes = [...new Set(existingRules)].map(
    (path) =>
      new TunnelRoute(scope, `${chain}_rule_${idOf(path)}`, {
        ...shared,
        path,
        access,
        after: [route, ...openRoutes.values()].map(({ resource }) => resource),
      }),
  );
  const record = new HostnameRecord(scope, `${chain}_record`, {
    zoneId,
    tunnelId,
    hostname,
    ownership: props.dnsRecord,
    after: [
      ...[route, ...pathRoutes, ...openRoutes.values()],
      ...existingRoutes,
    ].map(({ resource }) => resource),
  });
  return {
    ...{ route, pathRoutes, existingRoutes, record },
    openRoutes: openPaths.flatMap((path) => openRoutes.get(path) ?? []),
  };
}

/** An expression as a part of a construct's id, which takes few characters. */
function idOf(path: string): string {
  return createHash("sha256").update(path).digest("hex").slice(0, 8);
}
