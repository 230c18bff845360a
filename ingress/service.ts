import { isIPv6 } from "node:net";

/** How a service is looked at. */
export interface ServicePlace {
  /**
   * `originRequest.bastionMode`: the visitor names the service, and a URL is not
   * looked at.
   *
   * @default false
   */
  readonly bastion?: boolean;
  /** What messages call it. @default "service" */
  readonly name?: string;
}

/**
 * Why cloudflared would refuse a rule's service.
 *
 * @see https://github.com/cloudflare/cloudflared/blob/master/ingress/ingress.go
 * @see https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/routing-to-tunnel/protocols/
 */
export function serviceFault(
  service: string,
  { bastion = false, name = "service" }: ServicePlace = {},
): string | undefined {
  const given = `${name} ${quoted(service)}`;
  if (/^unix(\+tls)?:/.test(service)) return undefined;
  if (
    ["hello_world", "hello-world", "bastion", "socks-proxy"].includes(service)
  ) {
    return undefined;
  }
  if (service.startsWith("http_status:")) {
    const status = service.slice("http_status:".length);
    return /^[+-]?\d+$/.test(status) && +status >= 100 && +status <= 999
      ? undefined
      : `${given} must name a status from 100 to 999`;
  }
  return bastion ? undefined : urlFault(service, given);
}

/**
 * The same for a rule that is still to be written. It is stricter than
 * cloudflared where the service could not be reached, or a part of it would be
 * ignored.
 */
export function newServiceFault(
  service: string,
  place: ServicePlace = {},
): string | undefined {
  const fault = serviceFault(service, place);
  if (fault !== undefined) return fault;
  const name = place.name ?? "service";
  const given = `${name} ${quoted(service)}`;
  if (/^unix(\+tls)?:\s*$/.test(service))
    return `${given} names no socket: write one such as "unix:/run/app.sock"`;
  const { authority, more, scheme } = partsOf(service);
  if (scheme === undefined || place.bastion) return undefined;
  if (authority.includes("@"))
    return `${name} must not hold a user: cloudflared sends none to a service, so write "${scheme}://${hostOf(authority)}"`;
  if (more !== "")
    return `${given} must end after its host: cloudflared ignores what comes then, so write "${scheme}://${hostOf(authority)}"`;
  const [, ...ports] = authority.replace(/^.*\]/, "").split(":");
  const [port] = ports;
  return port === undefined ||
    (ports.length === 1 && Number(port) >= 1 && Number(port) <= 65_535)
    ? undefined
    : `${given} must have one port, from 1 to 65535, or none`;
}

/** Without a password, which has no place in a message. */
function quoted(service: string): string {
  return JSON.stringify(service.replace(/\/\/.*@/s, "//…@"));
}

function hostOf(authority: string): string {
  return authority.slice(authority.lastIndexOf("@") + 1);
}

function partsOf(service: string) {
  const [, scheme, authority = "", path = "", more = ""] =
    /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(.*)$/is.exec(service) ?? [];
  return { scheme, authority, path, more };
}

/** Go's `url.Parse` with cloudflared's demands: scheme, host and no path. */
function urlFault(service: string, given: string): string | undefined {
  const { authority, more, path, scheme } = partsOf(service);
  const fragment = more.includes("#") ? more.slice(more.indexOf("#")) : "";
  if (
    scheme === undefined ||
    // Control characters of ASCII.
    /[^\P{Cc}\u0080-\u009f]/u.test(service) ||
    !isEscaped(fragment) ||
    !isAuthority(authority, /^https?$/i.test(scheme))
  ) {
    return `${given} needs a scheme and a host, and takes a port from 1 to 65535, as in "http://localhost:8188"`;
  }
  if (path !== "") {
    return `${given} must end after its host: cloudflared keeps the visitor's path, so write "${scheme}://${hostOf(authority)}"`;
  }
  return undefined;
}

/** User, host and port as Go's `url.Parse` takes them; the host is not empty. */
function isAuthority(authority: string, isHttp: boolean): boolean {
  const host = hostOf(authority);
  const user = authority.slice(0, -host.length || undefined);
  if (!/^[\w.~:!$&'()*+,;=%@-]*$/.test(user) || !isEscaped(user)) return false;
  const [, address, zone] =
    /^\[([^\]%]+)(?:%25((?:[\w.~!$&'()*+,;=:<>"-]|[\u0080-\u{10ffff}]|%[2-7][0-9a-f])+))?\](?::\d*)?$/iu.exec(
      host,
    ) ?? [];
  if (address !== undefined) return isIPv6(address) && isEscaped(zone ?? "");
  // Of other schemes it takes the last colon for that of the port.
  const name = isHttp ? host : host.replace(/:(?=.*:)/g, "");
  return /^(?:[\w.~!$&'()*+,;=<>"-]|[\u0080-\u{10ffff}]|%(?:25|[89a-f][0-9a-f]))+(?::\d*)?$/iu.test(
    name,
  );
}

/** Whether each `%` begins an escaped byte. */
function isEscaped(text: string): boolean {
  return !/%(?![0-9a-f]{2})/i.test(text);
}
