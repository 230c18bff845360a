import { isOlder, SINCE } from "../../../base/provider-versions";
import { isObjectValue } from "../../../terraform-plugin/types";
import { UNKNOWN, type ObjectValue } from "../../../terraform-plugin/value";
import {
  absentStays,
  all,
  falseIsNull,
  inside,
  type Normalization,
} from "../normalize";
import { computed, computedObject, optional, type Newer } from "../newer";
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

/** Of a login by SAML whose assertions are encrypted. */
const SAML_CERTIFICATES: Newer = {
  read_only: {
    since: SINCE.loginMethodMembers,
    attribute: optional("bool"),
  },
  saml_certificate_set_id: {
    since: SINCE.loginMethodMembers,
    attribute: optional("string"),
  },
  saml_certificate_set: {
    since: SINCE.loginMethodMembers,
    attribute: {
      ...computedObject({
        created_at: computed("string"),
        current_certificate: computedObject({
          is_current: computed("bool"),
          not_after: computed("string"),
          public_certificate: computed("string"),
          uid: computed("string"),
        }),
        previous_certificate: computed("string"),
        uid: computed("string"),
        updated_at: computed("string"),
      }),
      ...STAYS,
    },
  },
};

/** What versions from 5.20.0 on have besides. */
export const NEWER_LOGIN_METHOD: Newer = {
  "config.enable_encryption": FILLED_IN,
  "config.restrict_to_account_members": FILLED_IN,
  ...SAML_CERTIFICATES,
};

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
  newer: NEWER_LOGIN_METHOD,
  checks: (version) => [
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
      ...(isOlder(version, SINCE.loginMethodMembers) ? [] : ["cloudflare"]),
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
