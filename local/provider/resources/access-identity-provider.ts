import { SINCE } from "../../../base/provider-versions";
import { isObjectValue } from "../../../terraform-plugin/types";
import { UNKNOWN, type ObjectValue } from "../../../terraform-plugin/value";
import {
  absentStays,
  all,
  falseIsNull,
  inside,
  type Normalization,
} from "../normalize";
import { COMPUTED, REPLACES, SENSITIVE, STAYS } from "../overlay";
import type { RestResource } from "../rest-resource";
import { oneOf } from "../validate";

/** Both are told once and kept. */
const sameScim: Normalization = (data, source) => ({
  ...data,
  ...Object.fromEntries(
    ["secret", "scim_base_url"].flatMap((name) => {
      const value = source[name] ?? null;
      return value === null || value === UNKNOWN ? [] : [[name, value]];
    }),
  ),
});

const asBefore = all(
  inside(
    "config",
    all(
      falseIsNull(
        "sign_request",
        "conditional_access_enabled",
        "support_groups",
      ),
      absentStays("client_secret"),
    ),
  ),
  inside("scim_config", sameScim),
);

/** What a refresh makes of a login method without SCIM. */
const NO_SCIM = {
  enabled: null,
  identity_update_behavior: null,
  scim_base_url: null,
  seat_deprovision: null,
  secret: null,
  user_deprovision: null,
};

function refreshed(data: ObjectValue, state: ObjectValue): ObjectValue {
  const same = asBefore(data, state);
  return { ...same, scim_config: same["scim_config"] ?? NO_SCIM };
}

/** What Cloudflare fills in where the code says nothing. */
const FILLED_IN = {
  since: SINCE.loginMethodMembers,
  attribute: { type: "bool", optional: true, ...COMPUTED, ...STAYS },
} as const;

export const accessIdentityProvider: RestResource = {
  module: "zero-trust-access-identity-provider",
  path: "access/identity_providers",
  owner: "either",
  idName: "identity_provider_id",
  overlay: {
    id: STAYS,
    account_id: REPLACES,
    zone_id: REPLACES,
    type: REPLACES,
    "config.client_secret": SENSITIVE,
    "config.redirect_url": STAYS,
    scim_config: STAYS,
    "scim_config.enabled": { default: false },
    "scim_config.identity_update_behavior": { default: "no_action" },
    "scim_config.scim_base_url": STAYS,
    "scim_config.seat_deprovision": { default: false },
    "scim_config.secret": { ...STAYS, ...SENSITIVE },
    "scim_config.user_deprovision": { default: false },
  },
  newer: {
    "config.enable_encryption": FILLED_IN,
    "config.restrict_to_account_members": FILLED_IN,
  },
  checks: [
    oneOf(
      "type",
      "onetimepin",
      "azureAD",
      "saml",
      "centrify",
      "facebook",
      "github",
      "google-apps",
      "google",
      "linkedin",
      "oidc",
      "okta",
      "onelogin",
      "pingone",
      "yandex",
    ),
  ],
  plan({ planned, prior }) {
    const [scim = null, before = null] = [
      planned["scim_config"],
      prior?.["scim_config"],
    ];
    if (!isObjectValue(scim) || !isObjectValue(before)) return planned;
    const switchedOn = before["enabled"] !== true && scim["enabled"] === true;
    const secret = switchedOn ? UNKNOWN : (before["secret"] ?? null);
    return { ...planned, scim_config: { ...scim, secret } };
  },
  normalize: {
    update: (data, planned) => asBefore(data, planned),
    read: refreshed,
  },
};
