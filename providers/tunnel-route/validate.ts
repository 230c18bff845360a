import { isPlaceholder } from "../../base/placeholder";
import { originRequestFaults } from "../../ingress/origin-request";
import { newServiceFault } from "../../ingress/service";
import { hostnameFault, pathFault } from "../../ingress/validate";
import type { Diagnostics } from "../../terraform-plugin/provider";
import {
  UNKNOWN,
  type ObjectValue,
  type Value,
} from "../../terraform-plugin/value";
import { isJsonObject } from "./json";

/** Reports everything in a configuration that cloudflared would refuse. */
export function validateRoute(
  config: ObjectValue,
  diagnostics: Diagnostics,
): void {
  const report = (fault: string | undefined, ...path: string[]) => {
    if (fault !== undefined)
      diagnostics.error(`Invalid ${path.at(-1)}`, fault, path);
  };
  const { account_id, tunnel_id, hostname, path, service, on_destroy } = config;
  for (const [name, value] of Object.entries({ account_id, tunnel_id }))
    if (
      typeof value === "string" &&
      !/^[\w-]+$/.test(value) &&
      !isPlaceholder(value)
    )
      report(`"${value}" is not a Cloudflare id`, name);
  if (typeof hostname === "string")
    report(routeHostFault(hostname), "hostname");
  if (typeof path === "string")
    report(
      path === ""
        ? "omit it to match every path; it must not be empty"
        : pathFault(path),
      "path",
    );
  if (typeof on_destroy === "string" && !/^(restore|remove)$/.test(on_destroy))
    report(`"${on_destroy}" is neither "restore" nor "remove"`, "on_destroy");
  const originRequest = config["origin_request"];
  const settings = isJsonObject(originRequest)
    ? (originRequest as ObjectValue)
    : {};
  if (typeof service === "string")
    report(
      newServiceFault(service, { bastion: settings["bastion_mode"] === true }),
      "service",
    );
  validateOriginRequest(settings, report);
}

function validateOriginRequest(
  values: ObjectValue,
  report: (fault: string, ...path: string[]) => void,
): void {
  for (const [attribute, least] of Object.entries(LEAST)) {
    const value = values[attribute];
    if (isGiven(value) && !isWhole(value, least))
      report(
        `"${String(value)}" is not a whole number${attribute in PORTS ? "" : " of seconds"}, ${least} or more`,
        ...["origin_request", attribute],
      );
  }
  const { access, ip_rules, proxy_type } = values;
  if (typeof proxy_type === "string" && !/^(socks)?$/.test(proxy_type))
    report(
      `"${proxy_type}" is neither "socks" nor ""`,
      ...["origin_request", "proxy_type"],
    );
  if (Array.isArray(ip_rules))
    for (const fault of originRequestFaults(
      { ipRules: ip_rules.filter(isKnown) },
      { socks: true },
    ))
      report(fault, "origin_request", "ip_rules");
  if (!isJsonObject(access)) return;
  const { required, team_name, aud_tag } = access as ObjectValue;
  const at = ["origin_request", "access"];
  if (Array.isArray(aud_tag) && aud_tag.length > 0 && !(team_name ?? ""))
    report(
      "aud_tag needs the team_name whose JWTs carry it; cloudflared rejects the whole configuration without it",
      ...[...at, "team_name"],
    );
  if (required === true && (aud_tag === null || isEmpty(aud_tag)))
    report(
      "required without an application's audience tag refuses everyone: list the tags of all applications on the hostname",
      ...[...at, "aud_tag"],
    );
}

/** Stricter than cloudflared where a rule could never be reached. */
function routeHostFault(hostname: string): string | undefined {
  const fault = hostnameFault(hostname);
  if (fault !== undefined) return fault;
  if (hostname === "" || hostname === "*")
    return "only a tunnel's last rule may match every host: name one host, or a wildcard such as *.example.com";
  if (
    !/^(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/.test(
      hostname,
    )
  )
    return `"${hostname}" is not a valid host name: use lower case, Punycode for non-ASCII letters, and no scheme, path or trailing dot`;
  return undefined;
}

const isGiven = (value: Value | undefined) =>
  typeof value === "number" || typeof value === "string";
const isWhole = (value: Value | undefined, least: number) =>
  Number.isSafeInteger(value) && Number(value) >= least;
/** Whether nothing in it is left for Terraform to find out. */
const isKnown = (value: Value): boolean =>
  value !== UNKNOWN &&
  (!isJsonObject(value) ||
    Object.values(value as ObjectValue).every(
      (part) =>
        part !== UNKNOWN && !(Array.isArray(part) && part.includes(UNKNOWN)),
    ));

/** What each number is at least. */
const LEAST: Readonly<Record<string, number>> = {
  connect_timeout: 1,
  tls_timeout: 0,
  tcp_keep_alive: Number.MIN_SAFE_INTEGER,
  keep_alive_connections: 0,
  keep_alive_timeout: 0,
  proxy_port: 0,
};
/** Those that are no time. */
const PORTS = { keep_alive_connections: true, proxy_port: true };
const isEmpty = (value: Value | undefined) =>
  Array.isArray(value) && value.length === 0;
