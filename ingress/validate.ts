import { compilePath } from "./match";
import { originRequestFaults } from "./origin-request";
import { isCatchAll, type IngressRule } from "./rule";

/**
 * Why cloudflared would refuse a whole ingress document, one sentence for each
 * fault; empty where it takes it. It then keeps running on the document it had.
 * No rules at all are no fault: cloudflared answers 503 to everything.
 *
 * @param defaults The document's top-level `originRequest`.
 */
export function ingressFaults(
  rules: readonly IngressRule[],
  defaults: IngressRule["originRequest"] = {},
): string[] {
  const wrongDefaults = originRequestFaults(defaults).map(
    (fault) => `the whole document: ${fault}`,
  );
  const wrongRules = rules.flatMap((rule, index) => {
    const last = index === rules.length - 1;
    const faults = ruleFaults(rule, defaults);
    if (last && !isCatchAll(rule)) {
      faults.push(
        "the last rule must take every request: no hostname, no path",
      );
    }
    if (!last && isCatchAll(rule)) {
      faults.push("only the last rule may take every request");
    }
    return faults.map((fault) => `rule ${index + 1}: ${fault}`);
  });
  return [...wrongDefaults, ...wrongRules];
}

/** Why cloudflared would refuse one rule, wherever it stands. */
export function ruleFaults(
  rule: IngressRule,
  defaults: IngressRule["originRequest"] = {},
): string[] {
  const bastion =
    rule.originRequest?.["bastionMode"] ?? defaults?.["bastionMode"];
  return [
    hostnameFault(rule.hostname ?? ""),
    pathFault(rule.path ?? ""),
    serviceFault(rule.service ?? "", bastion === true),
    ...originRequestFaults(rule.originRequest, {
      socks: rule.service === "socks-proxy",
    }),
  ].filter((fault) => fault !== undefined);
}

/** Why cloudflared would refuse a rule's hostname. */
export function hostnameFault(hostname: string): string | undefined {
  if (/^(?:\[[^[\]]*\]|[^:[\]]*):[^:[\]]*$/.test(hostname)) {
    return `hostname "${hostname}" must not have a port`;
  }
  if (hostname.lastIndexOf("*") > 0) {
    return `hostname "${hostname}" may have one "*" only, as its first label: "*.example.com"`;
  }
  return undefined;
}

/** Why cloudflared would refuse a rule's path, a Go regular expression. */
export function pathFault(path: string): string | undefined {
  try {
    compilePath(path);
    return undefined;
  } catch (error) {
    return `path "${path}" is no Go regular expression: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/**
 * Why cloudflared would refuse a rule's service.
 *
 * @param bastion `originRequest.bastionMode`: the visitor names the service,
 * and a URL is not looked at.
 * @see https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/routing-to-tunnel/protocols/
 */
export function serviceFault(
  service: string,
  bastion = false,
): string | undefined {
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
      : `service "${service}" must name a status from 100 to 999`;
  }
  return bastion ? undefined : urlFault(service);
}

/** User, host and port as Go's `url.Parse` takes them; the host is not empty. */
const AUTHORITY =
  /^(?:[\w.~:!$&'()*+,;=%@-]*@)?(?:\[[0-9a-f:.]+(?:%25[^\]%]+)?\]|(?:[\w.~!$&'()*+,;=<>"-]|[\u0080-\u{10ffff}]|%[89a-f][0-9a-f])+)(?::\d*)?$/iu;

/** Go's `url.Parse` with cloudflared's demands: scheme, host and no path. */
function urlFault(service: string): string | undefined {
  const parts = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)/i.exec(service);
  const [, scheme, authority = "", path = ""] = parts ?? [];
  if (scheme === undefined || !AUTHORITY.test(authority)) {
    return `service "${service}" needs a scheme and a host, as in "http://localhost:8188"`;
  }
  if (path !== "") {
    return `service "${service}" must end after its host: cloudflared keeps the visitor's path, so write "${service.slice(0, service.indexOf("//") + 2)}${authority}"`;
  }
  return undefined;
}
