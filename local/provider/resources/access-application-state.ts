import { isObjectValue } from "../../../terraform-plugin/types";
import type { ObjectValue } from "../../../terraform-plugin/value";
import {
  all,
  emptyIsNull,
  falseIsNull,
  inside,
  nullStays,
  stays,
  trueIsNull,
  withoutEmpty,
  type Normalization,
} from "../normalize";
import { sameMfa } from "../newer";
import { HOST_TYPES } from "./access-application-plan";
import { RULES } from "./rules";

const sameSettings = all(
  emptyIsNull("allowed_idps", "policies", "tags"),
  falseIsNull(
    "service_auth_401_redirect",
    "enable_binding_cookie",
    "options_preflight_bypass",
    "auto_redirect_to_identity",
  ),
  sameMfa,
  inside(
    "oauth_configuration",
    all(trueIsNull("enabled"), withoutDefaults("dynamic_client_registration")),
  ),
);
/** A registration of clients that says only what holds anyway. */
function withoutDefaults(name: string): Normalization {
  const same = all(
    trueIsNull("enabled", "allow_any_on_localhost", "allow_any_on_loopback"),
    emptyIsNull("allowed_uris"),
  );
  return (data, source) => {
    const value = data[name] ?? null;
    if (!isObjectValue(value)) return data;
    const before = source[name] ?? null;
    const said = same(value, isObjectValue(before) ? before : {});
    const isNothing = Object.values(said).every((one) => one === null);
    return { ...data, [name]: before === null && isNothing ? null : said };
  };
}

/** No answer shows them. */
const sameSecrets = inside(
  "scim_config",
  inside("authentication", stays("password", "token", "client_secret")),
);
const sameHostSettings = all(
  trueIsNull("http_only_cookie_attribute"),
  falseIsNull("skip_interstitial", "allow_iframe", "path_cookie_attribute"),
);
/** What Cloudflare shows of reusable policies; their own resource holds it. */
const SHOWN = [
  ...["decision", "name", "include", "require", "exclude"],
  ...["connection_rules", "mfa_config"],
];
const samePolicy = all(nullStays("id", ...SHOWN), sameMfa);

/** Takes over what means the same as in the state, or plan, before. */
export function asBefore(data: ObjectValue, source: ObjectValue): ObjectValue {
  let same = sameSecrets(sameSettings(data, source), source);
  if (HOST_TYPES.includes(String(data["type"])))
    same = inside("cors_headers", falseIsNull("allow_credentials"))(
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

/** The state that an import begins with. */
export function imported(data: ObjectValue): ObjectValue {
  const state = withoutEmpty("allowed_idps", "policies", "tags")(data);
  const policies = state["policies"] ?? null;
  if (!Array.isArray(policies)) return state;
  return {
    ...state,
    policies: policies.map((policy) =>
      !isObjectValue(policy)
        ? policy
        : (policy["id"] ?? null) === null
          ? withoutEmpty(...RULES)(policy)
          : {
              ...policy,
              ...Object.fromEntries(
                SHOWN.filter((name) => name in policy).map((name) => [
                  name,
                  null,
                ]),
              ),
            },
    ),
  };
}
