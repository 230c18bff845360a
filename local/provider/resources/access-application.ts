import { isObjectValue, sameValue } from "../../../terraform-plugin/types";
import {
  UNKNOWN,
  type ObjectValue,
  type Type,
  type Value,
} from "../../../terraform-plugin/value";
import {
  all,
  emptyIsNull,
  falseIsNull,
  nullStays,
  trueIsNull,
  withoutEmpty,
  type Normalization,
} from "../normalize";
import { COMPUTED, DEPRECATED, REPLACES, SENSITIVE, STAYS } from "../overlay";
import type { RestResource } from "../rest-resource";
import {
  conflicting,
  deprecated,
  each,
  exactlyOne,
  oneOf,
  oneSelectorPerRule,
} from "../validate";
import { RULE_NAMES, RULES } from "./rules";

const HOST_TYPES = ["self_hosted", "ssh", "vnc", "rdp", "mcp_portal"];
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

export const accessApplication: RestResource = {
  module: "zero-trust-access-application",
  path: "access/apps",
  owner: "either",
  idName: "app_id",
  jsonNames: RULE_NAMES,
  overlay: {
    id: STAYS,
    aud: STAYS,
    name: STAYS,
    account_id: REPLACES,
    zone_id: REPLACES,
    self_hosted_domains: DEPRECATED,
    "destinations.type": { ...COMPUTED, default: "public" },
    "landing_page_design.title": { default: "Welcome!" },
    "scim_config.authentication.password": SENSITIVE,
    "scim_config.authentication.token": SENSITIVE,
    "scim_config.authentication.client_secret": SENSITIVE,
    "saas_app.client_secret": SENSITIVE,
    "target_criteria.target_attributes": { type: ["map", ["list", "string"]] },
  },
  checks: [
    oneOf(
      "type",
      "self_hosted",
      "saas",
      "ssh",
      "vnc",
      "app_launcher",
      "warp",
      "biso",
      "bookmark",
      "dash_sso",
      "infrastructure",
      "rdp",
      "mcp",
      "mcp_portal",
      "proxy_endpoint",
    ),
    deprecated("self_hosted_domains"),
    conflicting("self_hosted_domains", "destinations"),
    each(
      "policies",
      exactlyOne("id", "include"),
      oneOf("decision", "allow", "deny", "non_identity", "bypass"),
      oneSelectorPerRule(...RULES),
    ),
  ],
  plan({ config, planned, prior }) {
    const type = String(planned["type"]);
    const defaults = DEFAULTS.filter(([name]) => planned[name] === UNKNOWN).map(
      ([name, types, value]) => [name, types.includes(type) ? value : null],
    );
    return {
      ...planned,
      tags:
        (config["tags"] ?? null) === null ? null : (planned["tags"] ?? null),
      ...planPlaces(type, planned, prior),
      ...Object.fromEntries(defaults),
      policies: withPrecedences(planned["policies"] ?? null),
    };
  },
  // Without a list, Cloudflare would leave an application's policies as they are.
  body: (body) => ({ ...body, policies: body["policies"] ?? [] }),
  normalize: {
    update: (data, planned) => asBefore(data, planned),
    read: asBefore,
    import: imported,
  },
};

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

const sameSettings = all(
  emptyIsNull("allowed_idps", "policies", "tags"),
  falseIsNull(
    "service_auth_401_redirect",
    "enable_binding_cookie",
    "options_preflight_bypass",
    "auto_redirect_to_identity",
  ),
);
const sameHostSettings = all(
  trueIsNull("http_only_cookie_attribute"),
  falseIsNull("skip_interstitial", "allow_iframe", "path_cookie_attribute"),
);
/** Cloudflare shows reusable policies in full; their own resource holds that. */
const samePolicy = nullStays(
  "id",
  "decision",
  "name",
  "include",
  "require",
  "exclude",
);

function asBefore(data: ObjectValue, source: ObjectValue): ObjectValue {
  let same = sameSettings(data, source);
  if (HOST_TYPES.includes(String(data["type"])))
    same = sameInside("cors_headers", falseIsNull("allow_credentials"))(
      sameHostSettings(same, source),
      source,
    );
  const policies = same["policies"] ?? null;
  const before = source["policies"] ?? null;
  if (!Array.isArray(policies) || !Array.isArray(before)) return same;
  return {
    ...same,
    policies: policies.map((policy, index) => {
      const was = before[index] ?? null;
      return isObjectValue(policy) && isObjectValue(was)
        ? samePolicy(policy, was)
        : policy;
    }),
  };
}

function sameInside(name: string, normalize: Normalization): Normalization {
  return (data, source) => {
    const [value = null, before = null] = [data[name], source[name]];
    return isObjectValue(value) && isObjectValue(before)
      ? { ...data, [name]: normalize(value, before) }
      : data;
  };
}

function imported(data: ObjectValue): ObjectValue {
  const state = withoutEmpty("allowed_idps", "policies", "tags")(data);
  const policies = state["policies"] ?? null;
  if (!Array.isArray(policies)) return state;
  const own = {
    decision: null,
    name: null,
    include: null,
    require: null,
    exclude: null,
  };
  return {
    ...state,
    policies: policies.map((policy) =>
      !isObjectValue(policy)
        ? policy
        : (policy["id"] ?? null) === null
          ? withoutEmpty(...RULES)(policy)
          : { ...policy, ...own },
    ),
  };
}
