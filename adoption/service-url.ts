import type { IngressRule } from "../ingress/rule";
import { newServiceFault } from "../ingress/service";

/**
 * A rule's service as `serviceUrl` takes it; undefined where it takes none that
 * is the same. Of a URL, cloudflared uses scheme, host and port alone.
 */
export function asServiceUrl(rule: IngressRule): string | undefined {
  const service = rule.service ?? "";
  const place = { bastion: rule.originRequest?.bastionMode === true };
  if (newServiceFault(service, place) === undefined) return service;
  const [, scheme = "", host = ""] =
    /^([a-z][a-z0-9+.-]*):\/\/(?:[^/?#]*@)?([^/?#]*)/i.exec(service) ?? [];
  const url = `${scheme.toLowerCase()}://${host}`;
  return newServiceFault(url, place) === undefined ? url : undefined;
}

/** A service for people: a password in it is for nobody to read. */
export function withoutUser(service: string | null | undefined): string {
  return String(service).replace(/\/\/.*@/s, "//…@");
}
