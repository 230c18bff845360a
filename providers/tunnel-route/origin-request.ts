import { namesSetting, ORIGIN_SETTINGS } from "../../ingress/origin-request";
import type { IngressRule } from "../../ingress/rule";
import type { ObjectValue, Value } from "../../terraform-plugin/value";
import {
  isJsonObject,
  meaning,
  numberOf,
  parseJson,
  printJson,
  type JsonObject,
} from "./json";

/** Terraform's names of what a rule can have in `originRequest`, with cloudflared's. */
export const SETTINGS = {
  connect_timeout: "connectTimeout",
  tls_timeout: "tlsTimeout",
  tcp_keep_alive: "tcpKeepAlive",
  no_happy_eyeballs: "noHappyEyeballs",
  keep_alive_connections: "keepAliveConnections",
  keep_alive_timeout: "keepAliveTimeout",
  http_host_header: "httpHostHeader",
  origin_server_name: "originServerName",
  match_sni_to_host: "matchSNItoHost",
  ca_pool: "caPool",
  no_tls_verify: "noTLSVerify",
  disable_chunked_encoding: "disableChunkedEncoding",
  bastion_mode: "bastionMode",
  proxy_address: "proxyAddress",
  proxy_port: "proxyPort",
  proxy_type: "proxyType",
  http2_origin: "http2Origin",
} as const satisfies Readonly<Record<string, keyof typeof ORIGIN_SETTINGS>>;

const LISTS = { ip_rules: "ipRules" } as const;

const ACCESS = {
  required: "required",
  team_name: "teamName",
  aud_tag: "audTag",
} as const;

/** The `originRequest` that a route's attributes describe; undefined: none. */
export function toOriginRequest(
  values: ObjectValue,
): IngressRule["originRequest"] {
  const given = values["origin_request"];
  const kept = keptSettings(values);
  if (!isJsonObject(given)) return isEmpty(kept) ? undefined : kept;
  const { access: accessGiven = null } = given as ObjectValue;
  const access = renamed(accessGiven, ACCESS);
  const stated = {
    ...renamed(given, { ...SETTINGS, ...LISTS }),
    ...(access && { access }),
  };
  return { ...without(kept, Object.keys(stated)), ...stated };
}

/** The settings of the rule before that stay, by `kept_settings`. */
function keptSettings({ kept_settings: text }: ObjectValue): JsonObject {
  return typeof text === "string" ? (parseJson(text) as JsonObject) : {};
}

/**
 * What of a rule's settings stays when a route of ours takes its place, as
 * `kept_settings` has it. What its service is and who may reach it is ours to
 * say.
 *
 * @param but Further settings that do not stay
 */
export function settingsToKeep(
  before: IngressRule | null | undefined,
  ours: IngressRule,
  but: readonly string[] = [],
): string | null {
  const settings = before?.originRequest;
  if (!isJsonObject(settings)) return null;
  const kept = without(settings, [
    "access",
    ...but,
    ...(before?.service === ours.service ? [] : ["bastionMode"]),
  ]);
  return isEmpty(kept) ? null : printJson(kept);
}

/** Whether a rule has lost, or has other values of, what a route keeps. */
export function lacksKept(values: ObjectValue, rule: IngressRule): boolean {
  const wanted = toOriginRequest(values) ?? {};
  const settings = rule.originRequest ?? {};
  return Object.keys(keptSettings(values)).some(
    (key) => meaning(wanted[key]) !== meaning(settings[key]),
  );
}

function without(settings: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    Object.entries(settings).filter(
      ([key, value]) => value != null && !namesSetting(key, names),
    ),
  );
}

/** The attributes' known values under Cloudflare's names. */
function renamed(
  value: Value | undefined,
  names: { readonly [attribute: string]: string },
): { [key: string]: Value } | undefined {
  if (!isJsonObject(value)) return undefined;
  const given = value as ObjectValue;
  return Object.fromEntries(
    Object.entries(names)
      .filter(([attribute]) => (given[attribute] ?? null) !== null)
      .map(([attribute, key]) => [key, given[attribute]!]),
  );
}

/**
 * The attribute `origin_request` of a rule as it is.
 *
 * @param state What it was: what is kept of the rule before, and stated nowhere,
 * is not taken for stated.
 */
export function fromOriginRequest(
  settings: IngressRule["originRequest"],
  state: ObjectValue,
): Value {
  if (settings == null || meaning(settings) === "{}") return null;
  const before = state["origin_request"];
  const stated = isJsonObject(before) ? (before as ObjectValue) : {};
  const kept = Object.keys(keptSettings(state));
  const { access, ipRules } = settings;
  const value = Object.fromEntries(
    Object.entries(SETTINGS).map(([attribute, key]) => [
      attribute,
      (stated[attribute] ?? null) === null && namesSetting(key, kept)
        ? null
        : valueOf(settings[key], ORIGIN_SETTINGS[key]),
    ]),
  );
  return {
    ...value,
    ip_rules:
      Array.isArray(ipRules) &&
      !((stated["ip_rules"] ?? null) === null && namesSetting("ipRules", kept))
        ? ipRules.filter(isJsonObject).map((rule) => ({
            prefix: valueOf(rule["prefix"], "text"),
            ports: Array.isArray(rule["ports"])
              ? rule["ports"].map((port) => numberOf(port) ?? null)
              : null,
            allow: valueOf(rule["allow"], "bool"),
          }))
        : null,
    access: isJsonObject(access)
      ? {
          required: valueOf(access["required"], "bool"),
          team_name: valueOf(access["teamName"], "text"),
          aud_tag: Array.isArray(access["audTag"])
            ? access["audTag"].map(String)
            : null,
        }
      : null,
  };
}

function valueOf(
  value: unknown,
  kind: (typeof ORIGIN_SETTINGS)[keyof typeof ORIGIN_SETTINGS],
): Value {
  if (kind === "text") return typeof value === "string" ? value : null;
  if (kind === "bool") return typeof value === "boolean" ? value : null;
  return numberOf(value) ?? null;
}

function isEmpty(settings: JsonObject): boolean {
  return Object.keys(settings).length === 0;
}
