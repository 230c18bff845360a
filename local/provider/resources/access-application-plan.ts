import type { PlanRequest } from "../../../terraform-plugin/provider";
import { isObjectValue, sameValue } from "../../../terraform-plugin/types";
import {
  UNKNOWN,
  type ObjectValue,
  type Type,
  type Value,
} from "../../../terraform-plugin/value";

/** Types of applications that stand on a host. */
export const HOST_TYPES = ["self_hosted", "ssh", "vnc", "rdp", "mcp_portal"];
const SESSION_TYPES = [
  ...HOST_TYPES,
  "app_launcher",
  "dash_sso",
  "mcp",
  "proxy_endpoint",
  "saas",
  "warp",
];

/** Planned where the configuration has nothing: for these types the value, else null. */
const DEFAULTS: readonly [string, readonly string[], Value][] = [
  ["http_only_cookie_attribute", [...HOST_TYPES, "mcp"], true],
  [
    "app_launcher_visible",
    ["self_hosted", "ssh", "vnc", "rdp", "saas", "bookmark"],
    true,
  ],
  ["skip_app_launcher_login_page", ["app_launcher"], false],
  ["session_duration", SESSION_TYPES, "24h"],
];

/** Three ways of saying where an application stands. */
const PLACES = [
  ["domain", "string"],
  ["self_hosted_domains", ["list", "string"]],
  ["destinations", "dynamic"],
] as const satisfies readonly (readonly [string, Type])[];

export function planApplication({
  config,
  planned,
  prior,
}: PlanRequest): ObjectValue {
  const type = String(planned["type"]);
  const defaults = DEFAULTS.filter(([name]) => planned[name] === UNKNOWN).map(
    ([name, types, value]) => [name, types.includes(type) ? value : null],
  );
  const { tags = null } = config;
  return {
    ...planned,
    ...planPlaces(type, planned, prior),
    ...Object.fromEntries(defaults),
    tags: tags === null ? null : (planned["tags"] ?? null),
    policies: withPrecedences(planned["policies"] ?? null),
  };
}

/** A change of one of the places changes the two others. */
function planPlaces(
  type: string,
  planned: ObjectValue,
  prior: ObjectValue | null,
): ObjectValue {
  const places = PLACES.map(([name, valueType]) => {
    const value = planned[name] ?? null;
    const absent = value === UNKNOWN && !HOST_TYPES.includes(type);
    return {
      name,
      valueType,
      value: absent && name !== "domain" ? null : value,
    };
  });
  const changed =
    prior === null ||
    places.some(
      ({ name, valueType, value }) =>
        value !== UNKNOWN && !sameValue(valueType, value, prior[name]),
    );
  return Object.fromEntries(
    places.map(({ name, value }) => [
      name,
      changed ? (value ?? UNKNOWN) : (prior[name] ?? null),
    ]),
  );
}

/** Policies without a precedence follow the one before them. */
function withPrecedences(policies: Value): Value {
  if (!Array.isArray(policies)) return policies;
  let last = 0;
  return policies.map((policy) => {
    if (!isObjectValue(policy)) return policy;
    const { precedence = null } = policy;
    last = precedence === UNKNOWN ? last + 1 : Number(precedence);
    return { ...policy, precedence: last };
  });
}
